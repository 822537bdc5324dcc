"""Effects of the rows by which a procedure ends without a result: everybody who took part is told why (R-118, R-122)."""

from __future__ import annotations

from procurement.lifecycle.engine import Attempt
from procurement.lifecycle.models import StepState
from projects.models import FailureCause, Procedure
from projects.services.document_holders import tell_takers
from projects.services.procedure_notices import publish_end


def fail(attempt: Attempt) -> None:
    """Effect of ``procedure.fail``: the coded cause is kept; takers, the invited and bidders learn of it."""
    _end(attempt, FailureCause(attempt.data["cause"]))


def cancel(attempt: Attempt) -> None:
    """Effect of ``procedure.cancel``: before the announcement there is nobody outside to tell."""
    _end(attempt, FailureCause.CANCELLED)


def _end(attempt: Attempt, cause: FailureCause) -> None:
    procedure: Procedure = attempt.obj
    procedure.failure_reason = cause.value
    if procedure.case is not None:  # nobody owes the remaining steps any more
        procedure.case.steps.exclude(state=StepState.DONE).update(state=StepState.SKIPPED)
    attempt.kept["cause"] = cause.value
    if procedure.announced_at is None and procedure.status not in ("publicised", "arguing"):
        return
    publish_end(attempt, cause=str(cause.label))
    tell_takers(
        procedure,
        template="procedure_failed",
        context={"cause": str(cause.label), "reason": attempt.reason},
        key=f"procedure-failed:{procedure.pk}",
    )
