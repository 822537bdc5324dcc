"""Which way of buying a rule set leads to, at every boundary to the cent."""

from datetime import date
from decimal import Decimal

import pytest

from catalogs.selectors.procedures import method_refusals, recommend, rules_for

pytestmark = pytest.mark.django_db
JINGAN, BEIJING, NOWHERE = ("310106", date(2013, 5, 1)), ("110105", date(2026, 5, 1)), ("350100", date(2026, 5, 1))


def advised(place: tuple[str, date], amount: str, **facts: bool) -> tuple[str, str, list[str]]:
    statutory, other = rules_for(*place)
    found = recommend(Decimal(amount), statutory=statutory, other=other, **facts)
    return found.regime.value, found.method.value if found.method else "", [step.rule_id for step in found.steps]


@pytest.mark.parametrize(
    ("place", "amount", "regime", "method", "rules"),
    [
        (JINGAN, "99999.99", "other_purchase", "", ["R-090", "R-092"]),
        (JINGAN, "100000.00", "statutory", "competitive_negotiation", ["R-090", "R-092"]),
        (JINGAN, "100000.01", "statutory", "competitive_negotiation", ["R-090", "R-092"]),
        (JINGAN, "499999.99", "statutory", "competitive_negotiation", ["R-090", "R-092"]),
        (JINGAN, "500000.00", "statutory", "open_tender", ["R-090", "R-091"]),
        (JINGAN, "500000.01", "statutory", "open_tender", ["R-090", "R-091"]),
        (BEIJING, "49999.99", "other_purchase", "competitive_selection", ["R-090", "R-102"]),
        (BEIJING, "50000.00", "other_purchase", "competitive_selection", ["R-090", "R-102"]),
        (BEIJING, "50000.01", "other_purchase", "competitive_selection", ["R-090", "R-102"]),
        (BEIJING, "999999.99", "other_purchase", "competitive_selection", ["R-090", "R-102"]),
        (BEIJING, "1000000.00", "statutory", "competitive_consultation", ["R-090", "R-096"]),
        (BEIJING, "1000000.01", "statutory", "competitive_consultation", ["R-090", "R-096"]),
        (BEIJING, "3999999.99", "statutory", "competitive_consultation", ["R-090", "R-096"]),
        (BEIJING, "4000000.00", "statutory", "open_tender", ["R-090", "R-091"]),
        (BEIJING, "4000000.01", "statutory", "open_tender", ["R-090", "R-091"]),
        (NOWHERE, "1999999.99", "statutory", "competitive_consultation", ["R-090", "R-096"]),
        (NOWHERE, "2000000.00", "statutory", "open_tender", ["R-090", "R-091"]),
    ],
)
def test_boundaries(place: tuple[str, date], amount: str, regime: str, method: str, rules: list[str]) -> None:
    assert advised(place, amount) == (regime, method, rules)


@pytest.mark.parametrize(
    ("facts", "method", "rule"),
    [
        ({"in_central_catalogue": True}, "competitive_consultation", "R-096"),
        ({"is_major": True}, "open_tender", "R-024"),
        ({"by_guide": True}, "guide_application", "R-090"),
        ({"in_central_catalogue": True, "recipients_choose": True}, "framework_agreement", "R-100"),
    ],
)
def test_circumstances(facts: dict[str, bool], method: str, rule: str) -> None:
    _regime, found, rules = advised(BEIJING, "30000", **facts)
    assert (found, rules[-1]) == (method, rule)


def refused(amount: str, method: str, ground: str = "", reason: str = "已论证", approval: str = "") -> list[str]:
    statutory, other = rules_for(*BEIJING)
    found = recommend(Decimal(amount), statutory=statutory, other=other)
    refusals = method_refusals(
        found, amount=Decimal(amount), method=method, ground=ground, reason=reason, approval=approval, other=other
    )
    return [refusal.rule_id for refusal in refusals]


@pytest.mark.parametrize(
    ("case", "rules"),
    [
        (("50000", "direct_purchase", "small_amount"), []),
        (("50000", "direct_purchase", ""), ["R-102"]),
        (("50000.01", "direct_purchase", "small_amount"), ["R-102"]),
        (("50000", "direct_purchase", "small_amount", " "), ["R-106"]),
        (("2000000", "inquiry"), ["R-099"]),
        (("2000000", "direct_purchase"), ["R-090", "R-102"]),
        (("2000000", "invited_tender", "too_costly"), []),
        (("2000000", "invited_tender", "urgent"), ["R-094"]),
        (("2000000", "competitive_negotiation", "urgent"), []),
        (("2000000", "competitive_negotiation", "only_supplier"), ["R-095"]),
        (("2000000", "single_source", "only_supplier"), []),
        (("2000000", "single_source", ""), ["R-097"]),
        (("2000000", "competitive_consultation", ""), []),
        (("4000000", "open_tender", "", ""), []),
        (("4000000", "competitive_consultation", "government_service"), ["R-091"]),
        (("4000000", "competitive_consultation", "government_service", "已论证", "京财采〔2026〕7号"), []),
    ],
)
def test_what_speaks_against_a_method(case: tuple[str, ...], rules: list[str]) -> None:
    assert refused(*case) == rules
