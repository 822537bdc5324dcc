"""The ranking of a lot done again from the opened bids, every step shown."""

from __future__ import annotations

from decimal import Decimal

from projects.models import Lot
from projects.pricing import rank
from projects.selectors.awards import Computation, PriceLine, offer_of

COUNTED = ("scored", "awarded", "not_awarded", "declined")


def computation_of(lot: Lot) -> Computation | None:
    """None before the report: there is nothing to follow yet."""
    procedure = lot.procedure
    bids = list(
        lot.bids.filter(status__in=COUNTED, rank__isnull=False).select_related(
            "bidder", "procedure__rule_set", "procedure__plan__budget_line__catalogue_item"
        )
    )
    if not bids:
        return None
    by_key = {bid.pk: bid for bid in bids}
    points = max((bid.price_score or Decimal(0) for bid in bids), default=Decimal(0))
    ceiling = min(procedure.price_ceiling or lot.budget, lot.budget)
    ranked = rank(
        procedure.kind, [offer for bid in bids if (offer := offer_of(bid))], price_points=points, ceiling=ceiling
    )
    lines = [
        PriceLine(
            bid=by_key[row.offer.key],  # type: ignore[index]  # the key is the bid's
            quote=row.offer.quote,
            deduction=row.offer.deduction,
            compared=row.offer.compared,
            price_score=row.price_score,
            total=row.total,
            rank=row.rank,
            tied=row.tied,
        )
        for row in ranked
    ]
    return Computation(lot, points, ranked[0].lowest if ranked else Decimal(0), ceiling, lines)
