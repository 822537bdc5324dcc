"""Reads about purchase plans: whether a survey is due, what it found, and which demands a plan takes up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from catalogs.models import DemandItem, PurchasePlan
from procurement.access import Actor
from procurement.rules import Regime, implements

#: Days a survey of the market holds (R-037).
SURVEY_LASTS = 365
#: Whose people review a large purchase together (R-038).
REVIEW_UNITS = (
    ("procurement", _("采购")),
    ("finance", _("财务")),
    ("business", _("业务")),
    ("supervision", _("监督")),
)


@implements("R-037")
def survey_is_due(plan: PurchasePlan) -> bool:
    """Statutory purchases from the rule set's amount on, and major ones."""
    if plan.regime != Regime.STATUTORY:
        return False
    return plan.budget_line.is_major or plan.amount >= Decimal(str(plan.rule_set.value("demand_survey_amount")))


def survey_of(plan: PurchasePlan) -> dict[str, Any]:
    """What was entered with the last submission; empty when no survey was due."""
    last = plan.history.filter(transition="purchase_plan.submit").last()
    found: dict[str, Any] = dict(last.data.get("survey", {})) if last else {}
    return found


def demands_of(plan: PurchasePlan, actor: Actor) -> QuerySet[DemandItem]:
    """The demands taken up by the plan, as far as this person may read them."""
    return DemandItem.objects.visible_to(actor).filter(plan=plan).select_related("street").order_by("title")
