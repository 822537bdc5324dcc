"""Who holds the document, and who was invited. Names and number of possible bidders are secret before the opening.

A holder's row is seen by the holder alone until then: not by the purchaser, not by the overseers, not as a number
(招标投标法 art. 22; reliability T3). It is told of changes through the outbox and enters no journal before.
"""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, ScopedQuerySet
from projects.models.document_question import BIDDER_ROLES
from projects.models.procedure import Procedure


class DocumentHolderQuerySet(ScopedQuerySet["DocumentHolder"]):
    def visible_to(self, actor: Actor) -> Self:
        """The holder's own; after the opening those who run the procedure and the overseers as well."""
        mine = self.filter(organization__in=actor.organization_ids(*BIDDER_ROLES))
        opened = self.filter(procedure__opened_at__isnull=False)
        if not actor.sees_everything:
            opened = opened.filter(procedure__in=Procedure.objects.worked_on_by(actor))
        return mine | opened


class DocumentHolder(models.Model):
    """An organisation that took the document of a procedure."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey("orgs.Organization", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(_("获取时间"))

    objects = DocumentHolderQuerySet.as_manager()

    class Meta:
        verbose_name = _("获取采购文件登记")
        ordering = ["-taken_at", "id"]
        constraints = [models.UniqueConstraint(fields=["procedure", "organization"], name="document_holder_once")]
        triggers = [pgtrigger.Protect(name="document_holder_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class SupplierDraw(models.Model):
    """How the invited were picked at random from the qualified (R-094): anyone with the pool and the seed repeats it.

    ``pool`` is the list of organisation ids in ascending order; ``order`` is it sorted by SHA-256 of "seed:id".
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    procedure = models.OneToOneField(Procedure, on_delete=models.PROTECT, related_name="supplier_draw")
    pool = models.JSONField()
    nonce = models.CharField(max_length=64)
    words = models.CharField(_("见证人输入的字句"), max_length=200)
    seed = models.CharField(max_length=64)
    order = models.JSONField()
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        triggers = [pgtrigger.Protect(name="supplier_draw_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.seed


class InvitedSupplier(models.Model):
    """Who may take part in a procedure that is not open to everybody: drawn, or the only supplier named."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="invited")
    organization = models.ForeignKey("orgs.Organization", on_delete=models.PROTECT, related_name="+")
    #: Place in the draw; none where the supplier was named.
    place = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["place", "id"]
        constraints = [models.UniqueConstraint(fields=["procedure", "organization"], name="supplier_invited_once")]

    def __str__(self) -> str:
        return str(self.organization)
