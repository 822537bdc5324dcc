"""Answers to the questions that decide whether something may be bought as a service at all (R-003 … R-005, R-008, R-009)."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.models import Organization, Region
from procurement.rules import records


class CheckOutcome(models.TextChoices):
    PASSED = "passed", _("可以购买")
    JUSTIFIED = "justified", _("有提示，已说明理由")
    BLOCKED = "blocked", _("不得购买")
    SECRET = "secret", _("涉密，线下办理")

    @property
    def tone(self) -> str:
        return {"passed": "good", "justified": "warn", "secret": "neutral"}.get(self.value, "bad")


class PurchaseCheckQuerySet(models.QuerySet["PurchaseCheck"]):
    def of(self, subject: str) -> Self:
        return self.filter(subject=subject)


@records("R-008")
class PurchaseCheck(models.Model):
    """One answered sheet. Never altered: new answers are a new sheet, and the latest counts.

    Of a thing that involves state secrets nothing is kept but that it is dealt with offline (R-008).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    #: The purchase need or plan line, as "<app>.<model>:<uuid>".
    subject = models.CharField(max_length=120)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    #: Question code → whether it was answered yes.
    answers = models.JSONField(default=dict)
    justification = models.TextField(_("说明"), blank=True)
    outcome = models.CharField(_("结论"), max_length=10, choices=CheckOutcome.choices)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(_("填写时间"))

    objects = PurchaseCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("禁购清单核对")
        verbose_name_plural = _("禁购清单核对")
        ordering = ["-answered_at", "-id"]
        indexes = [models.Index(fields=["subject", "-answered_at"], name="purchase_check_latest")]
        triggers = [pgtrigger.Protect(name="purchase_check_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.subject} {self.outcome}"

    @property
    def outcome_as_choice(self) -> CheckOutcome:
        return CheckOutcome(self.outcome)
