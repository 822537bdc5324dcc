"""What a challenge or a complaint does to the procedure: it stands still, goes on, is done over, or has its result replaced.

Rows of the procedure belong to others; they are performed here in the name of whoever decided.
"""

from __future__ import annotations

from datetime import datetime

from procurement.access import Actor, Role
from procurement.lifecycle.engine import Attempt, perform, system_actor
from procurement.rules import implements
from projects.models import Challenge, Complaint, Contract, Procedure, Remedy
from projects.selectors.remedies import what_freezes

#: Remedy → the row of the procedure that carries it out.
ROW_OF: dict[str, str] = {Remedy.REVIEW: "procedure.redo_review", Remedy.PROMOTE: "procedure.redo_decision"}


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


@implements("R-183")
def freeze_contracts(procedure: Procedure, *, at: datetime, reason: str) -> None:
    """What was signed already stands still while the result may change."""
    for contract in _contracts(procedure, "signed", "performing"):
        perform(contract, "contract.suspend", actor=system_actor(), at=at, reason=reason)


@implements("R-183")
def release_contracts(procedure: Procedure, *, at: datetime, settled: Challenge | Complaint) -> None:
    """Once nothing else may change the result, what was stopped for it goes on from where it stood."""
    if any(each.pk != settled.pk for each in what_freezes(procedure)):
        return
    for contract in _contracts(procedure, "suspended"):
        stopped = contract.history.filter(transition="contract.suspend").last()
        if stopped is None or stopped.role != Role.SYS:
            continue  # suspended by its purchaser, for a reason of its own
        row = "contract.resume_signed" if stopped.from_state == "signed" else "contract.resume"
        perform(contract, row, actor=system_actor(), at=at)


def _end_contracts(procedure: Procedure, attempt: Attempt) -> None:
    for contract in _contracts(procedure, "signed", "performing", "suspended"):
        perform(contract, "contract.terminate", actor=system_actor(), at=attempt.at, reason=_reason(attempt))


def _contracts(procedure: Procedure, *states: str) -> list[Contract]:
    return list(Contract.objects.filter(award__procedure=procedure, status__in=states))


def carry_out_challenge(attempt: Attempt) -> None:
    """Effect of challenge.remedy: the purchaser does what its own reply promised."""
    _carry_out(attempt.obj, attempt)


def carry_out_complaint(complaint: Complaint, attempt: Attempt) -> None:
    """What a decision orders. A rerun is the purchaser's to carry out; until then its result stays frozen (R-183)."""
    _carry_out(complaint, attempt)


def _carry_out(settled: Challenge | Complaint, attempt: Attempt) -> None:
    procedure = Procedure.objects.get(pk=settled.procedure_id)
    remedy = settled.remedy
    if remedy == Remedy.RERUN and procedure.status in ("decided", "awarded"):
        remedy = Remedy.PROMOTE  # the result is void first; then the purchaser ends the procedure
    if remedy == Remedy.RERUN:
        _end_contracts(procedure, attempt)
    elif row := ROW_OF.get(remedy):
        perform(procedure, row, actor=attempt.actor, at=attempt.at, reason=_reason(attempt))
    else:
        release_contracts(procedure, at=attempt.at, settled=settled)


def _reason(attempt: Attempt) -> str:
    return attempt.reason or str(attempt.obj.number)
