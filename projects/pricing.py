"""Price points and ranking (domain §7.1–7.2; R-105, R-121, R-135, R-143, R-144, R-145). Pure: no database, no clock.

Everything is exact ``Decimal``; only the price points are rounded, half up to two places. The order of the offers that
come in never matters, and neither the highest nor the lowest quote is ever dropped (R-135).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from catalogs.models import ProcurementMethod
from procurement.rules import implements

HUNDREDTH, ZERO = Decimal("0.01"), Decimal(0)
#: Enough digits that no quotient of two amounts is rounded before it is rounded half up.
DIGITS = 60
#: Methods in which the lowest last quote wins once the requirements are met (R-144).
BY_PRICE = (
    ProcurementMethod.COMPETITIVE_NEGOTIATION,
    ProcurementMethod.SINGLE_SOURCE,
    ProcurementMethod.DIRECT_PURCHASE,
)


@dataclass(frozen=True)
class Offer:
    """What ranking needs to know of one bid that satisfies the document.

    ``quote`` in yuan; ``technical`` are the points without the price; ``deduction`` is the share (0–1) by which the
    quote is lowered for this comparison, for the bodies entitled to it only (R-145).
    """

    key: Hashable
    quote: Decimal
    technical: Decimal = ZERO
    deduction: Decimal = ZERO
    #: A social organisation offering a service of the nine fields: preferred when all else is equal (R-105).
    preferred: bool = False
    # Only where applications under a guide are ranked (§7.2, last line).
    satisfaction: Decimal = ZERO
    co_funding: Decimal = ZERO
    arrival: int = 0

    @property
    def compared(self) -> Decimal:
        """The quote after the policy deduction, unrounded."""
        return self.quote * (1 - self.deduction)


@dataclass(frozen=True)
class Ranked:
    """An offer with its points and its place. ``rank`` is None for one over the ceiling; equals share a place."""

    offer: Offer
    price_score: Decimal
    total: Decimal
    rank: int | None
    tied: bool
    #: The lowest compared quote among the offers that count; the numerator of the formula.
    lowest: Decimal

    @property
    def over_ceiling(self) -> bool:
        return self.rank is None


@implements("R-121", "R-143")
def rank(
    kind: str, offers: Iterable[Offer], *, price_points: Decimal = ZERO, ceiling: Decimal | None = None
) -> list[Ranked]:
    """Every offer, best first; those above ``ceiling`` (budget or announced limit) last and without a place.

    ``price_points`` is the maximum of the price factor; zero where the price is fixed and not scored.
    """
    everyone = list(offers)
    counted = [offer for offer in everyone if ceiling is None or offer.quote <= ceiling]
    lowest = min((offer.compared for offer in counted), default=ZERO)
    scored = [(offer, price_score(offer, lowest, price_points)) for offer in counted]
    placed = _placed(scored, sort_key(ProcurementMethod(kind)), lowest)
    beyond = [Ranked(offer, ZERO, offer.technical, None, False, lowest) for offer in everyone if offer not in counted]
    return placed + sorted(beyond, key=lambda ranked: (ranked.offer.quote, str(ranked.offer.key)))


@implements("R-121")
def all_over_ceiling(ranked: Iterable[Ranked]) -> bool:
    """True when offers came and not one is within the budget: the purchase fails."""
    rows = list(ranked)
    return bool(rows) and all(row.over_ceiling for row in rows)


@implements("R-135")
def price_score(offer: Offer, lowest: Decimal, price_points: Decimal) -> Decimal:
    """``price_points × lowest ÷ compared``, half up to two places (§7.1); a free offer is the lowest there can be."""
    if offer.compared == lowest:
        return price_points.quantize(HUNDREDTH)
    with localcontext() as context:
        context.prec = DIGITS
        return (price_points * lowest / offer.compared).quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


Scored = tuple[Offer, Decimal]
Key = Callable[[Scored], tuple[Any, ...]]


@implements("R-105", "R-144")
def sort_key(kind: ProcurementMethod) -> Key:
    """What is compared first, second, third; offers equal in all of it are tied."""
    if kind in BY_PRICE:
        return lambda row: (row[0].compared, not row[0].preferred)
    if kind == ProcurementMethod.COMPETITIVE_CONSULTATION:
        return lambda row: (-_total(row), row[0].quote, -row[0].technical, not row[0].preferred)
    if kind == ProcurementMethod.GUIDE_APPLICATION:
        return lambda row: (-_total(row), -row[0].satisfaction, -row[0].co_funding, row[0].arrival)
    return lambda row: (-_total(row), row[0].quote, not row[0].preferred)


def _total(row: Scored) -> Decimal:
    return row[0].technical + row[1]


def _placed(scored: list[Scored], key: Key, lowest: Decimal) -> list[Ranked]:
    """Places as in a race: two firsts are followed by a third."""
    keys = [key(row) for row in scored]
    return [
        Ranked(
            offer=row[0],
            price_score=row[1],
            total=_total(row),
            rank=1 + sum(other < mine for other in keys),
            tied=keys.count(mine) > 1,
            lowest=lowest,
        )
        for mine, row in sorted(zip(keys, scored, strict=True), key=lambda pair: (pair[0], str(pair[1][0].key)))
    ]
