"""The door by which the review of bids reports: who may read a bid for it, and what the panel concluded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from procurement.access import Actor
from procurement.lifecycle.engine import Attempt, perform, system_actor
from projects.models import Bid, BidReader, Procedure, ProcedureReview


@dataclass(frozen=True)
class Standing:
    """One bid as the signed report ranks it; scores in points, None where the way of buying has none."""

    bid: Bid
    rank: int | None
    total_score: Decimal | None
    technical_score: Decimal | None = None
    price_score: Decimal | None = None


def admit_reader(*, bid: Bid, person_id: UUID, at: datetime) -> None:
    """A member of the panel may read the bid until dismissed. Safe to repeat."""
    BidReader.objects.update_or_create(bid=bid, person_id=person_id, defaults={"since": at, "until": None})


def dismiss_reader(*, person_id: UUID, panel_id: UUID, at: datetime) -> int:
    """Ends the person's reading of every bid before the panel, at once; returns how many."""
    return BidReader.objects.filter(person_id=person_id, until__isnull=True, bid__panel_id=panel_id).update(until=at)


def assign_panel(*, actor: Actor, procedure: Procedure, panel_id: UUID, at: datetime) -> None:
    """The panel begins; the qualified bids are before it."""
    perform(procedure, "procedure.convene", actor=actor, at=at, panel_id=panel_id)


def release_panel(*, procedure: Procedure, reason: str, at: datetime) -> None:
    """The panel was dissolved before it concluded; the bids wait for another."""
    perform(procedure, "procedure.release_panel", actor=system_actor(), at=at, reason=reason)


@dataclass(frozen=True)
class Conclusion:
    """The signed report as this app keeps it; shapes as in ``ProcedureReview``."""

    panel_id: UUID
    panel_number: str
    report_id: UUID
    report_version: int
    members: list[dict[str, Any]]
    lines: list[dict[str, Any]]


def record_ranking(
    *, procedure: Procedure, standings: Iterable[Standing], conclusion: Conclusion, at: datetime
) -> ProcedureReview:
    """The signed report takes effect. Performed by the portal: the records must not name a member (R-157)."""
    for standing in standings:
        if standing.bid.status == "qualified":
            perform(
                standing.bid, "bid.record_review", actor=system_actor(), at=at,
                rank=standing.rank, total_score=standing.total_score, technical_score=standing.technical_score,
                price_score=standing.price_score, report_id=conclusion.report_id,
            )  # fmt: skip
    review = ProcedureReview.objects.create(procedure=procedure, concluded_at=at, **vars(conclusion))
    perform(procedure, "procedure.record_review", actor=system_actor(), at=at, report_id=conclusion.report_id)
    return review


def redo_review(*, procedure: Procedure, reason: str, actor: Actor | None = None, at: datetime) -> None:
    """The review in force is set aside and every bid ranked by it competes again."""
    perform(procedure, "procedure.redo_review", actor=actor or system_actor(), at=at, reason=reason)


def set_aside(attempt: Attempt) -> None:
    """Part of the effect of procedure.redo_review: the result counts no more; the bids wait for another review."""
    procedure: Procedure = attempt.obj
    procedure.reviews.in_force().update(  # type: ignore[attr-defined]
        set_aside_at=attempt.at, set_aside_reason=attempt.reason[:500]
    )
    for bid in procedure.bids.filter(status__in=("scored", "awarded", "not_awarded")):
        perform(bid, "bid.reset", actor=system_actor(), at=attempt.at, reason=attempt.reason)


def invalidate_bid(*, actor: Actor, bid: Bid, reason: str, at: datetime) -> None:
    """The panel found the bid invalid by majority (R-142); it is ranked no more."""
    perform(bid, "bid.invalidate", actor=actor, at=at, reason=reason)


def assign(attempt: Attempt) -> None:
    """Effect of procedure.convene: each qualified bid knows its panel."""
    attempt.obj.bids.filter(status="qualified").update(panel_id=attempt.data["panel_id"])


def release(attempt: Attempt) -> None:
    """Effect of procedure.release_panel."""
    attempt.obj.bids.filter(status="qualified").update(panel_id=None)


def record(attempt: Attempt) -> None:
    """Effect of bid.record_review: points and rank as the report states them."""
    bid: Bid = attempt.obj
    for name in ("rank", "total_score", "technical_score", "price_score", "report_id"):
        setattr(bid, name, attempt.data[name])


def reset(attempt: Attempt) -> None:
    """Effect of bid.reset: the result does not count any more; the record of the change keeps it."""
    bid: Bid = attempt.obj
    attempt.kept["earlier"] = {"rank": bid.rank, "total_score": str(bid.total_score), "report": str(bid.report_id)}
    bid.rank = bid.total_score = bid.technical_score = bid.price_score = bid.report_id = bid.panel_id = None


def invalidate(attempt: Attempt) -> None:
    """Effect of bid.invalidate: the bidder reads why."""
    attempt.obj.outcome_reason = attempt.reason[:500]
