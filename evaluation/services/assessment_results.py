"""The end of an evaluation: final once, published by the office, carried down to the project and its credit."""

from __future__ import annotations

import hashlib
from decimal import Decimal

import jcs
from django.utils.translation import gettext as _

from evaluation.models import (
    Assessment,
    AssessmentKind,
    Grade,
)
from evaluation.selectors import assessments as selectors
from evaluation.selectors.surveys import SMALLEST_PUBLIC
from evaluation.services.assessments import plan_assessment
from orgs.models import CreditList, Severity
from orgs.selectors.standing import years_before
from orgs.services import credit
from procurement.documents import start_job
from procurement.documents.models import Document
from procurement.lifecycle.engine import Attempt, perform
from procurement.rules import Refusal, RuleViolation, implements
from projects.services import assessments as downward

REPORT = "assessment_report"


@implements("R-268")
def finalise(attempt: Attempt) -> None:
    """Effect of assessment.finalise: score and grade are computed once and fixed with everything they rest on."""
    assessment: Assessment = attempt.obj
    computed = selectors.computation_of(assessment)
    if computed is None:
        raise RuleViolation([Refusal("R-262", _("指标尚未核实完毕，不能计算得分"))])
    figures = selectors.survey_figures(assessment)
    assessment.score = computed.score
    assessment.grade = selectors.grade_for(assessment, computed.score)
    assessment.computation = computed.as_json()
    assessment.survey_figures = figures.as_json() if figures is not None else {}
    assessment.content_sha256 = hashlib.sha256(final_content(assessment)).hexdigest()
    assessment.finalised_at = attempt.at
    attempt.kept |= {
        "score": str(computed.score),
        "grade": assessment.grade,
        "content_sha256": assessment.content_sha256,
    }
    start_job(kind=REPORT, actor=attempt.actor, case_id=assessment.case_id, params={"assessment": str(assessment.pk)})


def final_content(assessment: Assessment) -> bytes:
    """The canonical bytes of the result (RFC 8785): whoever has the report can recompute its hash."""
    return jcs.canonicalize(  # type: ignore[no-any-return]
        {
            "number": assessment.number,
            "project": assessment.application.number,
            "kind": assessment.kind,
            "evaluator": assessment.evaluator.name if assessment.evaluator else "",
            "score": str(assessment.score),
            "grade": assessment.grade,
            "computation": assessment.computation,
            "survey": assessment.survey_figures,
            "summary": assessment.summary,
            "problems": assessment.problems,
            "advice": assessment.advice,
            "purchaser_performance": assessment.purchaser_performance,
            "contractor_performance": assessment.contractor_performance,
            "contents": {row.code: row.finding for row in assessment.contents.all()},
            "opinions": [
                {"party": row.party, "text": row.text, "answer": row.answer}
                for row in assessment.opinions.order_by("party")
            ],
        }
    )


@implements("R-264", "R-268")
def publish(attempt: Attempt) -> None:
    """Effect of assessment.publish: everyone may read the result; projects, payments and credit learn of it."""
    assessment: Assessment = attempt.obj
    assessment.published_at = attempt.at
    if assessment.reevaluates is not None:
        perform(assessment.reevaluates, "assessment.supersede", actor=attempt.actor, at=attempt.at)
    report = report_of(assessment)
    document_id = report.pk if report is not None else None
    if assessment.kind == AssessmentKind.MIDTERM:
        downward.record_midterm(
            actor=attempt.actor,
            application=assessment.application,
            grade=assessment.grade,
            score=assessment.score or Decimal(0),
            document_id=document_id,
            findings=assessment.problems or assessment.summary,
            at=attempt.at,
        )
    else:
        downward.record_final(
            actor=attempt.actor,
            application=assessment.application,
            score=assessment.score or Decimal(0),
            grade=assessment.grade,
            satisfaction=public_satisfaction(assessment),
            document_id=document_id,
            at=attempt.at,
        )
        if assessment.grade == Grade.POOR:
            _mark_poor(attempt)


def order_reevaluation(attempt: Attempt) -> None:
    """Effect of assessment.order_reevaluation: finance has a key project judged again, by another evaluator if it likes."""
    assessment: Assessment = attempt.obj
    plan_assessment(
        actor=attempt.actor,
        application=assessment.application,
        kind=assessment.kind,
        at=attempt.at,
        reevaluates=assessment,
    )


def public_satisfaction(assessment: Assessment) -> Decimal | None:
    """The index, when enough people answered for it to be shown (R-293)."""
    kept = assessment.survey_figures
    if not kept or int(kept["valid"]) < SMALLEST_PUBLIC:
        return None
    return Decimal(kept["mean"])


def _mark_poor(attempt: Attempt) -> None:
    """差 stands in the evaluation record for a year: no renewal, and whoever decides next sees it (R-268)."""
    assessment: Assessment = attempt.obj
    application = assessment.application
    credit.record_concluded(
        actor=attempt.actor,
        organization=application.applicant,
        credit_list=CreditList.EVALUATION,
        authority=application.guide.office.name,
        document_number=assessment.number,
        reason=_("%(project)s结项评估得分 %(score)s，等级为差")
        % {"project": application.title, "score": assessment.score},
        starts_on=attempt.today,
        ends_on=years_before(attempt.today, -1),
        severity=Severity.MAJOR,
        remedy=_("对评估结果有异议的，可向财政部门申请重新评价。"),
        publish=True,
        at=attempt.at,
    )


def report_of(assessment: Assessment) -> Document | None:
    return Document.objects.for_subject(assessment.subject).of_kind(REPORT).current().first()
