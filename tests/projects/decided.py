"""Short ways to a project at the leading group's table and beyond, for tests that begin there."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

from procurement.demo.stage import Stage
from procurement.demo.steps import applying, contracting, deciding, guiding
from projects.models import Application
from projects.services import reviews


def to_prechecked(stage: Stage) -> None:
    guiding.publish_guide(stage)
    applying.apply_online(stage)
    applying.endorse(stage)
    applying.precheck(stage)


def place_scored(stage: Stage, score: str = "86.40", rank: int = 1) -> Application:
    """A submitted application put where the panel's signed report leaves it (an insert, not a transition)."""
    to_prechecked(stage)
    return as_scored(stage, stage.application, score=score, rank=rank)


def as_scored(stage: Stage, application: Application, *, score: str, rank: int) -> Application:
    panel_id = uuid4()
    reviews.assign_panel(
        actor=stage.actor("office"), application=application, panel_id=panel_id, at=stage.later(working_days=2)
    )
    reviews.record_ranking(
        application=application,
        score=Decimal(score),
        rank=rank,
        suggested_amount=application.requested_amount,
        report_id=panel_id,
        at=stage.later(working_days=2),
    )
    application.refresh_from_db()
    return application


def to_approved(stage: Stage) -> None:
    place_scored(stage)
    deciding.decide_and_publicise(stage)
    deciding.expire(stage)
    deciding.approve(stage)


def to_contract(stage: Stage) -> None:
    to_approved(stage)
    contracting.revise(stage)
    contracting.draft(stage)


def to_performing(stage: Stage) -> None:
    to_contract(stage)
    contracting.sign(stage)
    contracting.file(stage)
