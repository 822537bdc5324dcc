"""Money set aside for a year's purchases, and what has been promised out of it."""

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

from orgs.models import Organization, Region
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.money import MoneyField
from procurement.rules import enforced_by_constraint

#: The state in which an envelope is spent from and its figures are locked.
APPROVED = "approved"


class FundSource(models.TextChoices):
    """Every budget line says where its money comes from (R-022)."""

    DEPARTMENT_BUDGET = "department_budget", _("部门预算")
    SPECIAL_FUND = "special_fund", _("专项资金")
    TRANSFER = "transfer", _("转移支付社会建设资金")
    COMMUNITY_SUBSIDY = "community_subsidy", _("社区公益事业补助")
    WELFARE_LOTTERY = "welfare_lottery", _("福彩公益金")
    EMPLOYMENT_FUND = "employment_fund", _("就业基金")
    DONATION = "donation", _("社会捐赠")
    SELF_RAISED = "self_raised", _("自筹")


class FundEnvelopeQuerySet(ScopedQuerySet["FundEnvelope"]):
    def visible_to(self, actor: Actor) -> Self:
        """Approved budgets are disclosed (R-285); drafts stay between the office, finance and oversight."""
        if actor.sees_everything or actor.holds(Role.LG):
            return self
        mine = actor.organization_ids(Role.LGO, Role.PU_FIN, Role.FIN, Role.TREAS)
        return self.filter(Q(status=APPROVED) | Q(office__in=mine) | Q(finance__in=mine))

    def approved(self) -> Self:
        return self.filter(status=APPROVED)


