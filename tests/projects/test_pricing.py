"""Price points and ranking against a reference written apart from it, in fractions, straight from the text of the rules."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from functools import cmp_to_key
from math import floor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogs.models import ProcurementMethod
from projects.pricing import Offer, Ranked, all_over_ceiling, rank

D = Decimal
KINDS = list(ProcurementMethod)
Case = tuple[str, list[Offer], Decimal, Decimal | None]


def generated(dice: random.Random) -> Case:
    """A procedure of up to seven offers; few distinct values half of the time, so that ties are common."""

    def amount() -> Decimal:
        often = dice.choice(("0", "100000", "300000.01", "480000", "500000"))
        return D(often) if dice.random() < 0.5 else D(dice.randrange(10**10)).scaleb(-2)

    def points() -> Decimal:
        often = dice.choice(("60", "71.25", "80"))
        return D(often) if dice.random() < 0.5 else D(dice.randrange(9001)).scaleb(-2)

    offers = [
        Offer(
            key=number,
            quote=amount(),
            technical=points(),
            deduction=D(dice.choice(("0", "0", "0.1", "0.15", "0.2"))),
            preferred=dice.random() < 0.5,
            satisfaction=D(dice.choice(("80", "95.5"))),
            co_funding=D(dice.choice(("0", "0.3"))),
            arrival=dice.randrange(4),
        )
        for number in range(dice.randrange(8))
    ]
    ceiling = dice.choice((None, D(300_000), D(500_000)))
    return dice.choice(KINDS), offers, D(dice.choice(("0", "10", "20", "30", "33.33"))), ceiling


def half_up(value: Fraction) -> Fraction:
    return Fraction(floor(value * 100 + Fraction(1, 2)), 100)


def reference(kind: str, offers: list[Offer], points: Decimal, ceiling: Decimal | None) -> dict[object, tuple]:
    """key → (price points, total, place, tied), by comparing every offer with every other one."""
    valid = [offer for offer in offers if ceiling is None or Fraction(offer.quote) <= Fraction(ceiling)]
    compared = {offer.key: Fraction(offer.quote) * (1 - Fraction(offer.deduction)) for offer in valid}
    low = min(compared.values(), default=Fraction(0))
    price = {
        key: Fraction(points) if value == low else half_up(Fraction(points) * low / value)
        for key, value in compared.items()
    }
    total = {offer.key: Fraction(offer.technical) + price[offer.key] for offer in valid}

    def better(one: Offer, other: Offer) -> int:
        """Negative when ``one`` stands before ``other``, zero when they are tied."""
        tests: list[Fraction] = []
        if kind in ("competitive_negotiation", "single_source", "direct_purchase"):
            tests = [compared[one.key] - compared[other.key]]
        elif kind == "guide_application":
            tests = [
                total[other.key] - total[one.key],
                Fraction(other.satisfaction) - Fraction(one.satisfaction),
                Fraction(other.co_funding) - Fraction(one.co_funding),
                Fraction(one.arrival - other.arrival),
            ]
        else:
            tests = [total[other.key] - total[one.key], Fraction(one.quote) - Fraction(other.quote)]
            if kind == "competitive_consultation":
                tests.append(Fraction(other.technical) - Fraction(one.technical))
        if kind != "guide_application":
            tests.append(Fraction(int(other.preferred) - int(one.preferred)))
        return next(((-1 if test < 0 else 1) for test in tests if test), 0)

    ordered = sorted(valid, key=cmp_to_key(better))
    found: dict[object, tuple] = {offer.key: (Fraction(0), Fraction(offer.technical), None, False) for offer in offers}
    for offer in ordered:
        before = sum(better(other, offer) < 0 for other in valid)
        equals = sum(better(other, offer) == 0 for other in valid)
        found[offer.key] = (price[offer.key], total[offer.key], before + 1, equals > 1)
    return found


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_ten_thousand_rankings_agree_with_the_reference(seed: int):
    dice = random.Random(seed)  # noqa: S311 - made-up cases, no secret
    for case in (generated(dice) for _number in range(100)):
        kind, offers, points, ceiling = case
        ranked = rank(kind, offers, price_points=points, ceiling=ceiling)
        found = {row.offer.key: (Fraction(row.price_score), Fraction(row.total), row.rank, row.tied) for row in ranked}
        assert found == reference(kind, offers, points, ceiling), case
        shuffled = dice.sample(offers, len(offers))
        assert rank(kind, shuffled, price_points=points, ceiling=ceiling) == ranked, case


def by_key(rows: list[Ranked]) -> dict[object, Ranked]:
    return {row.offer.key: row for row in rows}


def test_price_points_of_the_worked_example():
    offers = [Offer("a", D(450_000)), Offer("b", D(480_000)), Offer("c", D(500_000))]
    found = by_key(rank("open_tender", offers, price_points=D(20)))
    assert [str(found[key].price_score) for key in "abc"] == ["20.00", "18.75", "18.00"]


def test_a_half_is_rounded_up():
    found = by_key(rank("open_tender", [Offer("a", D(1)), Offer("b", D(800))], price_points=D(4)))
    assert str(found["b"].price_score) == "0.01"  # 0.005


def test_neither_highest_nor_lowest_quote_is_dropped():
    found = by_key(rank("open_tender", [Offer("low", D(1)), Offer("high", D(1000))], price_points=D(10)))
    assert (found["low"].price_score, found["high"].price_score) == (D("10.00"), D("0.01"))


def test_offer_over_the_ceiling_has_no_place_and_sets_no_lowest_price():
    offers = [Offer("a", D(700_000), technical=D(90)), Offer("b", D(600_000), technical=D(60))]
    ranked = rank("open_tender", offers, price_points=D(10), ceiling=D(600_000))
    assert [(row.offer.key, row.rank) for row in ranked] == [("b", 1), ("a", None)]
    assert not all_over_ceiling(ranked)


def test_all_over_budget_is_known():
    assert all_over_ceiling(rank("open_tender", [Offer("a", D(700_000))], ceiling=D(600_000)))


def test_consultation_breaks_a_tie_by_quote_then_by_technical_points():
    offers = [Offer("a", D(500_000), technical=D(70)), Offer("b", D(400_000), technical=D(70))]
    assert [row.offer.key for row in rank("competitive_consultation", offers)] == ["b", "a"]


def test_negotiation_looks_at_the_last_quote_only():
    offers = [Offer("a", D(500_000), technical=D(99)), Offer("b", D(499_999), technical=D(60))]
    assert [row.offer.key for row in rank("competitive_negotiation", offers)] == ["b", "a"]


@pytest.mark.parametrize("kind", ["open_tender", "competitive_consultation", "competitive_negotiation"])
def test_social_organisation_is_preferred_only_when_all_else_is_equal(kind: str):
    equal = [Offer("enterprise", D(400_000), D(70)), Offer("social", D(400_000), D(70), preferred=True)]
    assert [row.offer.key for row in rank(kind, equal)] == ["social", "enterprise"]
    dearer = [equal[0], Offer("social", D(400_000) + D("0.01"), D(70), preferred=True)]
    assert next(row.offer.key for row in rank(kind, dearer)) == "enterprise"


def test_deduction_compares_lower_but_the_quote_stays():
    small = Offer("small", D(500_000), technical=D(50), deduction=D("0.1"))
    ranked = by_key(rank("open_tender", [small, Offer("big", D(450_000), technical=D(50))], price_points=D(20)))
    assert ranked["small"].price_score == ranked["big"].price_score == D("20.00")
    assert (ranked["big"].rank, ranked["small"].rank) == (1, 2)  # equal points: the lower quote as it was made
