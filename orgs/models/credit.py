"""Penalties, lists and conduct records of an organisation (R-280 to R-282)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orgs.models.organization import Organization
from procurement.access import Actor, Role, ScopedQuerySet


class CreditList(models.TextChoices):
    PENALTY = "penalty", _("行政处罚")
    INVESTIGATION = "investigation", _("立案调查")
    ABNORMAL = "abnormal", _("活动异常名录")
    SERIOUS = "serious", _("严重违法失信名单")
    BAD_CONDUCT = "bad_conduct", _("采购不良行为记录")
    BREACH = "breach", _("履约违约记录")
    EVALUATION = "evaluation", _("绩效评价记录")


class Severity(models.TextChoices):
    MINOR = "minor", _("一般")
    MAJOR = "major", _("重大")


#: Those who weigh an organisation's standing before they buy from it.
READERS = frozenset({Role.CIV, Role.LGO, Role.LG, Role.FIN, Role.RU, Role.PU_BUY, Role.PU_SIGN, Role.EXP, Role.TPE})


class CreditRecordQuerySet(ScopedQuerySet["CreditRecord"]):
    def visible_to(self, actor: Actor) -> Self:
        """Published entries for all; the rest for purchasers, authorities and the organisation itself."""
        if actor.sees_everything or actor.roles & READERS:
            return self
        return self.filter(Q(is_published=True) | Q(organization__in=actor.organization_ids()))

    def in_force(self, day: date) -> Self:
        """Entries that run on ``day``; an expired ban is no ground for refusal (R-054)."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)

    def begun_between(self, first: date, last: date) -> Self:
        return self.filter(starts_on__gte=first, starts_on__lte=last)


class CreditRecord(models.Model):
    """One entry, with the decision it rests on, who made it and how it can be remedied (R-281)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="credit_records", verbose_name=_("单位")
    )
    credit_list = models.CharField(_("记录类别"), max_length=16, choices=CreditList.choices)
    severity = models.CharField(_("严重程度"), max_length=8, choices=Severity.choices, default=Severity.MINOR)
    authority = models.CharField(_("作出机关"), max_length=128)
    document_number = models.CharField(_("决定文号"), max_length=64)
    reason = models.TextField(_("事由"))
    remedy = models.TextField(_("救济和修复途径"), blank=True)
    starts_on = models.DateField(_("起始日期"))
    #: Last day on which the entry counts.
    ends_on = models.DateField(_("终止日期"), null=True, blank=True)
    is_published = models.BooleanField(_("公开"), default=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = CreditRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("信用记录")
        verbose_name_plural = _("信用记录")
        ordering = ["-starts_on", "-recorded_at"]
        indexes = [models.Index(fields=["organization", "credit_list"], name="credit_by_list")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="credit_ends_after_start",
                violation_error_message=_("终止日期不得早于起始日期。"),
            ),
            models.UniqueConstraint(
                fields=["organization", "credit_list", "document_number"],
                name="credit_decision_once",
                violation_error_message=_("该决定文号已经登记。"),
            ),
        ]
        triggers = [pgtrigger.Protect(name="credit_record_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.organization} · {self.credit_list}"
