"""The application and the project it becomes: one object from draft to archive (domain §6, Project/Application)."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalogs.models import BeneficiaryGroup
from procurement.access import Actor, ScopedQuerySet
from procurement.lifecycle.models import CaseParty, LifecycleModel
from procurement.money import MoneyField
from procurement.privacy.fields import EncryptedCharField, EncryptedJSONField
from procurement.rules import enforced_by_constraint

#: States after 立项批复: what the public may know of a project (R-285).
PUBLIC_APPLICATION_STATES = (
    "approved",
    "ready_to_sign",
    "in_progress",
    "suspended",
    "rectifying",
    "closing",
    "rectifying_final",
    "closed",
    "closed_failed",
    "terminated",
    "archived",
)


class ApplicationQuerySet(ScopedQuerySet["Application"]):
    def visible_to(self, actor: Actor) -> ApplicationQuerySet:
        """A draft belongs to its applicant alone; later the case's parties read it, and admitted readers."""
        mine = actor.organization_ids()
        if actor.sees_everything:
            return self.exclude(Q(status="draft") & ~Q(applicant__in=mine))
        parties = CaseParty.objects.filter(organization_id__in=mine).values("case_id")
        admitted = ApplicationReader.objects.filter(person_id=actor.id, until__isnull=True).values("application_id")
        return self.filter(Q(applicant__in=mine) | (~Q(status="draft") & (Q(case__in=parties) | Q(pk__in=admitted))))

    def public(self) -> ApplicationQuerySet:
        return self.filter(status__in=PUBLIC_APPLICATION_STATES)


