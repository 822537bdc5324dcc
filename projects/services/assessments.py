"""The door by which evaluations above report what they concluded: grade, score, satisfaction (R-226, R-264, R-268)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.access import Actor
from procurement.lifecycle.engine import Attempt, perform
from procurement.rules import implements
from projects.models import Application, RectificationOrigin
from projects.selectors.conditions import PASSING_GRADES
from projects.selectors.delivery import closeout_due
from projects.services.contracts import record_assessment
from projects.services.rectifications import issue


@implements("R-226")
def record_midterm(
    *,
    actor: Actor,
    application: Application,
    grade: str,
    score: Decimal,
    document_id: UUID | None,
    findings: str,
    at: datetime,
) -> None:
    """A pass ends the step and lets the next tranche go; a fail is criticised, stops payment and orders correction.

    The office concludes; the order itself stands in the purchaser's name. Payment stops by the order and by the
    grade that the tranche's condition reads.
    """
    passed = grade in PASSING_GRADES
    perform(
        application,
        "application.record_midterm" if passed else "application.fail_midterm",
        actor=actor,
        at=at,
        grade=grade,
        score=score,
        document_id=document_id,
    )
    if not passed:
        issue(
            actor=actor,
            application=application,
            finding=findings,
            requirement=_("按评估报告逐项整改，整改合格后重新进行中期评估。"),
            contract_term=_("考核验收与付款挂钩条款：中期评估不合格的停止拨款、限期整改"),
            origin=RectificationOrigin.MIDTERM,
            at=at,
        )


@implements("R-264")
def record_final(
    *,
    actor: Actor,
    application: Application,
    score: Decimal,
    grade: str,
    satisfaction: Decimal | None,
    document_id: UUID | None,
    at: datetime,
) -> None:
    """The final result: for the closing decision, for the contract year, for renewal and the next budget.

    ``satisfaction`` is None when too few answered for it to be shown (R-293).
    """
    perform(
        application,
        "application.record_final",
        actor=actor,
        at=at,
        score=score,
        grade=grade,
        satisfaction=satisfaction,
        document_id=document_id,
    )
    record_assessment(application=application, grade=grade, on=timezone.localtime(at).date(), document_id=document_id)


def note_midterm(attempt: Attempt) -> None:
    """Effect of application.record_midterm and fail_midterm; the closeout report is due by the end of the term."""
    application: Application = attempt.obj
    application.midterm_grade = attempt.data["grade"]
    due = closeout_due(application)
    if due is not None and attempt.transition.completes:
        attempt.due["submit_closeout"] = due


def note_final(attempt: Attempt) -> None:
    """Effect of application.record_final."""
    application: Application = attempt.obj
    application.final_score = attempt.data["score"]
    application.final_grade = attempt.data["grade"]
    application.satisfaction = attempt.data["satisfaction"]
