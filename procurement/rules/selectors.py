"""What the handbook pages show: rules with their state, filtered; rule sets with where they stand today."""

import datetime
from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from procurement.rules.citations import CitationPart, linked
from procurement.rules.handbook import shown_marks
from procurement.rules.marks import Mark, RuleState, state_of
from procurement.rules.models import RuleSet
from procurement.rules.rulebook import Rule, registry

STATE_TONES = {
    RuleState.ENFORCED: "good",
    RuleState.COMPUTED: "good",
    RuleState.RECORDED: "info",
    RuleState.PENDING: "neutral",
}


@dataclass(frozen=True)
class RuleRow:
    """A rule with the state its marks give it."""

    rule: Rule
    state: RuleState
    places: list[Mark]
    #: The citation in pieces, those with a text at hand as links.
    citation: list[CitationPart]

    @property
    def tone(self) -> str:
        return STATE_TONES[self.state]


def rule_row(rule: Rule) -> RuleRow:
    return _row(rule, linked([rule.citation]))


def _row(rule: Rule, links: dict[str, list[CitationPart]]) -> RuleRow:
    return RuleRow(rule, state_of(rule.id), shown_marks(rule.id), links[rule.citation])


def rule_rows(
    *, section: str = "", regime: str = "", effect: str = "", state: str = "", words: str = ""
) -> list[RuleRow]:
    """Rules that match every given filter; an empty filter lets all through."""
    links = linked(rule.citation for rule in registry.values())
    rows = (_row(rule, links) for rule in registry.values())
    return [
        row
        for row in rows
        if section in ("", row.rule.section)
        and (not regime or row.rule.applies_to(regime))
        and effect in ("", row.rule.effect)
        and state in ("", row.state)
        and _mentions(row.rule, words)
    ]


def _mentions(rule: Rule, words: str) -> bool:
    haystack = f"{rule.id} {rule.title} {rule.text} {rule.text_en} {rule.citation}".lower()
    return all(word in haystack for word in words.lower().split())


def by_section(rows: list[RuleRow]) -> list[tuple[str, list[RuleRow]]]:
    return [(section, list(group)) for section, group in groupby(rows, key=lambda row: row.rule.section)]


def state_counts() -> list[tuple[RuleState, int]]:
    counted = Counter(state_of(rule_id) for rule_id in registry)
    return [(state, counted[state]) for state in RuleState]


@dataclass(frozen=True)
class RuleSetRow:
    """A rule set and whether it governs cases started today."""

    rule_set: RuleSet
    in_force: bool


def rule_set_rows(today: datetime.date) -> list[RuleSetRow]:
    current = set(RuleSet.objects.approved().valid_on(today).values_list("pk", flat=True))
    return [RuleSetRow(row, row.pk in current) for row in RuleSet.objects.approved()]
