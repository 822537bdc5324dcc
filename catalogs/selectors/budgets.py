"""Reads around budget lines and plans: the payment route, reserved quotas, shares, and what looks like splitting."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from catalogs.models import BudgetLine, FundEnvelope, FundSource, ProcurementMethod, PurchaseItemTable, PurchasePlan
from orgs.models import Organization
from procurement.access import Actor
from procurement.rules import Regime, implements, records
from procurement.rules.models import RuleSet
from procurement.rules.models.rule_set import NoRuleSetInForce

ZERO = Decimal(0)
OPEN_METHODS = tuple(method.value for method in ProcurementMethod if method.is_open)


@implements("R-023")
def payment_route(line: BudgetLine) -> str:
    """How the money will be paid, by where it comes from."""
    if line.envelope.source == FundSource.DEPARTMENT_BUDGET:
        route = _("列入部门预算：由部门按预算支付")
    else:
        route = _("专项资金未列入部门预算：合同经财政部门审核后直接支付")
    return _("%(route)s；重大项目须事先报批") % {"route": route} if line.is_major else route


def lines_for_list(actor: Actor) -> QuerySet[BudgetLine]:
    return BudgetLine.objects.visible_to(actor).select_related("envelope", "department")


def plans_for_list(actor: Actor) -> QuerySet[PurchasePlan]:
    return PurchasePlan.objects.visible_to(actor).select_related("budget_line__department", "budget_line__envelope")


def is_filed(line: BudgetLine) -> bool:
    """Whether a filed table of the department holds the line with this very amount (R-014)."""
    return PurchaseItemTable.objects.filter(
        department=line.department_id,
        fiscal_year=line.fiscal_year,
        rows__contains=[{"id": str(line.pk), "amount": str(line.amount)}],
    ).exists()


def same_purpose(plan: PurchasePlan) -> QuerySet[PurchasePlan]:
    """Other counted plans of the department, year, budget subject and category that are not bought openly."""
    line = plan.budget_line
    return (
        PurchasePlan.objects.counted()
        .filter(
            budget_line__department=line.department_id,
            budget_line__envelope__fiscal_year=line.fiscal_year,
            budget_line__budget_subject=line.budget_subject,
            budget_line__category=line.category,
        )
        .exclude(method__in=OPEN_METHODS)
        .exclude(pk=plan.pk)
    )


def not_open_total(plan: PurchasePlan) -> Decimal:
    """This plan and its like together (R-025)."""
    others = same_purpose(plan).aggregate(sum=Sum("amount"))["sum"] or ZERO
    return Decimal(others + plan.amount)


@dataclass(frozen=True)
class Quota:
    """What must be kept for social work out of the lottery money, and what is."""

    total: Decimal
    share: Decimal
    used: Decimal

    @property
    def reserved(self) -> Decimal:
        return (self.total * self.share).quantize(Decimal("0.01"))

    @property
    def percent(self) -> str:
        return f"{(self.share * 100).normalize():f}%"

    @property
    def met(self) -> bool:
        return self.used >= self.reserved


@records("R-027")
def lottery_quota(place: Organization, year: int, on: date) -> Quota | None:
    """None where the place's rules reserve nothing, or there is no lottery money in the year."""
    try:
        rules = RuleSet.objects.in_force(jurisdiction=place.region_id, regime=Regime.OTHER_PURCHASE, on=on)
    except NoRuleSetInForce:
        return None
    share: Any = rules.value("lottery_reserved_share")
    envelopes = FundEnvelope.objects.approved().filter(
        source=FundSource.WELFARE_LOTTERY, fiscal_year=year, jurisdiction=place.region_id
    )
    total = envelopes.aggregate(sum=Sum("amount"))["sum"] or ZERO
    if not share or not total:
        return None
    lines = BudgetLine.objects.filter(envelope__in=envelopes, status="approved", is_social_work=True)
    return Quota(total, share, lines.aggregate(sum=Sum("amount"))["sum"] or ZERO)


@dataclass(frozen=True)
class Share:
    """Purchase money of a year and how much of it went to social organisations."""

    total: Decimal
    to_social: Decimal
    target: Decimal

    @property
    def percent(self) -> str:
        return f"{(self.to_social / self.total * 100).quantize(Decimal('0.1')):f}%" if self.total else "—"

    @property
    def met(self) -> bool:
        return bool(self.total) and self.to_social >= self.total * self.target


#: (year) → (all contract money signed in it, that with social organisations); each room that signs contracts adds one.
MoneySpent = Callable[[int], tuple[Decimal, Decimal]]
_spenders: dict[str, MoneySpent] = {}


def register_money_spent(name: str, provider: MoneySpent) -> None:
    _spenders[name] = provider


@records("R-012")
def social_share(year: int, target: Decimal) -> Share:
    """The share of the year's purchase money that went to social organisations, against the target of the rule set."""
    sums = [provider(year) for provider in _spenders.values()]
    return Share(sum((a for a, _b in sums), ZERO), sum((b for _a, b in sums), ZERO), target)


def table_rows(lines: Iterable[BudgetLine]) -> list[dict[str, str]]:
    """The rows of a purchase item table, as they are filed and printed."""
    return [
        {
            "id": str(line.pk),
            "title": line.title,
            "subject": line.budget_subject,
            "category": line.category,
            "service_class": str(line.get_service_class_display()),
            "source": line.envelope.source_label,
            "amount": str(line.amount),
            "statutory": "yes" if line.in_procurement_budget else "",
            "estimator": line.estimator,
        }
        for line in lines
    ]
