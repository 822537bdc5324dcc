"""Bids by the members' mean and the computed price, lot by lot, as the way of buying ranks them (domain §7.1–7.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from evaluation.selectors.rubrics import price_points
from procurement.rules import implements
from projects.models import Lot
from projects.pricing import Offer, Ranked, rank
from projects.selectors.awards import offer_of

if TYPE_CHECKING:
    from evaluation.models import PanelEntry, ReviewPanel


@implements("R-135", "R-143", "R-144")
def rank_bids(panel: ReviewPanel, means: Sequence[tuple[PanelEntry, Decimal]]) -> list[tuple[PanelEntry, Ranked, str]]:
    """(entry, place and points, note on equals), lot after lot, best first; one over the ceiling has no place."""
    procedure = panel.procedure
    if procedure is None:
        raise LookupError(f"panel {panel.number} judges no bids")
    points = price_points(panel.rubric)
    found = []
    in_lots = sorted(means, key=lambda pair: pair[0].lot_number)
    for _number, group in groupby(in_lots, key=lambda pair: pair[0].lot_number):
        pairs = {entry.pk: (entry, mean) for entry, mean in group}
        lot = next(iter(pairs.values()))[0].bid.lot  # type: ignore[union-attr]
        ceiling = _ceiling(procedure.price_ceiling, lot)
        ranked = rank(
            procedure.kind,
            [_offer(entry, mean, ceiling=ceiling, points=points) for entry, mean in pairs.values()],
            price_points=points,
            ceiling=ceiling,
        )
        found += [(pairs[row.offer.key][0], row, _note(row, ranked)) for row in ranked]  # type: ignore[index]
    return found


def _offer(entry: PanelEntry, mean: Decimal, *, ceiling: Decimal, points: Decimal) -> Offer:
    """With the deduction and the preference the bidder is entitled to (R-105, R-145)."""
    known = offer_of(entry.bid) if entry.bid else None
    return replace(known or _without_price(ceiling, points), key=entry.pk, technical=mean)


def _without_price(ceiling: Decimal, points: Decimal) -> Offer:
    """Ranked by its points where the price earns none; otherwise it competes no more than one above the ceiling."""
    return Offer(key=None, quote=ceiling + 1 if points else Decimal(0))


def _ceiling(announced: Decimal | None, lot: Lot) -> Decimal:
    """The lot's budget, or the announced limit where that is lower."""
    budget = Decimal(lot.budget)
    return min(announced, budget) if announced is not None else budget


def _note(row: Ranked, ranked: Iterable[Ranked]) -> str:
    if row.over_ceiling:
        return _("报价超过预算或最高限价，不参与排序")
    if row.tied:
        return _("与其他投标（响应）并列，由采购人按采购文件确定")
    if any(other is not row and other.total == row.total and not other.over_ceiling for other in ranked):
        return _("得分相同，按报价由低到高排列")
    return ""
