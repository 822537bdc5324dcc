"""The conclusion of a qualification check, condition by condition; the bidder reads it on the bid's page."""

from __future__ import annotations

from procurement.lifecycle.engine import Attempt
from projects.models import Bid, QualificationCheck


def record_checks(attempt: Attempt) -> None:
    """Effect of bid.qualify and bid.disqualify."""
    bid: Bid = attempt.obj
    QualificationCheck.objects.bulk_create(
        QualificationCheck(
            bid=bid, position=position, condition=row["condition"], is_met=row["is_met"], reason=row["reason"].strip()
        )
        for position, row in enumerate(attempt.data["checks"], start=1)
    )
    if attempt.transition.name == "bid.disqualify":
        bid.outcome_reason = attempt.reason[:500]
