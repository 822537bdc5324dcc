"""What a challenge or a complaint does to the procedure: it stands still, goes on, is done over, or has its result replaced.

Rows of the procedure belong to others; they are performed here in the name of whoever decided.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from procurement.access import Actor
from procurement.lifecycle.engine import Attempt, perform, system_actor
from procurement.rules import implements
from projects.models import Challenge, Complaint, Procedure, Remedy

#: Remedy → the row of the procedure that carries it out.
ROW_OF = {Remedy.REVIEW: "procedure.redo_review", Remedy.PROMOTE: "procedure.redo_decision"}


# --- effects of the procedure's rows --------------------------------------------------------------------------------


@implements("R-186")
def pause(attempt: Attempt) -> None:
    """Effect of procedure.pause: remember where it stood."""
    attempt.obj.paused_from = attempt.obj.status
    attempt.kept["paused_from"] = attempt.obj.status


@implements("R-186")
def resume(attempt: Attempt) -> None:
    """Effect of procedure.resume_*: bidders get back the time in which nothing could be sent in."""
    procedure: Procedure = attempt.obj
    if procedure.paused_from == "bidding" and procedure.deadline_at is not None:
        stopped = procedure.history.filter(transition="procedure.pause").last()
        if stopped is not None:
            procedure.deadline_at += attempt.at - stopped.at
            attempt.kept["deadline_at"] = procedure.deadline_at.isoformat()
    procedure.paused_from = ""


# --- what remedies do -----------------------------------------------------------------------------------------------


def suspend_procedure(procedure: Procedure, *, actor: Actor, at: datetime, reason: str) -> None:
    perform(procedure, "procedure.pause", actor=actor, at=at, reason=reason)


def resume_procedure(procedure: Procedure, *, at: datetime, actor: Actor | None = None) -> None:
    """Back to where it stood. Whoever withdraws a complaint has no office in the procedure: then the clock resumes it."""
    if procedure.status != "paused":
        return
    perform(procedure, f"procedure.resume_{procedure.paused_from}", actor=actor or system_actor(), at=at)


def carry_out_challenge(attempt: Attempt) -> None:
    """Effect of challenge.remedy: the purchaser does what its own reply promised."""
    challenge: Challenge = attempt.obj
    _carry_out(challenge.remedy, Procedure.objects.get(pk=challenge.procedure_id), attempt, str(challenge.number))


def carry_out_complaint(complaint: Complaint, attempt: Attempt) -> None:
    """What a decision orders. A rerun is the purchaser's to carry out; until then its result stays frozen (R-183)."""
    procedure = Procedure.objects.get(pk=complaint.procedure_id)
    if complaint.remedy == Remedy.RERUN and procedure.status in ("decided", "awarded"):
        _carry_out(Remedy.PROMOTE, procedure, attempt, str(complaint.number))
        return
    _carry_out(complaint.remedy, procedure, attempt, str(complaint.number))


def _carry_out(remedy: str, procedure: Procedure, attempt: Any, number: str) -> None:
    row = ROW_OF.get(Remedy(remedy)) if remedy else None
    if row is not None:
        reason = attempt.reason or number
        perform(procedure, row, actor=attempt.actor, at=attempt.at, reason=reason)
