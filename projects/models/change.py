"""变更申请: leader, place, recipients, indicators or budget change only with both consents (R-228, R-227)."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.privacy.fields import EncryptedJSONField, EncryptedTextField
from procurement.privacy.masking import masked
from procurement.rules import enforced_by_constraint
from projects.models.application import Application

PENDING_CHANGE_STATES = ("submitted", "hub_agreed")


class ChangeKind(models.TextChoices):
    LEADER = "leader", _("项目负责人")
    PLACE = "place", _("实施地点")
    RECIPIENTS = "recipients", _("服务对象")
    INDICATORS = "indicators", _("绩效指标")
    BUDGET = "budget", _("预算科目调剂")


class ChangeRequestQuerySet(ScopedQuerySet["ChangeRequest"]):
    def visible_to(self, actor: Actor) -> Self:
        """A draft belongs to the contractor; once submitted the case's parties read it."""
        mine = actor.organization_ids()
        rows = self.filter(application__in=Application.objects.visible_to(actor))
        return rows.filter(~Q(status="draft") | Q(application__applicant__in=mine))

    def pending(self) -> Self:
        return self.filter(status__in=PENDING_CHANGE_STATES)


class ChangeRequest(LifecycleModel):
    """What is to change and why; the values before are kept with the values after."""

    number = models.CharField(_("变更编号"), max_length=40, unique=True)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(_("变更事项"), max_length=12, choices=ChangeKind.choices)
    reason = models.TextField(_("变更理由"))
    effect_on_service = models.TextField(_("对服务的影响和保障措施"), blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    objects = ChangeRequestQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("变更申请")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "kind"],
                condition=Q(status__in=PENDING_CHANGE_STATES),
                name="change_one_pending_per_kind",
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="change_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(_("%(kind)s变更 %(number)s") % {"kind": self.get_kind_display(), "number": self.number})

    def get_absolute_url(self) -> str:
        return reverse("change", args=[self.pk])


class ChangeItem(models.Model):
    """One value before and after, as JSON and in words. ``target`` is a field name or the id of a row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    change = models.ForeignKey(ChangeRequest, on_delete=models.CASCADE, related_name="items")
    target = models.CharField(max_length=80)
    label = models.CharField(max_length=120)
    before = EncryptedJSONField(null=True)
    after = EncryptedJSONField(null=True)
    before_text = EncryptedTextField(blank=True)
    after_text = EncryptedTextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["change", "target"], name="change_item_once")]

    def __str__(self) -> str:
        return f"{self.label}: {self.shown_before} → {self.shown_after}"

    @property
    def shown_before(self) -> str:
        return self._shown(self.before_text)

    @property
    def shown_after(self) -> str:
        return self._shown(self.after_text)

    def _shown(self, text: str) -> str:
        """A phone is masked wherever the change is read (R-292)."""
        return masked(text) if self.target == "leader_phone" else text


enforced_by_constraint("R-228", "change_one_pending_per_kind", _("同一事项已有变更申请在办"))
