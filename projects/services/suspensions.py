"""When a project stands still or ends early, its contract does too (R-209, R-210)."""

from __future__ import annotations

from procurement.lifecycle.engine import Attempt, perform
from projects.services.contracts import running_contract


def suspend(attempt: Attempt) -> None:
    _follow(attempt, "contract.suspend")


def resume(attempt: Attempt) -> None:
    _follow(attempt, "contract.resume")


def terminate(attempt: Attempt) -> None:
    _follow(attempt, "contract.terminate")


def _follow(attempt: Attempt, row: str) -> None:
    contract = running_contract(attempt.obj)
    if contract is not None:
        perform(contract, row, actor=attempt.actor, at=attempt.at, reason=attempt.reason)
