"""What an organisation has been certified for: yearly inspection results and qualifications."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orgs.models.organization import Organization
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import enforced_by_constraint


class InspectionResult(models.TextChoices):
    PASSED = "passed", _("合格")
    BASIC = "basic", _("基本合格")
    FAILED = "failed", _("不合格")
    ABSENT = "absent", _("未参加年检")


class AnnualInspection(models.Model):
    """The registry's verdict on one year of work (R-055)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="inspections", verbose_name=_("单位")
    )
    year = models.PositiveSmallIntegerField(_("年检年度"))
    result = models.CharField(_("年检结论"), max_length=16, choices=InspectionResult.choices)
    decided_on = models.DateField(_("作出日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("年度检查")
        verbose_name_plural = _("年度检查")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year"],
                name="inspection_once_a_year",
                violation_error_message=_("该年度已有年检结论。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.year}"

    @property
    def is_pass(self) -> bool:
        return self.result in (InspectionResult.PASSED, InspectionResult.BASIC)


class QualificationKind(models.TextChoices):
    """Kinds of paper; the first six prove the conditions of R-050 one by one (R-051)."""

    REGISTRATION = "registration", _("法人登记证书")
    AUDIT_REPORT = "audit_report", _("财务审计报告")
    TAX = "tax", _("依法纳税证明")
    SOCIAL_INSURANCE = "social_insurance", _("缴纳社会保障资金证明")
    EQUIPMENT = "equipment", _("设备和专业技术能力证明")
    DECLARATION = "declaration", _("近三年无重大违法记录声明")
    INSPECTION = "inspection", _("年检（年报）结论")
    GRADE = "grade", _("社会组织评估等级")
    TAX_EXEMPTION = "tax_exemption", _("非营利组织免税资格")
    DONATION_DEDUCTION = "donation_deduction", _("公益性捐赠税前扣除资格")
    CHARITY = "charity", _("慈善组织认定")
    PRACTICE = "practice", _("行业执业资质")
    OTHER = "other", _("其他")


#: An organisation may hold several of these at once; of every other kind a newer paper takes the place of the older.
SEVERAL = frozenset({QualificationKind.EQUIPMENT, QualificationKind.PRACTICE, QualificationKind.OTHER})
#: Facts the register publishes anyway; the other papers are for those who weigh an organisation.
PUBLIC_KINDS = frozenset(
    {
        QualificationKind.REGISTRATION,
        QualificationKind.GRADE,
        QualificationKind.TAX_EXEMPTION,
        QualificationKind.DONATION_DEDUCTION,
        QualificationKind.CHARITY,
        QualificationKind.PRACTICE,
    }
)
#: The state in which a paper proves something.
VERIFIED = "verified"
#: States in which its own people may still change a paper.
OPEN_PAPER = ("draft", "returned")
#: Who weighs an organisation's papers before the portal relies on them.
PAPER_READERS = (Role.LGO, Role.FIN, Role.PU_BUY, Role.PU_CHK)


class QualificationQuerySet(ScopedQuerySet["Qualification"]):
    def visible_to(self, actor: Actor) -> Self:
        """The own people's papers; civil affairs sees what was handed in, buyers what it has verified."""
        if actor.sees_everything:
            return self
        seen = Q(organization__in=actor.organization_ids())
        if actor.holds(Role.CIV):
            seen |= ~Q(status__in=("draft", "withdrawn"))
        if any(actor.holds(role) for role in PAPER_READERS):
            seen |= Q(status__in=(VERIFIED, "expired", "superseded"))
        return self.filter(seen)

    def public(self) -> Self:
        """What the organisation's public page states of its certificates."""
        return self.filter(status__in=(VERIFIED, "expired"), kind__in=PUBLIC_KINDS)

    def usable(self, day: date) -> Self:
        """Verified, and not past its last day on ``day``."""
        return self.filter(Q(expires_on__isnull=True) | Q(expires_on__gte=day), status=VERIFIED)


class Qualification(LifecycleModel):
    """A paper with its number and term, verified once and used by every application. Its scan hangs on ``subject``."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="qualifications", verbose_name=_("单位")
    )
    kind = models.CharField(_("材料类型"), max_length=24, choices=QualificationKind.choices)
    title = models.CharField(_("名称或等级"), max_length=64, blank=True)
    number = models.CharField(_("证书编号"), max_length=64)
    issuer = models.CharField(_("颁发机关"), max_length=128, blank=True)
    issued_on = models.DateField(_("颁发日期"))
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    #: The paper this one renews; it is superseded when this one is verified.
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by", editable=False
    )
    verified_at = models.DateTimeField(_("核验时间"), null=True, blank=True, editable=False)
    #: When its people were told that it is about to expire: once per paper.
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = QualificationQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("资质材料")
        verbose_name_plural = _("资质材料")
        ordering = ["kind", "-issued_on", "id"]
        indexes = [
            models.Index(fields=["expires_on"], condition=Q(status=VERIFIED), name="qualification_verified_expiry")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("issued_on")),
                name="qualification_expires_after_issue",
                violation_error_message=_("有效期截止日不得早于颁发日期。"),
            ),
            models.UniqueConstraint(
                fields=["organization", "kind", "number", "issued_on"],
                condition=~Q(status="withdrawn"),
                name="qualification_number_once",
                violation_error_message=_("该证书已经登记。"),
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(
                name="paper_is_kept", operation=pgtrigger.Delete, condition=~pgtrigger.Q(old__status="draft")
            ),
            pgtrigger.Trigger(
                name="paper_is_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF OLD.status NOT IN ('draft', 'returned') AND"
                    " (NEW.organization_id, NEW.kind, NEW.title, NEW.number, NEW.issuer, NEW.issued_on, NEW.expires_on,"
                    " NEW.replaces_id) IS DISTINCT FROM"
                    " (OLD.organization_id, OLD.kind, OLD.title, OLD.number, OLD.issuer, OLD.issued_on, OLD.expires_on,"
                    " OLD.replaces_id) THEN"
                    " RAISE EXCEPTION 'a paper handed in for verification does not change'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'paper_is_fixed';"
                    " END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_label} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("qualification", args=[self.pk])

    @property
    def kind_label(self) -> str:
        return str(QualificationKind(self.kind).label)

    def has_expired(self, day: date) -> bool:
        """Judged by the date itself: a clock that has not yet swept makes no paper valid."""
        return self.expires_on is not None and self.expires_on < day

    def is_usable(self, day: date) -> bool:
        return self.status == VERIFIED and not self.has_expired(day)


enforced_by_constraint("R-051", "paper_is_fixed", _("已提交核验的材料不能修改，请登记新的材料"))
