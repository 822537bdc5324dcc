"""澄清、修改: the only way an issued document changes; written by one person, issued by another (R-113, R-114)."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import enforced_by_constraint
from projects.models.procedure import Procedure


class AddendumQuerySet(ScopedQuerySet["Addendum"]):
    def visible_to(self, actor: Actor) -> Self:
        """Issued ones as everybody sees the procedure; proposed ones inside the house that runs it."""
        if actor.sees_everything:
            return self
        seen, inside = Procedure.objects.visible_to(actor), Procedure.objects.worked_on_by(actor)
        return self.filter(Q(status="issued", procedure__in=seen) | Q(procedure__in=inside))

    def issued(self) -> Self:
        return self.filter(status="issued")


class Addendum(LifecycleModel):
    """One clarification or change of an issued document. ``affects_bids`` decides whether time must be left for it."""

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="addenda")
    number = models.PositiveSmallIntegerField(_("第几号"), null=True, blank=True, editable=False)
    changed = models.TextField(_("变更了什么"))
    reason = models.TextField(_("变更的原因"), blank=True)
    affects_bids = models.BooleanField(_("可能影响投标（响应）文件编制"), default=True)
    previous_deadline_at = models.DateTimeField(_("原截止时间"), editable=False)
    new_deadline_at = models.DateTimeField(_("变更后的截止时间"), null=True, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField(_("发布时间"), null=True, blank=True, editable=False)
    content_sha256 = models.CharField(max_length=64, blank=True, editable=False)

    objects = AddendumQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("澄清（修改）通知")
        ordering = ["procedure", "number", "created_at"]
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="addendum_number_once"),
            models.UniqueConstraint(
                fields=["procedure"], condition=Q(status="proposed"), name="addendum_one_proposed_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(issued_by__isnull=True) | ~Q(issued_by=F("proposed_by")), name="addendum_by_two_people"
            ),
            models.CheckConstraint(
                condition=Q(new_deadline_at__isnull=True) | Q(new_deadline_at__gt=F("previous_deadline_at")),
                name="addendum_deadline_only_later",
                violation_error_message=_("截止时间只能延长，不能提前。"),
            ),
            models.CheckConstraint(
                condition=~Q(status="issued")
                | Q(issued_at__isnull=False, issued_by__isnull=False, number__isnull=False) & ~Q(content_sha256=""),
                name="addendum_issued_in_full",
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="addendum_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="addendum_stands_as_issued",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.issued_at IS NOT NULL AND (NEW.procedure_id, NEW.number, NEW.changed, NEW.affects_bids, NEW.new_deadline_at, NEW.issued_at)"
                    " IS DISTINCT FROM (OLD.procedure_id, OLD.number, OLD.changed, OLD.affects_bids, OLD.new_deadline_at, OLD.issued_at)"
                ),
            ),
        ]

    def __str__(self) -> str:
        if self.number:
            return str(_("第 %(number)s 号澄清（修改）") % {"number": self.number})
        return str(_("拟发的澄清（修改）"))

    def get_absolute_url(self) -> str:
        return reverse("addendum", args=[self.pk])


enforced_by_constraint("R-040", "addendum_by_two_people", _("澄清（修改）由一人拟定、另一人发布"))
enforced_by_constraint("R-113", "addendum_deadline_only_later", _("截止时间只能延长，不能提前"))
enforced_by_constraint("R-113", "addendum_one_proposed_at_a_time", _("已有一份澄清（修改）待发布，请先办结"))
