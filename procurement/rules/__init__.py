"""Rules: the registry, refusals, marks on code, and dated rule sets (`procurement.rules.models.RuleSet`)."""

from procurement.rules.marks import (
    Guard,
    Mark,
    MarkKind,
    RuleState,
    enforced_by_constraint,
    guard,
    implements,
    marks,
    records,
    refusal_for_constraint,
    register_enforcement,
    state_of,
)
from procurement.rules.refusals import Refusal, RuleViolation
from procurement.rules.rulebook import Effect, Regime, Rule, UnknownRule, registry

__all__ = [
    "Effect",
    "Guard",
    "Mark",
    "MarkKind",
    "Refusal",
    "Regime",
    "Rule",
    "RuleState",
    "RuleViolation",
    "UnknownRule",
    "enforced_by_constraint",
    "guard",
    "implements",
    "marks",
    "records",
    "refusal_for_constraint",
    "register_enforcement",
    "registry",
    "state_of",
]
