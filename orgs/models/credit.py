"""Penalties, lists and conduct records of an organisation, and what it says against them (R-280 to R-283)."""

from __future__ import annotations

from datetime import date
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orgs.models.organization import Organization
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import enforced_by_constraint


class CreditList(models.TextChoices):
    PENALTY = "penalty", _("行政处罚")
    INVESTIGATION = "investigation", _("立案调查")
    ABNORMAL = "abnormal", _("活动异常名录")
    SERIOUS = "serious", _("严重违法失信名单")
    BAD_CONDUCT = "bad_conduct", _("采购不良行为记录")
    BREACH = "breach", _("履约违约记录")
    EVALUATION = "evaluation", _("绩效评价记录")
    CRITICISM = "criticism", _("通报批评")


class Severity(models.TextChoices):
    MINOR = "minor", _("一般")
    MAJOR = "major", _("重大")


#: Who keeps which list (domain §5.2, and the concluding bodies for conduct within a project).
KEEPERS: dict[str, frozenset[Role]] = {
    CreditList.PENALTY: frozenset({Role.CIV, Role.FIN_SUP}),
    CreditList.INVESTIGATION: frozenset({Role.CIV, Role.FIN_SUP}),
    CreditList.ABNORMAL: frozenset({Role.CIV}),
    CreditList.SERIOUS: frozenset({Role.CIV}),
    CreditList.BAD_CONDUCT: frozenset({Role.FIN_SUP, Role.FIN}),
    CreditList.BREACH: frozenset({Role.FIN_SUP, Role.LGO, Role.PU_SIGN}),
    CreditList.EVALUATION: frozenset({Role.LGO, Role.PU_SIGN, Role.TPE, Role.FIN}),
    CreditList.CRITICISM: frozenset({Role.FIN, Role.FIN_SUP}),
}
KEEPER_ROLES = (Role.CIV, Role.FIN_SUP, Role.FIN, Role.LGO, Role.PU_SIGN, Role.TPE)
#: Those who weigh an organisation's standing before they buy from it.
READERS = frozenset({Role.CIV, Role.LGO, Role.LG, Role.FIN, Role.RU, Role.PU_BUY, Role.PU_SIGN, Role.EXP, Role.TPE})
#: Checked by a second person and running.
IN_FORCE = ("confirmed", "published")
#: What counts when looking back: an expired or repaired entry happened; one revoked as wrong did not.
COUNTING = (*IN_FORCE, "expired", "lifted")


def lists_kept_by(actor: Actor) -> list[str]:
    return [name for name, roles in KEEPERS.items() if actor.roles & roles]


class CreditRecordQuerySet(ScopedQuerySet["CreditRecord"]):
    def visible_to(self, actor: Actor) -> Self:
        """Published entries while they run for all; the checked ones for buyers; the own ones; and the lists one keeps."""
        if actor.sees_everything:
            return self
        seen = self._public() | Q(organization__in=actor.organization_ids())
        if actor.roles & READERS:
            seen |= Q(status__in=COUNTING)
        return self.filter(seen | Q(credit_list__in=lists_kept_by(actor)))

    def public(self) -> Self:
        """What anybody may read: published, and not past its last day."""
        return self.filter(self._public())

    def in_force(self, day: date) -> Self:
        """Entries that run on ``day``; an expired ban is no ground for refusal (R-054)."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), status__in=IN_FORCE, starts_on__lte=day)

    def counting(self) -> Self:
        return self.filter(status__in=COUNTING)

    def _public(self) -> Q:
        return Q(status="published") & (Q(ends_on__isnull=True) | Q(ends_on__gte=timezone.localdate()))


class CreditRecord(LifecycleModel):
    """One entry, with the decision it rests on, who made it and how it can be remedied (R-281)."""

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
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    #: The second person, without whom no entry has effect.
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CreditRecordQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("信用记录")
        verbose_name_plural = _("信用记录")
        ordering = ["-starts_on", "-recorded_at", "id"]
        indexes = [
            models.Index(fields=["organization", "credit_list"], name="credit_by_list"),
            models.Index(fields=["-starts_on", "id"], name="credit_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="credit_ends_after_start",
                violation_error_message=_("终止日期不得早于起始日期。"),
            ),
            models.UniqueConstraint(
                fields=["organization", "credit_list", "document_number"],
                condition=~Q(status="revoked"),
                name="credit_decision_once",
                violation_error_message=_("该决定文号已经登记。"),
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("recorded_by")),
                name="credit_checked_by_another",
                violation_error_message=_("信用记录须由登记人以外的人复核。"),
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="credit_record_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="credit_is_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF OLD.status <> 'recorded' AND (NEW.organization_id, NEW.credit_list, NEW.severity,"
                    " NEW.authority, NEW.document_number, NEW.reason, NEW.starts_on, NEW.recorded_by_id)"
                    " IS DISTINCT FROM (OLD.organization_id, OLD.credit_list, OLD.severity,"
                    " OLD.authority, OLD.document_number, OLD.reason, OLD.starts_on, OLD.recorded_by_id)"
                    " OR OLD.status <> 'recorded' AND NEW.status = OLD.status"
                    " AND NEW.ends_on IS DISTINCT FROM OLD.ends_on THEN"
                    " RAISE EXCEPTION 'a checked credit record does not change'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'credit_is_fixed';"
                    " END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list_label} {self.document_number}"

    def get_absolute_url(self) -> str:
        return reverse("credit", args=[self.pk])

    @property
    def list_label(self) -> str:
        return str(CreditList(self.credit_list).label)


class AppealKind(models.TextChoices):
    OBJECTION = "objection", _("异议：记录有误，请求更正")
    REPAIR = "repair", _("修复：已经改正，请求移出")


class CreditAppealQuerySet(ScopedQuerySet["CreditAppeal"]):
    def visible_to(self, actor: Actor) -> Self:
        """The organisation that filed it, and those who keep the list."""
        if actor.sees_everything:
            return self
        mine = Q(record__organization__in=actor.organization_ids())
        return self.filter(mine | Q(record__credit_list__in=lists_kept_by(actor)))


class CreditAppeal(LifecycleModel):
    """An organisation's objection to an entry, or its request to be taken off a list after correction (R-282)."""

    record = models.ForeignKey(
        CreditRecord, on_delete=models.PROTECT, related_name="appeals", verbose_name=_("信用记录")
    )
    kind = models.CharField(_("类型"), max_length=12, choices=AppealKind.choices)
    statement = models.TextField(_("事实和理由"))
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    #: Checked within five working days; unknown while the calendar of that year is not announced (R-305).
    due_on = models.DateField(_("答复期限"), null=True, blank=True)
    reply = models.TextField(_("答复"), blank=True)

    objects = CreditAppealQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("信用异议和修复申请")
        verbose_name_plural = _("信用异议和修复申请")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["record"],
                condition=Q(status="filed"),
                name="credit_appeal_one_open",
                violation_error_message=_("该记录已有待答复的申请。"),
            )
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="credit_appeal_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{AppealKind(self.kind).label} · {self.record}"

    def get_absolute_url(self) -> str:
        return reverse("credit-appeal", args=[self.pk])

    @property
    def kind_label(self) -> str:
        return str(AppealKind(self.kind).label)


enforced_by_constraint("R-281", "credit_checked_by_another", _("信用记录须由登记人以外的人复核"))
enforced_by_constraint("R-281", "credit_is_fixed", _("已复核的信用记录不能修改；有误的，撤销后重新登记"))
enforced_by_constraint("R-282", "credit_appeal_one_open", _("该记录已有待答复的申请"))
