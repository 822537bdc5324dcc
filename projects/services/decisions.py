"""The leading group's decision, the money it commits, and the approval that follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from catalogs.services import envelopes
from procurement.access import Actor
from procurement.lifecycle.engine import Attempt, perform
from procurement.lifecycle.numbering import next_number
from procurement.rules import Refusal, RuleViolation
from projects.models import Application
from projects.services.applications import end_case


@dataclass(frozen=True)
class Verdict:
    """What the leading group decides of one application: an amount, or none with the reason."""

    granted_amount: Decimal | None
    reason: str = ""


@dataclass(frozen=True)
class Outcome:
    """How one line of a batch went: nothing is dropped silently."""

    application: Application
    refusals: tuple[Refusal, ...] = ()

    @property
    def done(self) -> bool:
        return not self.refusals


def decide_list(*, actor: Actor, verdicts: Mapping[UUID, Verdict], at: datetime | None = None) -> list[Outcome]:
    """Carry out a meeting's decisions line by line, in ranked order; each line stands or falls by itself."""
    found = Application.objects.visible_to(actor).filter(pk__in=list(verdicts)).order_by("review_rank", "number")
    return [_decide_one(application, verdicts[application.pk], actor=actor, at=at) for application in found]


def _decide_one(application: Application, verdict: Verdict, *, actor: Actor, at: datetime | None) -> Outcome:
    try:
        if verdict.granted_amount is None:
            perform(application, "application.not_select", actor=actor, at=at, reason=verdict.reason)
        else:
            perform(
                application,
                "application.propose",
                actor=actor,
                at=at,
                granted_amount=verdict.granted_amount,
                opinion=verdict.reason,
            )
    except RuleViolation as violation:
        return Outcome(application, tuple(violation.refusals))
    return Outcome(application)


def propose(attempt: Attempt) -> None:
    """Effect of application.propose: the amount is committed out of the envelope in the same transaction (R-018)."""
    application: Application = attempt.obj
    granted: Decimal = attempt.data["granted_amount"]
    if application.guide.envelope is not None:
        envelopes.commit(
            application.guide.envelope, granted, actor=attempt.actor, subject=application.subject, at=attempt.at
        )
    application.granted_amount = granted


def withdraw_proposal(attempt: Attempt) -> None:
    """The commitment is given back when finance refuses or an objection is upheld."""
    application: Application = attempt.obj
    if application.granted_amount and application.guide.envelope is not None:
        envelopes.release(
            application.guide.envelope,
            application.granted_amount,
            actor=attempt.actor,
            subject=application.subject,
            at=attempt.at,
        )
    application.granted_amount = None


def lose_award(attempt: Attempt) -> None:
    """An upheld objection or a withdrawal: the commitment goes back and nothing further is owed (R-175, R-177)."""
    withdraw_proposal(attempt)
    end_case(attempt)


@transaction.atomic
def approve(attempt: Attempt) -> None:
    """Effect of application.approve: the approval gets its document number (立项批复)."""
    given = str(attempt.data.get("approval_number") or "").strip()
    attempt.kept["approval_number"] = given or next_number(
        "approval", prefix="PF", year=timezone.localtime(attempt.at).year
    )
    attempt.kept["granted_amount"] = str(attempt.obj.granted_amount)
