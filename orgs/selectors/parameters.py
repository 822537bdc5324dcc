"""Thresholds and terms for what belongs to no case: the rule set in force where the deciding body sits."""

from __future__ import annotations

from datetime import date
from typing import Any

from orgs.models import Organization
from procurement.rules.models import RuleSet
from procurement.rules.models.rule_set import NoRuleSetInForce
from procurement.rules.parameters import parameter
from procurement.rules.rulebook import Regime


def rule_value_at(body: Organization, code: str, on: date) -> Any:
    """The value of the place's rule set on the day, or the declared default where no place set any (R-001)."""
    regime = Regime.GRANT_APPLICATION
    try:
        return RuleSet.objects.in_force(jurisdiction=body.region_id, regime=regime, on=on).value(code)
    except NoRuleSetInForce:
        return parameter(code).default_for(regime)
