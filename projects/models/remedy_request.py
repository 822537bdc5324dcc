"""诉求: the simple way of remedy where the Government Procurement Law does not apply (R-189)."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from projects.models.challenge import BIDDER_ROLES, REPLIER_ROLES
from projects.models.procedure import Procedure


class RemedyRequestQuerySet(ScopedQuerySet["RemedyRequest"]):
    def visible_to(self, actor: Actor) -> Self:
        """The one who filed it, the responsible unit, the overseers."""
        if actor.sees_everything:
            return self
        return self.filter(Q(requester__in=actor.organization_ids(*BIDDER_ROLES)) | self._answered_by(actor))

    def answered_by(self, actor: Actor) -> Self:
        return self.filter(self._answered_by(actor))

    def open(self) -> Self:
        return self.filter(status__in=("filed", "accepted"))

    @staticmethod
    def _answered_by(actor: Actor) -> Q:
        return Q(procedure__purchaser__in=actor.organization_ids(*REPLIER_ROLES)) | Q(
            procedure__agent__in=actor.organization_ids(Role.AGT)
        )


class RemedyRequest(LifecycleModel):
    """One request of a supplier, answered in writing within the place's term."""

    number = models.CharField(_("诉求编号"), max_length=40, unique=True)
    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, related_name="remedy_requests", verbose_name=_("采购项目")
    )
    requester = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("诉求人")
    )
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("诉求事项和理由"))
    filed_at = models.DateTimeField(_("提出时间"))
    due_on = models.DateField(_("答复期限"), null=True, blank=True)
    answer = models.TextField(_("答复"), blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    overdue_at = models.DateTimeField(_("逾期未答复"), null=True, blank=True)

    objects = RemedyRequestQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("诉求")
        ordering = ["-filed_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=("answered", "closed")) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="remedy_request_closed_with_answer",
                violation_error_message=_("诉求须书面答复后办结。"),
            )
        ]
        indexes = [models.Index(fields=["-filed_at", "id"], name="remedy_request_newest")]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="remedy_request_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.procedure}"

    def get_absolute_url(self) -> str:
        return reverse("remedy-request", args=[self.pk])

    @property
    def duty_scope(self) -> uuid.UUID:
        return self.procedure.duty_scope
