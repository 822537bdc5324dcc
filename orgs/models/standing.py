"""What an organisation has been certified for: yearly inspection results and qualifications."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orgs.models.organization import Organization


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
    REGISTRATION = "registration", _("法人登记证书")
    GRADE = "grade", _("社会组织评估等级")
    TAX_EXEMPTION = "tax_exemption", _("非营利组织免税资格")
    DONATION_DEDUCTION = "donation_deduction", _("公益性捐赠税前扣除资格")
    CHARITY = "charity", _("慈善组织认定")
    PRACTICE = "practice", _("行业执业资质")
    OTHER = "other", _("其他")


class Qualification(models.Model):
    """A certificate with its number and term. Its scan is a document stored under ``subject``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="qualifications", verbose_name=_("单位")
    )
    kind = models.CharField(_("资质类型"), max_length=24, choices=QualificationKind.choices)
    title = models.CharField(_("名称或等级"), max_length=64, blank=True)
    number = models.CharField(_("证书编号"), max_length=64)
    issuer = models.CharField(_("颁发机关"), max_length=128, blank=True)
    issued_on = models.DateField(_("颁发日期"))
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)

    class Meta:
        verbose_name = _("资质证书")
        verbose_name_plural = _("资质证书")
        ordering = ["kind", "-issued_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("issued_on")),
                name="qualification_expires_after_issue",
                violation_error_message=_("有效期截止日不得早于颁发日期。"),
            ),
            models.UniqueConstraint(
                fields=["organization", "kind", "number"],
                name="qualification_number_once",
                violation_error_message=_("该证书已经登记。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} · {self.number}"

    @property
    def subject(self) -> str:
        return f"orgs.qualification:{self.pk}"