class FundEnvelope(LifecycleModel):
    """A year's money of one source. Once approved its figures move only by an approved adjustment (R-017)."""

    fiscal_year = models.PositiveSmallIntegerField(_("预算年度"))
    title = models.CharField(_("名称"), max_length=120)
    source = models.CharField(_("资金来源"), max_length=24, choices=FundSource.choices)
    jurisdiction = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("适用地区"))
    office = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="envelopes", verbose_name=_("主管单位")
    )
    finance = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("审批财政部门")
    )
    amount = MoneyField(_("额度"))
    committed_total = MoneyField(_("已安排"), default=Decimal(0), editable=False)
    #: The amount finance first approved; adjustments are counted from it.
    approved_amount = MoneyField(_("批准额度"), null=True, blank=True, editable=False)
    approval_number = models.CharField(_("批准文号"), max_length=64, blank=True)
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True, editable=False)
    basis = models.TextField(_("测算依据"), blank=True)

    objects = FundEnvelopeQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("资金额度")
        verbose_name_plural = _("资金额度")
        ordering = ["-fiscal_year", "title", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(committed_total__gte=0) & Q(committed_total__lte=F("amount")),
                name="envelope_committed_within_amount",
                violation_error_message=_("已安排金额不得超过额度。"),
            ),
            models.CheckConstraint(
                condition=~Q(status=APPROVED) | (Q(approved_amount__isnull=False) & ~Q(approval_number="")),
                name="envelope_approved_with_number",
                violation_error_message=_("批准的额度须有批准文号。"),
            ),
            models.CheckConstraint(
                condition=Q(source__in=FundSource.values),
                name="envelope_source_is_typed",
                violation_error_message=_("资金来源须从规定类别中选择。"),
            ),
            models.UniqueConstraint(
                fields=["fiscal_year", "source", "office", "title"],
                name="envelope_once_a_year",
                violation_error_message=_("该年度已有同名、同来源的额度。"),
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(
                name="envelope_is_kept", operation=pgtrigger.Delete, condition=~pgtrigger.Q(old__status="draft")
            ),
            pgtrigger.Trigger(
                name="envelope_is_locked",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status=APPROVED),
                func=(
                    "IF (NEW.status, NEW.fiscal_year, NEW.source, NEW.jurisdiction_id, NEW.office_id, NEW.finance_id,"
                    " NEW.approved_amount, NEW.approval_number) IS DISTINCT FROM"
                    " (OLD.status, OLD.fiscal_year, OLD.source, OLD.jurisdiction_id, OLD.office_id, OLD.finance_id,"
                    " OLD.approved_amount, OLD.approval_number) THEN"
                    " RAISE EXCEPTION 'an approved envelope is locked'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'envelope_is_locked';"
                    " END IF; RETURN NEW;"
                ),
            ),
            # Judged at commit, when the adjustment that allows a new amount has become approved itself.
            pgtrigger.Trigger(
                name="envelope_amount_adds_up",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                timing=pgtrigger.Deferred,
                level=pgtrigger.Row,
                declare=[("allowed", "numeric"), ("actual", "numeric")],
                func=(
                    "SELECT e.amount, e.approved_amount + COALESCE((SELECT SUM(a.delta)"
                    " FROM catalogs_budgetadjustment a WHERE a.envelope_id = e.id AND a.line_id IS NULL"
                    " AND a.status = 'approved'), 0)"
                    " INTO actual, allowed"
                    " FROM catalogs_fundenvelope e WHERE e.id = NEW.id AND e.status = 'approved';"
                    " IF actual IS DISTINCT FROM allowed THEN"
                    " RAISE EXCEPTION 'amount % is not the approved amount and its adjustments (%)', actual, allowed"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'envelope_amount_adds_up';"
                    " END IF; RETURN NULL;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("envelope", args=[self.pk])

    @property
    def available(self) -> Decimal:
        """What may still be promised."""
        return self.amount - self.committed_total

    @property
    def is_locked(self) -> bool:
        return self.status == APPROVED

    @property
    def source_label(self) -> str:
        return str(FundSource(self.source).label)


class EntryKind(models.TextChoices):
    COMMIT = "commit", _("安排")
    RELEASE = "release", _("退回")
    ADJUST = "adjust", _("调整")


class EnvelopeEntry(models.Model):
    """One movement of an envelope; their sum is its committed total. Written by services.envelopes only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    envelope = models.ForeignKey(FundEnvelope, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(_("类别"), max_length=8, choices=EntryKind.choices)
    amount = MoneyField(_("金额"), signed=True)
    #: What the money was promised to, as "<app>.<model>:<uuid>".
    subject = models.CharField(_("事项"), max_length=120, blank=True)
    committed_after = MoneyField(_("安排后合计"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("额度变动")
        verbose_name_plural = _("额度变动")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["envelope", "at"], name="envelope_entries_by_time")]
        triggers = [pgtrigger.Protect(name="entry_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"

    @property
    def kind_label(self) -> str:
        return str(EntryKind(self.kind).label)


class BudgetAdjustmentQuerySet(ScopedQuerySet["BudgetAdjustment"]):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever may see the envelope; before approval only those who handle it."""
        if actor.sees_everything or actor.holds(Role.LG):
            return self
        mine = actor.organization_ids(Role.LGO, Role.PU_FIN, Role.FIN, Role.TREAS)
        return self.filter(Q(status=APPROVED) | Q(envelope__office__in=mine) | Q(envelope__finance__in=mine))


class BudgetAdjustment(LifecycleModel):
    """A change of an approved envelope, itself prepared and approved by two people (R-017)."""

    envelope = models.ForeignKey(
        FundEnvelope, on_delete=models.PROTECT, related_name="adjustments", verbose_name=_("资金额度")
    )
    #: Set when a budget line of the envelope is adjusted, not the envelope itself.
    line = models.ForeignKey(
        "catalogs.BudgetLine",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="adjustments",
        verbose_name=_("预算项目"),
    )
    delta = MoneyField(_("调整金额"), signed=True, help_text=_("调增填正数，调减填负数。"))
    grounds = models.TextField(_("调整原因"))
    approval_number = models.CharField(_("批准文号"), max_length=64, blank=True)

    objects = BudgetAdjustmentQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("预算调整")
        verbose_name_plural = _("预算调整")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(delta=0),
                name="adjustment_is_not_nothing",
                violation_error_message=_("调整金额不能为零。"),
            )
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(
                name="adjustment_is_kept",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status=APPROVED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line or self.envelope} {self.delta:+}"

    def get_absolute_url(self) -> str:
        return reverse("adjustment", args=[self.pk])


enforced_by_constraint("R-018", "envelope_committed_within_amount", _("已安排金额不得超过批准的额度"))
enforced_by_constraint("R-013", "envelope_approved_with_number", _("批准的额度须有批准文号"))
enforced_by_constraint("R-022", "envelope_source_is_typed", _("资金来源须从规定类别中选择"))
enforced_by_constraint("R-017", "envelope_is_locked", _("额度批准后已锁定，只能通过预算调整变更"))
enforced_by_constraint("R-017", "envelope_amount_adds_up", _("额度只能通过经批准的预算调整变更"))
