"""The purchase plan: what is to be bought out of a budget line, how, when; published as an intention."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalogs.models.budget import DEPARTMENT_ROLES, BudgetLine
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.money import MoneyField
from procurement.rules import Regime, enforced_by_constraint

#: States in which a plan takes nothing from its line.
NOT_COUNTED = ("draft", "withdrawn")
#: From publication on anyone may read the plan (R-019).
PUBLIC_PLAN_STATES = ("published", "used")


class ProcurementMethod(models.TextChoices):
    """Ways of buying a service. 询价 is for goods and has no place here (R-099)."""

    OPEN_TENDER = "open_tender", _("公开招标")
    INVITED_TENDER = "invited_tender", _("邀请招标")
    COMPETITIVE_NEGOTIATION = "competitive_negotiation", _("竞争性谈判")
    COMPETITIVE_CONSULTATION = "competitive_consultation", _("竞争性磋商")
    SINGLE_SOURCE = "single_source", _("单一来源")
    FRAMEWORK_AGREEMENT = "framework_agreement", _("框架协议采购")
    COMPETITIVE_SELECTION = "competitive_selection", _("竞争性比选")
    DIRECT_PURCHASE = "direct_purchase", _("小额直接委托")
    DIRECTED_COMMISSION = "directed_commission", _("定向委托")
    VENTURE_PHILANTHROPY = "venture_philanthropy", _("公益创投")
    MATCHING_PURCHASE = "matching_purchase", _("差额购买")
    GUIDE_APPLICATION = "guide_application", _("发布指南、申报评审")

    @property
    def is_open(self) -> bool:
        """Whether anybody qualified may compete; the others need a reason (R-106)."""
        return self in (ProcurementMethod.OPEN_TENDER, ProcurementMethod.GUIDE_APPLICATION)


class MethodGround(models.TextChoices):
    """The circumstances in which the law allows a method that is not open."""

    SPECIAL_SUPPLY = "special_supply", _("服务具有特殊性，只能从有限范围的供应商采购")
    TOO_COSTLY = "too_costly", _("公开招标费用占总价比例过大")
    FAILED_TENDER = "failed_tender", _("招标后没有合格投标或重新招标未能成立")
    COMPLEX = "complex", _("技术复杂或性质特殊，不能确定详细要求")
    URGENT = "urgent", _("非采购人拖延造成的紧急需要")
    PRICE_UNKNOWN = "price_unknown", _("不能事先计算出价格总额")
    GOVERNMENT_SERVICE = "government_service", _("政府购买服务项目")
    ONLY_SUPPLIER = "only_supplier", _("只能从唯一供应商处采购")
    EMERGENCY = "emergency", _("不可预见的紧急情况")
    CONSISTENCY = "consistency", _("须保证一致性的添购，不超过原合同金额的10%")
    RECIPIENTS_CHOOSE = "recipients_choose", _("为公众提供服务，由服务对象在多家中选择")
    SMALL_AMOUNT = "small_amount", _("单项小额")
    FUNCTION_TRANSFER = "function_transfer", _("政府职能转移事项，费随事转")
    CO_FUNDED = "co_funded", _("购买主体承担部分费用，其余由承接主体自筹")
    OWN_DESIGN = "own_design", _("由社会组织自行设计项目，择优资助")


class PurchasePlanQuerySet(ScopedQuerySet["PurchasePlan"]):
    def visible_to(self, actor: Actor) -> Self:
        """Intentions are public; before that the department, its finance authority and oversight."""
        if actor.sees_everything or actor.holds(Role.LG):
            return self
        mine, finance = actor.organization_ids(*DEPARTMENT_ROLES), actor.organization_ids(Role.FIN)
        return self.filter(
            Q(status__in=PUBLIC_PLAN_STATES)
            | Q(budget_line__department__in=mine)
            | Q(budget_line__envelope__finance__in=finance)
        )

    def counted(self) -> Self:
        return self.exclude(status__in=NOT_COUNTED)

    def public(self) -> Self:
        return self.filter(status__in=PUBLIC_PLAN_STATES)


class PurchasePlan(LifecycleModel):
    """购买计划. Its money is counted on the line by the database from the moment it is submitted (R-018)."""

    number = models.CharField(_("计划编号"), max_length=40, unique=True)
    budget_line = models.ForeignKey(
        BudgetLine, on_delete=models.PROTECT, related_name="plans", verbose_name=_("预算项目")
    )
    title = models.CharField(_("计划名称"), max_length=120)
    need = models.TextField(_("需求概况"))
    amount = MoneyField(_("计划金额"))
    unit = models.CharField(_("计量单位"), max_length=20, blank=True)
    quantity = models.DecimalField(_("数量"), max_digits=12, decimal_places=2, null=True, blank=True)
    unit_price = MoneyField(_("单价"), null=True, blank=True)
    price_reason = models.TextField(_("单价偏离参考价的理由"), blank=True)
    expected_on = models.DateField(_("预计采购时间"))
    starts_on = models.DateField(_("服务开始"))
    ends_on = models.DateField(_("服务结束"))
    requirements = models.TextField(_("服务要求"), blank=True)
    service_standard = models.TextField(_("服务标准"), blank=True)
    evaluation_method = models.TextField(_("评价方法"), blank=True)
    in_central_catalogue = models.BooleanField(_("属于集中采购目录"), default=False)
    recipients_choose = models.BooleanField(_("由服务对象自选承接主体"), default=False)
    regime = models.CharField(_("适用制度"), max_length=20, choices=Regime.choices, editable=False)
    #: What the rule sets of the first day said; both stay pinned (R-001).
    rule_set = models.ForeignKey("rules.RuleSet", on_delete=models.PROTECT, related_name="+", editable=False)
    other_rule_set = models.ForeignKey("rules.RuleSet", on_delete=models.PROTECT, related_name="+", editable=False)
    method = models.CharField(_("购买方式"), max_length=32, choices=ProcurementMethod.choices)
    method_ground = models.CharField(_("适用情形"), max_length=32, choices=MethodGround.choices, blank=True)
    method_reason = models.TextField(_("采用该方式的理由"), blank=True)
    method_approval = models.CharField(_("采购方式批准文号"), max_length=64, blank=True)
    split_exception = models.CharField(_("不构成化整为零的依据文件"), max_length=120, blank=True)
    filing_number = models.CharField(_("实施计划备案号"), max_length=64, blank=True, editable=False)
    published_at = models.DateTimeField(_("公开时间"), null=True, blank=True, editable=False)
    awarded_amount = MoneyField(_("成交金额"), null=True, blank=True, editable=False)
    used_for = models.CharField(_("采购项目"), max_length=120, blank=True, editable=False)

    objects = PurchasePlanQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("购买计划")
        verbose_name_plural = _("购买计划")
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="plan_amount_positive",
                violation_error_message=_("计划金额须大于零。"),
            ),
            models.CheckConstraint(
                condition=Q(awarded_amount__isnull=True) | Q(awarded_amount__lte=F("amount")),
                name="plan_award_within_amount",
                violation_error_message=_("成交金额不得超过计划金额。"),
            ),
            models.CheckConstraint(
                condition=Q(method__in=ProcurementMethod.values),
                name="plan_method_is_for_services",
                violation_error_message=_("该购买方式不适用于服务。"),
            ),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "withdrawn"))
                | Q(method__in=("open_tender", "guide_application"))
                | ~Q(method_reason=""),
                name="plan_method_has_reason",
                violation_error_message=_("采用非公开方式须写明理由。"),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="plan_ends_after_start",
                violation_error_message=_("服务结束日期须晚于开始日期。"),
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "id"], name="plan_newest"),
            models.Index(
                fields=["-published_at", "id"], condition=Q(published_at__isnull=False), name="plan_published"
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(
                name="plan_is_kept", operation=pgtrigger.Delete, condition=~pgtrigger.Q(old__status="draft")
            ),
            # Differences, not a sum: the second of two writers waits for the line and adds to what the first left.
            pgtrigger.Trigger(
                name="plan_is_counted_on_its_line",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("before", "numeric"), ("after", "numeric")],
                func=(
                    "before := CASE WHEN TG_OP <> 'INSERT' AND OLD.status NOT IN ('draft', 'withdrawn')"
                    " THEN OLD.amount ELSE 0 END;"
                    " after := CASE WHEN TG_OP <> 'DELETE' AND NEW.status NOT IN ('draft', 'withdrawn')"
                    " THEN NEW.amount ELSE 0 END;"
                    " IF TG_OP = 'UPDATE' AND NEW.budget_line_id = OLD.budget_line_id THEN"
                    " after := after - before; before := 0; END IF;"
                    " IF before <> 0 THEN UPDATE catalogs_budgetline SET planned_total = planned_total - before"
                    " WHERE id = OLD.budget_line_id; END IF;"
                    " IF after <> 0 THEN UPDATE catalogs_budgetline SET planned_total = planned_total + after"
                    " WHERE id = NEW.budget_line_id; END IF;"
                    " RETURN NULL;"
                ),
            ),
            pgtrigger.Trigger(
                name="plan_is_locked",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status__in=["approved", "published", "used"]),
                func=(
                    "IF (NEW.budget_line_id, NEW.amount, NEW.method, NEW.title, NEW.requirements)"
                    " IS DISTINCT FROM (OLD.budget_line_id, OLD.amount, OLD.method, OLD.title, OLD.requirements) THEN"
                    " RAISE EXCEPTION 'an approved plan is locked'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_is_locked';"
                    " END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("purchase-plan", args=[self.pk])

    @property
    def department_id(self) -> uuid.UUID:
        return self.budget_line.department_id

    @property
    def finance_id(self) -> uuid.UUID:
        return self.budget_line.envelope.finance_id


enforced_by_constraint("R-018", "plan_award_within_amount", _("成交金额不得超过计划金额"))
enforced_by_constraint("R-099", "plan_method_is_for_services", _("询价等方式不适用于购买服务"))
enforced_by_constraint("R-106", "plan_method_has_reason", _("采用非公开方式须写明理由"))
enforced_by_constraint("R-017", "plan_is_locked", _("购买计划批准后不得修改，请撤回后另行编制"))
