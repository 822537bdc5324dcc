"""A demand as it will be bought: the six groups of Chengdu article 13, what the public said of it, its place in the catalogue."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalogs.models.budget import ServiceClass
from catalogs.models.need import without_personal_numbers
from catalogs.models.taxonomy import BeneficiaryGroup, Priority, ServiceField, group_labels
from orgs.models import Organization, Region
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.money import MoneyField
from procurement.rules import Regime, enforced_by_constraint

#: States everybody may read: from the day the public is asked (R-046).
PUBLIC_DEMAND_STATES = ("consulting", "answered", "confirmed", "catalogued", "fulfilled")
#: The published demand catalogue.
CATALOGUED = "catalogued"
#: States in which the words of a demand stand still.
SETTLED_DEMAND_STATES = ("confirmed", "catalogued", "fulfilled", "withdrawn")
DEMAND_KEEPERS = (Role.PU_DEM, Role.PU_REV, Role.PU_BUY, Role.PU_FIN, Role.LGO)


class DemandItemQuerySet(ScopedQuerySet["DemandItem"]):
    def visible_to(self, actor: Actor) -> Self:
        """Public from the consultation on; before it, and once withdrawn, its own body's people and the overseers."""
        if actor.sees_everything:
            return self
        return self.filter(Q(status__in=PUBLIC_DEMAND_STATES) | Q(office__in=actor.organization_ids(*DEMAND_KEEPERS)))

    def catalogued(self) -> Self:
        """What stands in the published catalogue now."""
        return self.filter(status=CATALOGUED)

    def plannable(self) -> Self:
        """Confirmed by two people and heard by the public where it must be: what a plan line may rest on."""
        return self.filter(status__in=("confirmed", CATALOGUED))


