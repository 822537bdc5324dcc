"""A project at the stage an evaluation needs, with the demo's people around it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from evaluation.models import Assessment, AssessmentKind, Party
from evaluation.services.assessment_bench import record_site_visit, save_bench
from evaluation.services.assessments import plan_assessment
from orgs.models import Organization
from procurement.access import Role
from procurement.demo.stage import Stage, local
from procurement.demo.steps.delivering import photo
from procurement.demo.steps.evaluating import SAMPLING, SCHEME, bench
from procurement.lifecycle import steps
from procurement.lifecycle.engine import perform
from projects.models import Application, BudgetLine, Expense, Indicator

NOW = local(2026, 9, 1, 10)


def body_of(stage: Stage, username: str) -> Organization:
    """The organisation an account sits in."""
    return Organization.objects.get(pk=next(iter(stage.actor(username).organization_ids())))


def running(stage: Stage, *, status: str = "in_progress", number: int = 1, **fields: Any) -> Application:
    """A signed project of the demo's first organisation, half of its indicators done by the ledger."""
    guide, applicant, hub = stage.guide, body_of(stage, "org1"), body_of(stage, "hub")
    code = f"SB2026{number:04d}"
    application = Application(
        number=code,
        title="心目影院社区行",
        summary="为视障居民讲述电影，每月两场。",
        place="朝外街道",
        guide=guide,
        applicant=applicant,
        hub=hub,
        status=status,
        requested_amount=Decimal("156000.00"),
        granted_amount=Decimal("140000.00"),
        starts_on=date(2026, 5, 1),
        ends_on=date(2026, 11, 30),
        **fields,
    )
    application.case = steps.open_case(
        number=code,
        title=application.title,
        template_code="beijing_special_fund_18",
        rule_set=guide.rule_set,
        at=local(2026, 2, 10),
        subject=application.subject,
    )
    application.save()
    for part, body in (
        ("office", guide.office),
        ("applicant", applicant),
        ("hub", hub),
        ("purchaser", guide.purchaser),
    ):
        steps.set_party(application.case, part, body.pk, body.name)
    steps.open_step(application.case, "midterm_evaluation" if status == "in_progress" else "final_evaluation", at=NOW)
    line = BudgetLine.objects.create(
        application=application, version="granted", item="activity", description="讲述员劳务", unit="项",
        quantity=1, unit_price=Decimal("140000.00"), amount=Decimal("140000.00"),
    )  # fmt: skip
    Indicator.objects.create(application=application, kind="output", name="放映场次", unit="场", target=14)
    Indicator.objects.create(
        application=application, kind="output", name="服务人次", unit="人次", target=600, position=1
    )
    Indicator.objects.create(
        application=application, kind="outcome", name="观影习惯养成", unit="人", target=90, position=2
    )
    Expense.objects.create(
        application=application, number=1, line=line, spent_on=date(2026, 8, 1), amount=Decimal("63000.00"),
        purpose="讲述员劳务", payee="讲述员", voucher_number="记-08-001",
        recorded_by=stage.actor("org").user, recorded_at=NOW,
    )  # fmt: skip
    stage.put("application", application)
    stage.now = max(stage.now, NOW)
    return application


def planned(stage: Stage, kind: str = AssessmentKind.MIDTERM) -> Assessment:
    assessment = plan_assessment(
        actor=stage.actor("office"), application=stage.application, kind=kind, at=stage.later(hours=1)
    )
    stage.put("assessment", assessment)
    return assessment


def select(stage: Stage, evaluator: Organization | None = None, **data: Any) -> None:
    perform(
        stage.assessment,
        "assessment.select",
        actor=stage.actor("office"),
        at=stage.later(hours=1),
        **{
            "evaluator": evaluator or body_of(stage, "evaluator"),
            "selection_reason": "名录中抽取",
            "fee": Decimal("5000.00"),
            "fee_paid_by": "office",
            **data,
        },
    )


def scheme(stage: Stage, **data: Any) -> None:
    perform(
        stage.assessment,
        "assessment.submit_scheme",
        actor=stage.actor("evaluator"),
        at=stage.later(hours=2),
        **{"declared": True, "team": "沈洁等三人", "scheme": SCHEME, "sampling": SAMPLING, **data},
    )


def collecting(stage: Stage, kind: str = AssessmentKind.MIDTERM, **weights: Any) -> Assessment:
    planned(stage, kind)
    select(stage)
    scheme(stage, **weights)
    perform(stage.assessment, "assessment.approve_scheme", actor=stage.actor("office"), at=stage.later(hours=1))
    perform(stage.assessment, "assessment.collect", actor=stage.actor("evaluator"), at=stage.later(hours=1))
    return stage.assessment


def visited(stage: Stage) -> None:
    record_site_visit(
        actor=stage.actor("evaluator"),
        assessment=stage.assessment,
        visited_on=stage.now.date(),
        place="朝外街道",
        people="沈洁",
        findings="现场到场 60 余人。",
        photos=[photo(3)],
        at=stage.later(hours=1),
    )


def filled(stage: Stage, *, reached: str = "0.95", **entered: Any) -> None:
    assessment = stage.assessment
    save_bench(
        actor=stage.actor("evaluator"),
        assessment=assessment,
        entered={**bench(assessment, reached=Decimal(reached)), **entered},
        edition=assessment.edition,
        at=stage.later(minutes=30),
    )


def act(stage: Stage, name: str, who: str = "evaluator", *, at: datetime | None = None, **data: Any) -> None:
    perform(stage.assessment, f"assessment.{name}", actor=stage.actor(who), at=at or stage.later(minutes=10), **data)


def in_feedback(stage: Stage, kind: str = AssessmentKind.MIDTERM, *, reached: str = "0.95") -> Assessment:
    if "assessment" not in stage.things:
        collecting(stage, kind)
    visited(stage)
    filled(stage, reached=reached)
    act(stage, "draft")
    act(stage, "send_for_feedback")
    return stage.assessment


def final(stage: Stage, kind: str = AssessmentKind.MIDTERM, *, reached: str = "0.95") -> Assessment:
    in_feedback(stage, kind, reached=reached)
    act(stage, "comment_contractor", "org-head", text="无异议。")
    act(stage, "comment_purchaser", "district", text="同意。")
    act(stage, "finalise")
    return stage.assessment


def survey_open(stage: Stage, *, tickets: int = 12, closes_on: date | None = None) -> Any:
    perform(
        stage.assessment.survey,
        "survey.open",
        actor=stage.actor("evaluator"),
        at=stage.later(minutes=5),
        tickets=tickets,
        closes_on=closes_on or date(2026, 12, 31),
    )
    return stage.put("survey", stage.assessment.survey)


__all__ = [
    "NOW",
    "Party",
    "Role",
    "act",
    "collecting",
    "filled",
    "final",
    "in_feedback",
    "planned",
    "running",
    "select",
]
