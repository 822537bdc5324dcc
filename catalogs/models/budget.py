"""A department's budget lines for purchases, and the table in which they are filed with the department budget."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalogs.models.envelope import APPROVED, FundEnvelope
from orgs.models import Organization
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.money import MoneyField
from procurement.rules import enforced_by_constraint

#: Whoever prepares a department's budget and plans, and so reads its drafts.
DEPARTMENT_ROLES = (Role.PU_FIN, Role.LGO, Role.PU_BUY, Role.PU_DEM, Role.PU_REV, Role.PU_SIGN)


class ServiceClass(models.TextChoices):
    """The three classes of Chengdu's procedures (domain §3.6)."""

    INTERNAL_OPERATION = "internal_operation", _("机关运行保障类")
    FUNCTION_SUPPORT = "function_support", _("履职辅助类")
    PUBLIC_SERVICE = "public_service", _("公共服务类")


class BudgetLineQuerySet(ScopedQuerySet["BudgetLine"]):
    def visible_to(self, actor: Actor) -> Self:
        """Approved lines are disclosed (R-285); before that the department, its finance authority and oversight."""
        if actor.sees_everything or actor.holds(Role.LG):
            return self
        mine, finance = actor.organization_ids(*DEPARTMENT_ROLES), actor.organization_ids(Role.FIN, Role.TREAS)
        return self.filter(Q(status=APPROVED) | Q(department__in=mine) | Q(envelope__finance__in=finance))

    def of_year(self, department_id: uuid.UUID, year: int) -> Self:
        return self.filter(department=department_id, envelope__fiscal_year=year)