class DemandItem(LifecycleModel):
    """One line of the demand catalogue with its specification (需求书).

    Long texts are the six groups of article 13 in their order; ``catalogs.specification`` says which belong where.
    """

    title = models.CharField(_("需求名称"), max_length=120)
    office = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="demand_items", verbose_name=_("购买主体")
    )
    street = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("街道（乡镇）"))
    community = models.CharField(_("社区（村）"), max_length=120, blank=True)
    field = models.CharField(_("服务类型"), max_length=16, choices=ServiceField.choices)
    groups = ArrayField(
        models.CharField(max_length=24, choices=BeneficiaryGroup.choices),
        verbose_name=_("受益群众"),
        default=list,
        blank=True,
    )
    service_class = models.CharField(
        _("服务类别"), max_length=24, choices=ServiceClass.choices, default=ServiceClass.PUBLIC_SERVICE
    )
    regime = models.CharField(_("适用制度"), max_length=20, choices=Regime.choices, default=Regime.OTHER_PURCHASE)
    catalogue_item = models.ForeignKey(
        "catalogs.CatalogueItem",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("指导性目录条目"),
    )
    estimated_amount = MoneyField(_("估算金额"), null=True, blank=True)
    beneficiaries = models.PositiveIntegerField(_("预计受益人数"), null=True, blank=True)
    is_recurring = models.BooleanField(
        _("延续性、周期性服务"),
        default=True,
        help_text=_("如养老服务、物业管理：须有考核评价标准。一次性交付的服务不勾选，须有履约验收标准。"),
    )
    is_fixed_beforehand = models.BooleanField(
        _("服务要求能够事先确定"),
        default=True,
        help_text=_("不能事先确定的，须采用“先明确需求、后竞争报价”的购买方式。"),
    )
    starts_on = models.DateField(_("计划开始日期"), null=True, blank=True)
    ends_on = models.DateField(_("计划结束日期"), null=True, blank=True)

    goal = models.TextField(_("功能或目标"), blank=True)
    policy = models.TextField(_("落实政府采购政策的要求"), blank=True)
    standards = models.TextField(_("执行的标准、规范"), blank=True)
    quantity = models.TextField(_("服务数量或范围"), blank=True)
    term = models.CharField(_("服务期限"), max_length=200, blank=True)
    recipients = models.TextField(_("服务对象"), blank=True)
    content = models.TextField(_("服务内容"), blank=True)
    quality = models.TextField(_("服务质量要求"), blank=True)
    team = models.TextField(_("服务团队的专业化要求"), blank=True)
    core_needs = models.TextField(
        _("核心需求及量化指标"), blank=True, help_text=_("一行一项，写明数量，如：助餐 每日 60 人次。")
    )
    assessment_standard = models.TextField(_("考核评价标准"), blank=True)
    acceptance_standard = models.TextField(_("履约验收标准"), blank=True)
    payment_link = models.TextField(_("考核结果与资金支付的衔接"), blank=True)
    time_and_place = models.TextField(_("履约时间和地点"), blank=True)
    handover = models.TextField(_("服务衔接期安排"), blank=True)
    unforeseen = models.TextField(_("不可预见事项的处理"), blank=True)
    settlement = models.TextField(_("资金结算方式"), blank=True)
    uncertainties = models.TextField(_("不确定因素及职责界定"), blank=True)
    other = models.TextField(_("其他服务要求"), blank=True, help_text=_("没有的，写“无”。"))
    supplier_opinions = models.TextField(
        _("征求供应商、专家意见的情况"), blank=True, help_text=_("必要时征求；未征求的可不填。")
    )
    #: Codes of the self-check's statements the author has confirmed (R-039).
    self_check = ArrayField(models.CharField(max_length=24), default=list, blank=True, editable=False)
    #: Registered organisations whose names the words mention; found when the words are saved (R-039).
    named_suppliers = ArrayField(models.CharField(max_length=128), default=list, blank=True, editable=False)

    consultation_channels = ArrayField(models.CharField(max_length=16), default=list, blank=True, editable=False)
    consultation_started_on = models.DateField(_("征求意见开始日期"), null=True, blank=True, editable=False)
    consultation_ends_on = models.DateField(_("征求意见截止日期"), null=True, blank=True, editable=False)
    consultation_closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    consultation_summary = models.TextField(_("意见采纳情况"), blank=True, editable=False)
    listed_at = models.DateTimeField(_("列入目录时间"), null=True, blank=True, editable=False)
    #: The purchase plan that takes it up; several demands may share one.
    plan = models.ForeignKey(
        "catalogs.PurchasePlan",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="demands",
        verbose_name=_("购买计划"),
        editable=False,
    )

    objects = DemandItemQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("需求目录项")
        verbose_name_plural = _("需求目录")
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["street", "field", "status"], name="demand_by_street_and_field"),
            models.Index(fields=["status", "-listed_at", "id"], name="demand_by_listing"),
            models.Index(fields=["office", "status"], name="demand_by_office"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="demand_days_in_order",
                violation_error_message=_("计划结束日期不得早于开始日期。"),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("confirmed", "catalogued", "fulfilled"))
                | ~Q(service_class="public_service")
                | Q(consultation_closed_at__isnull=False),
                name="demand_public_service_was_consulted",
                violation_error_message=_("公共服务项目的需求须先征求社会公众意见。"),
            ),
            models.CheckConstraint(
                condition=Q(consultation_ends_on__isnull=True)
                | Q(consultation_started_on__isnull=False, consultation_ends_on__gt=F("consultation_started_on")),
                name="demand_consultation_has_a_period",
                violation_error_message=_("征求意见须有起止日期。"),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("confirmed", "catalogued", "fulfilled"))
                | Q(is_recurring=True) & ~Q(assessment_standard="")
                | Q(is_recurring=False) & ~Q(acceptance_standard=""),
                name="demand_has_its_standard",
                violation_error_message=_("周期性服务须有考核评价标准，一次性服务须有履约验收标准。"),
            ),
            models.CheckConstraint(
                condition=~Q(status="catalogued") | Q(listed_at__isnull=False),
                name="demand_catalogued_has_its_day",
                violation_error_message=_("列入目录须有时间。"),
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(
                name="demand_is_kept", operation=pgtrigger.Delete, condition=~pgtrigger.Q(old__status="draft")
            ),
            pgtrigger.Trigger(
                name="demand_is_settled",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status__in=SETTLED_DEMAND_STATES),
                func=(
                    "IF (NEW.title, NEW.office_id, NEW.street_id, NEW.field, NEW.service_class, NEW.goal, NEW.standards,"
                    " NEW.quantity, NEW.recipients, NEW.content, NEW.quality, NEW.assessment_standard,"
                    " NEW.acceptance_standard, NEW.payment_link, NEW.settlement, NEW.estimated_amount)"
                    " IS DISTINCT FROM"
                    " (OLD.title, OLD.office_id, OLD.street_id, OLD.field, OLD.service_class, OLD.goal, OLD.standards,"
                    " OLD.quantity, OLD.recipients, OLD.content, OLD.quality, OLD.assessment_standard,"
                    " OLD.acceptance_standard, OLD.payment_link, OLD.settlement, OLD.estimated_amount) THEN"
                    " RAISE EXCEPTION 'a confirmed demand keeps its words'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'demand_is_settled';"
                    " END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("demand", args=[self.pk])

    @property
    def group_labels(self) -> list[str]:
        return group_labels(self.groups)

    @property
    def priority(self) -> Priority:
        return ServiceField(self.field).priority

    @property
    def is_public_service(self) -> bool:
        return self.service_class == ServiceClass.PUBLIC_SERVICE

    @property
    def is_listed(self) -> bool:
        return self.status == CATALOGUED

    @property
    def channel_labels(self) -> list[str]:
        return [str(ConsultationChannel(code).label) for code in self.consultation_channels]


class ConsultationChannel(models.TextChoices):
    """Where the public is asked (Chengdu article 15)."""

    PORTAL = "portal", _("本平台（政府采购网站）")
    MEDIA = "media", _("主管部门官方媒体")
    QUESTIONNAIRE = "questionnaire", _("发放调查问卷")
    MEETING = "meeting", _("座谈会、居民议事会")


class FeedbackUse(models.TextChoices):
    ADOPTED = "adopted", _("采纳")
    PARTLY = "partly", _("部分采纳")
    NOT_ADOPTED = "not_adopted", _("未采纳")

    @property
    def tone(self) -> str:
        return {"adopted": "good", "partly": "info"}.get(self.value, "neutral")


class FeedbackGiver(models.TextChoices):
    PUBLIC = "public", _("社会公众")
    RECIPIENT = "recipient", _("服务对象")
    SUPPLIER = "supplier", _("供应商")
    EXPERT = "expert", _("专家")


class DemandFeedback(models.Model):
    """What somebody said of a demand while the public was asked, and how it was used (R-046)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(DemandItem, on_delete=models.PROTECT, related_name="feedback")
    channel = models.CharField(_("渠道"), max_length=16, choices=ConsultationChannel.choices)
    giver = models.CharField(_("意见人"), max_length=12, choices=FeedbackGiver.choices)
    text = models.TextField(_("意见"), max_length=1000)
    filed_at = models.DateTimeField(_("收到时间"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    use = models.CharField(_("采纳情况"), max_length=12, choices=FeedbackUse.choices, blank=True)
    answer = models.TextField(_("如何采用或不采用的理由"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("需求意见")
        verbose_name_plural = _("需求意见")
        ordering = ["filed_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, use="", answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(use="") & ~Q(answer=""),
                name="feedback_answered_in_full",
                violation_error_message=_("答复意见须写明采纳情况和理由。"),
            )
        ]
        triggers = [
            pgtrigger.Protect(name="feedback_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="feedback_keeps_its_words",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("item", "channel", "giver", "text", "filed_at"),
            ),
        ]

    def __str__(self) -> str:
        return self.public_text[:40]

    @property
    def public_text(self) -> str:
        return without_personal_numbers(self.text)

    @property
    def use_tone(self) -> str:
        return FeedbackUse(self.use).tone if self.use else "neutral"


enforced_by_constraint("R-046", "demand_public_service_was_consulted", _("公共服务项目的需求须先征求社会公众意见"))
enforced_by_constraint("R-032", "demand_has_its_standard", _("周期性服务须有考核评价标准，一次性服务须有履约验收标准"))
enforced_by_constraint("R-046", "feedback_answered_in_full", _("答复意见须写明采纳情况和理由"))
