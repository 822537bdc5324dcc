"""The door by which the review above reports: who may read an application for it, and what the panel concluded."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from procurement.access import Actor
from procurement.lifecycle.engine import Attempt, perform, system_actor
from projects.models import Application, ApplicationReader

PANEL = "panel"


def admit_reader(*, application: Application, person_id: UUID, at: datetime) -> None:
    """A member of the panel may read the application until dismissed. Safe to repeat."""
    ApplicationReader.objects.update_or_create(
        application=application, person_id=person_id, why=PANEL, defaults={"since": at, "until": None}
    )


def dismiss_reader(*, person_id: UUID, panel_id: UUID, at: datetime) -> int:
    """Ends the person's reading of every application before the panel, at once; returns how many."""
    return ApplicationReader.objects.filter(
        person_id=person_id, why=PANEL, until__isnull=True, application__panel_id=panel_id
    ).update(until=at)


def assign_panel(*, actor: Actor, application: Application, panel_id: UUID, at: datetime) -> None:
    perform(application, "application.assign_panel", actor=actor, at=at, panel_id=panel_id)


def release_panel(*, application: Application, reason: str, at: datetime) -> None:
    """The panel was dissolved before it judged; the application waits for another."""
    perform(application, "application.release_panel", actor=system_actor(), at=at, reason=reason)


def record_ranking(
    *,
    application: Application,
    score: Decimal,
    rank: int,
    suggested_amount: Decimal | None,
    report_id: UUID,
    at: datetime,
) -> None:
    """The signed report takes effect. Performed by the portal: the record must not name a member (R-157)."""
    perform(
        application,
        "application.record_review",
        actor=system_actor(),
        at=at,
        score=score,
        rank=rank,
        suggested_amount=suggested_amount,
        report_id=report_id,
    )


def assign(attempt: Attempt) -> None:
    """Effect of application.assign_panel."""
    attempt.obj.panel_id = attempt.data["panel_id"]


def release(attempt: Attempt) -> None:
    """Effect of application.release_panel."""
    attempt.obj.panel_id = None


def record(attempt: Attempt) -> None:
    """Effect of application.record_review: score, rank and suggested amount as the report states them."""
    application: Application = attempt.obj
    application.review_score = attempt.data["score"]
    application.review_rank = attempt.data["rank"]
    application.review_suggested_amount = attempt.data["suggested_amount"]
    application.review_report_id = attempt.data["report_id"]