class Application(LifecycleModel):
    """申报项目. ``requested_amount`` is the sum of its fiscal budget lines; ``granted_amount`` is decided."""

    number = models.CharField(_("申报编号"), max_length=40, unique=True)
    guide = models.ForeignKey("projects.Guide", on_delete=models.PROTECT, related_name="applications")
    category = models.ForeignKey(
        "projects.GuideCategory",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="applications",
        verbose_name=_("申报类别"),
    )
    applicant = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="applications", verbose_name=_("申报单位")
    )
    hub = models.ForeignKey(
        "orgs.Organization",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="endorsed_applications",
        verbose_name=_("主责单位"),
    )
    title = models.CharField(_("项目名称"), max_length=120, blank=True)
    summary = models.TextField(_("项目简介"), blank=True)
    place = models.CharField(_("实施地点"), max_length=200, blank=True)
    beneficiary_groups = ArrayField(
        models.CharField(max_length=24, choices=BeneficiaryGroup.choices),
        default=list,
        blank=True,
        verbose_name=_("服务人群"),
    )
    beneficiary_count = models.PositiveIntegerField(_("预计服务人数"), null=True, blank=True)
    leader_name = models.CharField(_("项目负责人"), max_length=40, blank=True)
    leader_phone = EncryptedCharField(_("负责人电话"), max_length=20, blank=True)
    starts_on = models.DateField(_("开始日期"), null=True, blank=True)
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)
    #: Long answers by section code, as typed; completeness is judged by projects.sections.
    answers = models.JSONField(default=dict)
    #: Raised by every save of any section, so that two editors notice each other.
    edition = models.PositiveIntegerField(default=0)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    edited_at = models.DateTimeField(null=True, blank=True)
    requested_amount = MoneyField(_("申请资金"), default=Decimal("0.00"))
    co_funding_amount = MoneyField(_("配套资金"), default=Decimal("0.00"))
    granted_amount = MoneyField(_("批复资金"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    supplement_used = models.BooleanField(default=False)
    #: Last day on which what the office sent back may be handed in again.
    supplement_due_on = models.DateField(_("补正期限"), null=True, blank=True)
    #: Certificates of the applicant relied on; those still in date at submission.
    qualifications = models.ManyToManyField(
        "orgs.Qualification", blank=True, related_name="applications", verbose_name=_("资质证书")
    )
    #: What the panel's signed report said; evaluation reports it downward.
    review_score = models.DecimalField(_("评审得分"), max_digits=6, decimal_places=2, null=True, blank=True)
    review_rank = models.PositiveIntegerField(_("评审排名"), null=True, blank=True)
    review_suggested_amount = MoneyField(_("专家建议资金"), null=True, blank=True)
    review_report_id = models.UUIDField(null=True, blank=True)
    panel_id = models.UUIDField(null=True, blank=True)
    #: What the latest mid-term and final evaluation concluded; evaluation reports it downward.
    midterm_grade = models.CharField(_("中期等级"), max_length=12, blank=True)
    final_score = models.DecimalField(_("结项评估得分"), max_digits=6, decimal_places=2, null=True, blank=True)
    final_grade = models.CharField(_("结项等级"), max_length=12, blank=True)
    satisfaction = models.DecimalField(_("满意度"), max_digits=6, decimal_places=2, null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("申报项目")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(requested_amount__gte=0), name="application_requested_not_negative"),
            models.CheckConstraint(
                condition=Q(granted_amount__isnull=True) | Q(granted_amount__lte=F("requested_amount")),
                name="application_granted_within_requested",
                violation_error_message=_("批复资金不得超过申请资金"),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="application_ends_after_start",
                violation_error_message=_("结束日期须晚于开始日期"),
            ),
            models.CheckConstraint(
                condition=Q(hub__isnull=True) | ~Q(hub=F("applicant")) | Q(status__in=("draft", "withdrawn")),
                name="application_hub_is_another_body",
                violation_error_message=_("主责单位不得审核、验收本单位承接的项目"),
            ),
        ]
        indexes = [
            models.Index(fields=["guide", "status", "-created_at"], name="application_of_guide"),
            models.Index(
                fields=["-created_at", "id"],
                condition=Q(status__in=PUBLIC_APPLICATION_STATES),
                name="application_public",
            ),
            GinIndex(fields=["title"], opclasses=["gin_trgm_ops"], name="application_title_trigram"),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Trigger(
                name="not_submitted_late",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("submitted_at"),
                func=(
                    "IF NEW.submitted_at IS NOT NULL AND NEW.submitted_at >="
                    " (SELECT closes_at FROM projects_guide WHERE id = NEW.guide_id) THEN"
                    " RAISE EXCEPTION 'submitted after the deadline' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'application_not_late'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(_("未命名项目"))

    def get_absolute_url(self) -> str:
        return reverse("application", args=[self.pk])


class ApplicationReader(models.Model):
    """A person outside the parties who may read the application for a task (a panel expert), until removed."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="readers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=40)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "person", "why"], name="application_reader_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.why}"


class BudgetItem(models.TextChoices):
    """Heads of a project budget (domain §7.7)."""

    STAFF = "staff", _("人员费")
    ACTIVITY = "activity", _("活动费")
    VENUE = "venue", _("场地费")
    VOLUNTEER = "volunteer", _("志愿者补贴")
    TRANSPORT = "transport", _("交通费")
    MANAGEMENT = "management", _("管理费")
    TAX = "tax", _("税费")
    OTHER = "other", _("其他")


class BudgetVersion(models.TextChoices):
    REQUESTED = "requested", _("申报预算")
    GRANTED = "granted", _("批复预算")


class BudgetLine(models.Model):
    """One line: quantity × unit price = amount, held to by the database."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="budget_lines")
    version = models.CharField(max_length=12, choices=BudgetVersion.choices, default=BudgetVersion.REQUESTED)
    item = models.CharField(_("科目"), max_length=16, choices=BudgetItem.choices)
    description = models.CharField(_("用途"), max_length=200)
    unit = models.CharField(_("单位"), max_length=20)
    quantity = models.DecimalField(_("数量"), max_digits=10, decimal_places=2)
    unit_price = MoneyField(_("单价"))
    amount = MoneyField(_("金额"))
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0) & Q(unit_price__gte=0), name="budget_line_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.description} {self.amount}"


class IndicatorKind(models.TextChoices):
    OUTPUT = "output", _("产出指标")
    OUTCOME = "outcome", _("效果指标")
    SATISFACTION = "satisfaction", _("满意度指标")


class Indicator(models.Model):
    """A target and how it will be known; the same line returns in reports and evaluations."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="indicators")
    kind = models.CharField(_("类型"), max_length=16, choices=IndicatorKind.choices)
    name = models.CharField(_("指标"), max_length=100)
    unit = models.CharField(_("单位"), max_length=20)
    target = models.DecimalField(_("目标值"), max_digits=12, decimal_places=2)
    how_known = models.CharField(_("如何衡量"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.CheckConstraint(condition=Q(target__gt=0), name="indicator_target_positive")]

    def __str__(self) -> str:
        return f"{self.name} {self.target}{self.unit}"


class CoFunding(models.Model):
    """Money or its worth promised from elsewhere for the same purpose (配套资金)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="co_fundings")
    source = models.CharField(_("来源"), max_length=100)
    kind = models.CharField(
        _("性质"),
        max_length=16,
        choices=[
            ("own", _("自有资金")),
            ("donation", _("社会捐赠")),
            ("enterprise", _("企业资助")),
            ("fiscal", _("其他财政资金")),
            ("in_kind", _("实物折价")),
        ],
    )
    amount = MoneyField(_("金额"))
    secured = models.BooleanField(_("已落实"), default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="co_funding_positive")]

    def __str__(self) -> str:
        return f"{self.source} {self.amount}"


class Receipt(models.Model):
    """Proof of submission anyone can check: number, server time, hash of content and of each file, signature."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=40, unique=True)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="receipts")
    issued_at = models.DateTimeField()
    content_sha256 = models.CharField(max_length=64)
    files = models.JSONField(default=list)
    #: Holds the leader's phone, so it is sealed; ``content_sha256`` is of what it says.
    snapshot = EncryptedJSONField(default=dict)
    signature = models.TextField()

    class Meta:
        ordering = ["issued_at"]
        triggers = [pgtrigger.Protect(name="receipt_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.number


class PrecheckItem(models.Model):
    """One line of the office's formal check, with what is missing in words."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="precheck_items")
    code = models.CharField(max_length=32)
    label = models.CharField(max_length=120)
    passed = models.BooleanField(null=True)
    note = models.CharField(max_length=300, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["application", "code"], name="precheck_item_once")]

    def __str__(self) -> str:
        return self.label


enforced_by_constraint("R-084", "application_hub_is_another_body", _("主责单位不得审核、验收本单位承接的项目"))
enforced_by_constraint("R-018", "application_granted_within_requested", _("批复资金不得超过申请资金"))
enforced_by_constraint(
    "S-05", "application_not_late", _("申报截止时间已过，平台未接收本次提交（以平台服务器时间为准）"), in_sql=True
)