class BudgetLine(LifecycleModel):
    """What one department may buy of one kind in one year, out of one envelope. Locked once approved (R-017)."""

    envelope = models.ForeignKey(
        FundEnvelope, on_delete=models.PROTECT, related_name="lines", verbose_name=_("资金额度")
    )
    department = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="budget_lines", verbose_name=_("预算部门")
    )
    title = models.CharField(_("购买项目"), max_length=120)
    budget_subject = models.CharField(_("预算科目"), max_length=80)
    category = models.CharField(_("服务类别"), max_length=80)
    catalogue_item = models.ForeignKey(
        "catalogs.CatalogueItem",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="budget_lines",
        verbose_name=_("指导性目录条目"),
    )
    service_class = models.CharField(_("服务分类"), max_length=24, choices=ServiceClass.choices)
    amount = MoneyField(_("预算金额"))
    #: Kept by the database itself from the plans drawn on the line.
    planned_total = MoneyField(_("已列计划"), default=Decimal(0), editable=False)
    approved_amount = MoneyField(_("批准金额"), null=True, blank=True, editable=False)
    approval_number = models.CharField(_("批准文号"), max_length=64, blank=True, editable=False)
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True, editable=False)
    basis_research = models.TextField(_("市场调查"), blank=True)
    basis_price = models.TextField(_("价格水平"), blank=True)
    basis_wage = models.TextField(_("工资标准"), blank=True)
    basis_tax = models.TextField(_("税费"), blank=True)
    estimator = models.CharField(_("测算责任人"), max_length=40, blank=True)
    in_procurement_budget = models.BooleanField(_("已同时编入政府采购预算"), default=False)
    is_social_work = models.BooleanField(_("社会工作项目"), default=False)
    is_major = models.BooleanField(_("重大、民生或临时项目"), default=False)
    discussion_number = models.CharField(_("一事一议文号"), max_length=64, blank=True)
    last_year = models.PositiveSmallIntegerField(_("延续至年度"), null=True, blank=True)
    midterm_plan = models.CharField(_("中期财政规划依据"), max_length=200, blank=True)

    objects = BudgetLineQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("预算项目")
        verbose_name_plural = _("预算项目")
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(planned_total__gte=0) & Q(planned_total__lte=F("amount")),
                name="budget_line_planned_within_amount",
                violation_error_message=_("购买计划合计不得超过预算金额。"),
            ),
            models.CheckConstraint(
                condition=~Q(status=APPROVED) | (Q(approved_amount__isnull=False) & ~Q(approval_number="")),
                name="budget_line_approved_with_number",
                violation_error_message=_("批准的预算项目须有批准文号。"),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="budget_line_amount_positive",
                violation_error_message=_("预算金额须大于零。"),
            ),
            models.UniqueConstraint(
                fields=["envelope", "department", "title"],
                name="budget_line_once_a_year",
                violation_error_message=_("该额度下已有同名的预算项目。"),
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "id"], name="budget_line_newest"),
            models.Index(fields=["department", "budget_subject", "category"], name="budget_line_subject"),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(
                name="budget_line_is_kept", operation=pgtrigger.Delete, condition=~pgtrigger.Q(old__status="draft")
            ),
            pgtrigger.Trigger(
                name="budget_line_is_locked",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status=APPROVED),
                func=(
                    "IF (NEW.status, NEW.envelope_id, NEW.department_id, NEW.title, NEW.budget_subject, NEW.category,"
                    " NEW.approved_amount, NEW.approval_number) IS DISTINCT FROM"
                    " (OLD.status, OLD.envelope_id, OLD.department_id, OLD.title, OLD.budget_subject, OLD.category,"
                    " OLD.approved_amount, OLD.approval_number) THEN"
                    " RAISE EXCEPTION 'an approved budget line is locked'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_line_is_locked';"
                    " END IF; RETURN NEW;"
                ),
            ),
            # Judged at commit, when the adjustment that allows a new amount has become approved itself.
            pgtrigger.Trigger(
                name="budget_line_amount_adds_up",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                timing=pgtrigger.Deferred,
                level=pgtrigger.Row,
                declare=[("allowed", "numeric"), ("actual", "numeric")],
                func=(
                    "SELECT l.amount, l.approved_amount + COALESCE((SELECT SUM(a.delta)"
                    " FROM catalogs_budgetadjustment a WHERE a.line_id = l.id AND a.status = 'approved'), 0)"
                    " INTO actual, allowed"
                    " FROM catalogs_budgetline l WHERE l.id = NEW.id AND l.status = 'approved';"
                    " IF actual IS DISTINCT FROM allowed THEN"
                    " RAISE EXCEPTION 'amount % is not the approved amount and its adjustments (%)', actual, allowed"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_line_amount_adds_up';"
                    " END IF; RETURN NULL;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("budget-line", args=[self.pk])

    @property
    def fiscal_year(self) -> int:
        return self.envelope.fiscal_year

    @property
    def available(self) -> Decimal:
        """What may still be planned."""
        return self.amount - self.planned_total

    @property
    def is_locked(self) -> bool:
        return self.status == APPROVED


class PurchaseItemTableQuerySet(ScopedQuerySet["PurchaseItemTable"]):
    def visible_to(self, actor: Actor) -> Self:
        """The department, the finance authorities and oversight; the public reads the approved lines instead."""
        if actor.sees_everything or actor.holds(Role.LG) or actor.holds(Role.FIN):
            return self
        return self.filter(department__in=actor.organization_ids(*DEPARTMENT_ROLES))


class PurchaseItemTable(models.Model):
    """购买项目表: a department's lines of a year as filed with its budget (R-014). A correction is a new version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    department = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="item_tables", verbose_name=_("预算部门")
    )
    fiscal_year = models.PositiveSmallIntegerField(_("预算年度"))
    version = models.PositiveSmallIntegerField(_("版次"))
    #: The lines as they stood: id, title, subject, category, source, amount …
    rows = models.JSONField(_("项目"))
    total = MoneyField(_("合计"))
    filed_at = models.DateTimeField(_("报送时间"))
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("报送人")
    )

    objects = PurchaseItemTableQuerySet.as_manager()

    class Meta:
        verbose_name = _("购买项目表")
        verbose_name_plural = _("购买项目表")
        ordering = ["-fiscal_year", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["department", "fiscal_year", "version"], name="item_table_version_once")
        ]
        triggers = [pgtrigger.Protect(name="item_table_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.department} {self.fiscal_year} v{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("item-table", args=[self.pk])

    @property
    def subject(self) -> str:
        return f"{self._meta.label_lower}:{self.pk}"


enforced_by_constraint("R-018", "budget_line_planned_within_amount", _("购买计划合计不得超过预算项目的金额"))
enforced_by_constraint("R-013", "budget_line_approved_with_number", _("批准的预算项目须有批准文号"))
enforced_by_constraint("R-017", "budget_line_is_locked", _("预算项目批准后已锁定，只能通过预算调整变更"))
enforced_by_constraint("R-017", "budget_line_amount_adds_up", _("预算金额只能通过经批准的预算调整变更"))
