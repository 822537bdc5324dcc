"""What came of a fair: counted from its letters of intent, or as a publication states it for one of the past."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum

from catalogs.models import Fair, Intent
from procurement.statistics.models import PublishedFigure


@dataclass(frozen=True)
class Outcome:
    """Letters made at a fair, those that led on, and the money they speak of."""

    booths: int
    intents: int
    intended: Decimal
    signed: int
    signed_amount: Decimal


def outcome_of(fair: Fair) -> Outcome:
    made = Q(status__in=("offered", "accepted", "signed", "converted"))
    done = Q(status__in=("signed", "converted"))
    sums = Intent.objects.filter(fair=fair).aggregate(
        intents=Count("pk", filter=made),
        intended=Sum("amount", filter=made),
        signed=Count("pk", filter=done),
        signed_amount=Sum("signed_amount", filter=done),
    )
    return Outcome(
        booths=fair.booths.count(),
        intents=sums["intents"],
        intended=sums["intended"] or Decimal(0),
        signed=sums["signed"],
        signed_amount=sums["signed_amount"] or Decimal(0),
    )


def published_figures(fair: Fair) -> list[PublishedFigure]:
    """Figures of the published sources about that very day and place (procurement.statistics)."""
    return list(
        PublishedFigure.objects.at(fair.region_id)
        .primary()
        .filter(period_from=fair.held_on, period_to=fair.held_on)
        .select_related("source")
        .order_by("position")
    )
