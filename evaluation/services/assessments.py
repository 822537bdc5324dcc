"""Running an evaluation: planned by the office, carried out by the evaluator, final once, published by the office."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.models import (
    THREE_PARTIES,
    AdvisoryTie,
    Assessment,
    AssessmentContent,
    AssessmentKind,
    AssessmentMeasure,
    ChecklistItem,
    Content,
    Dimension,
    IndependenceDeclaration,
    MeasureSource,
    Party,
    PartyOpinion,
    Survey,
)
from evaluation.selectors import assessments as selectors
from orgs.models import Organization
from procurement import audit
from procurement.access import Actor, Role
from procurement.calendars import CalendarNotAnnounced, Period
from procurement.lifecycle import steps
from procurement.lifecycle.engine import Attempt, database_now
from procurement.lifecycle.models import CaseParty, Part
from procurement.lifecycle.numbering import next_number
from procurement.rules import Refusal, RuleViolation, implements, records, refusal_for_constraint
from projects.models import Application, IndicatorKind
from projects.selectors.delivery import midterm_due

#: What the person signs; kept word for word with the signature (R-265).
STATEMENTS = (
    gettext_lazy("本机构与承接主体、购买主体、主责单位之间无出资、控股、管理、隶属关系，负责人之间无亲属关系。"),
    gettext_lazy("本机构及评估组成员未为本项目提供过咨询策划、代写申报材料、督导支持或专项培训。"),
    gettext_lazy("本机构未接受也不会接受承接主体支付的费用、礼品或其他利益。"),
    gettext_lazy("评估组成员三年内未在承接主体任职，与项目负责人无利害关系。"),
    gettext_lazy("评估底稿如实记录并妥善保存，不泄露服务对象个人信息。"),
)
PAPERS = (
    gettext_lazy("项目合同及实施方案"),
    gettext_lazy("活动记录、签到和现场照片"),
    gettext_lazy("季度报告（中期报告）"),
    gettext_lazy("支出明细账和凭证抽样"),
    gettext_lazy("服务对象名册（脱敏）"),
    gettext_lazy("志愿者名册和保险凭证"),
)
FINAL_PAPERS = (gettext_lazy("结项报告（自评）"), gettext_lazy("主责单位验收意见"), gettext_lazy("财务审计报告"))


@transaction.atomic
def plan_assessment(
    *,
    actor: Actor,
    application: Application,
    kind: str,
    at: datetime | None = None,
    reevaluates: Assessment | None = None,
) -> Assessment:
    """Put an evaluation on the office's table; the next one after a failed mid-term is a new round.

    Raises:
        RuleViolation: S-02 for anybody else, R-260 at the wrong stage or when one is under way or has been passed.
    """
    moment = at or database_now()
    chosen = AssessmentKind(kind)
    if reevaluates is None:
        _require_plannable(actor, application, chosen)
    today = timezone.localtime(moment).date()
    assessment = Assessment(
        number=next_number("assessment", prefix="PG", year=today.year),
        application=application,
        case=application.case,
        kind=chosen,
        round=application.assessments.filter(kind=chosen).count() + 1,
        reevaluates=reevaluates,
        due_on=_last_day(application, chosen, today),
        progress_share=reevaluates.progress_share if reevaluates else _progress_due(application, chosen),
    )
    try:
        with transaction.atomic():
            assessment.save()
    except IntegrityError as error:
        refusal = refusal_for_constraint(error)
        if refusal is None:
            raise
        raise RuleViolation([refusal]) from error
    journal(actor, assessment, "assessment.plan", {"kind": chosen.value, "round": assessment.round})
    return assessment


def _require_plannable(actor: Actor, application: Application, kind: AssessmentKind) -> None:
    if not actor.holds(Role.LGO, application.guide.office_id):
        raise RuleViolation([Refusal("S-02", _("评估由主办单位安排"))])
    if application.status != selectors.STAGE[kind]:
        raise RuleViolation(
            [
                Refusal(
                    "R-260",
                    _("项目当前为“%(state)s”，不能安排%(kind)s")
                    % {"state": application.state.label, "kind": kind.label},
                )
            ]
        )
    standing = selectors.standing_result(application, kind)
    if standing is not None and (kind == AssessmentKind.FINAL or standing.grade in selectors.PASSING):
        raise RuleViolation([Refusal("R-260", _("%(kind)s结果已经公布") % {"kind": kind.label})])


def _last_day(application: Application, kind: AssessmentKind, today: date) -> date | None:
    if kind == AssessmentKind.MIDTERM:
        return midterm_due(application)
    try:
        return Period.parse(str(steps.rule_value(application.case, "final_evaluation_days"))).due(today)
    except CalendarNotAnnounced:
        return None


def _progress_due(application: Application, kind: AssessmentKind) -> Decimal:
    """A mid-term is measured against its share of the term (domain §2, step 13)."""
    if kind == AssessmentKind.FINAL:
        return Decimal(100)
    return Decimal(steps.rule_value(application.case, "midterm_share")) * 100


@records("R-265")
def record_tie(
    *, actor: Actor, application: Application, organization: Organization, nature: str, note: str = "", at: datetime
) -> AdvisoryTie:
    """Keep that a body advised, supported or trained the project, so that it is not chosen to judge it."""
    if not actor.holds(Role.LGO, application.guide.office_id):
        raise RuleViolation([Refusal("S-02", _("由主办单位登记"))])
    tie, _created = AdvisoryTie.objects.get_or_create(
        application=application,
        organization=organization,
        nature=nature,
        defaults={"note": note.strip(), "recorded_by": actor.person, "recorded_at": at},
    )
    return tie


@implements("R-265")
def select(attempt: Attempt) -> None:
    """Effect of assessment.select: from now on the evaluator's people read the case."""
    assessment: Assessment = attempt.obj
    evaluator: Organization = attempt.data["evaluator"]
    assessment.evaluator = evaluator
    assessment.selection_reason = str(attempt.data.get("selection_reason", "")).strip()
    assessment.fee = attempt.data.get("fee")
    assessment.fee_paid_by = attempt.data["fee_paid_by"]
    assessment.selected_at = attempt.at
    if assessment.case is not None:
        steps.set_party(assessment.case, Part.EVALUATOR, evaluator.pk, evaluator.name)


def release_evaluator(attempt: Attempt) -> None:
    """Effect of step_aside and replace_evaluator: the case closes for that body at once; its papers stay."""
    assessment: Assessment = attempt.obj
    attempt.kept["evaluator"] = assessment.evaluator.name if assessment.evaluator else ""
    if assessment.evaluator is not None:
        CaseParty.objects.filter(
            case=assessment.case, part=Part.EVALUATOR, organization_id=assessment.evaluator.pk
        ).delete()
    assessment.evaluator = None
    assessment.fee, assessment.fee_paid_by, assessment.selected_at = None, "", None
    assessment.selection_reason = ""


@implements("R-265")
def submit_scheme(attempt: Attempt) -> None:
    """Effect of assessment.submit_scheme: the declaration is signed once per evaluator, the scheme may return."""
    assessment: Assessment = attempt.obj
    IndependenceDeclaration.objects.get_or_create(
        assessment=assessment,
        organization=assessment.evaluator,
        defaults={
            "person": attempt.actor.person,
            "statements": [str(statement) for statement in STATEMENTS],
            "team": str(attempt.data.get("team", "")).strip(),
            "signed_at": attempt.at,
        },
    )
    for name in ("scheme", "sampling"):
        setattr(assessment, name, str(attempt.data.get(name, "")).strip())
    for code in Dimension.values:
        weight = attempt.data.get(f"weight_{code}")
        if weight is not None:
            setattr(assessment, f"weight_{code}", weight)


def begin_collecting(attempt: Attempt) -> None:
    """Effect of assessment.collect: the bench is laid out. After a change of evaluator the papers start anew."""
    assessment: Assessment = attempt.obj
    assessment.contents.all().delete()
    assessment.measures.all().delete()
    assessment.checklist.all().delete()
    AssessmentContent.objects.bulk_create(
        [AssessmentContent(assessment=assessment, code=code, position=n) for n, code in enumerate(Content.values)]
    )
    AssessmentMeasure.objects.bulk_create(_measures(assessment))
    papers = PAPERS + (FINAL_PAPERS if assessment.kind == AssessmentKind.FINAL else ())
    ChecklistItem.objects.bulk_create(
        [ChecklistItem(assessment=assessment, label=str(label), position=n) for n, label in enumerate(papers)]
    )
    Survey.objects.get_or_create(assessment=assessment, defaults={"case": assessment.case})


def _measures(assessment: Assessment) -> list[AssessmentMeasure]:
    """One row per promised indicator; a part without indicators is judged by the evaluator out of 100."""
    ledger = selectors.ledger_figures(assessment.application)
    dimension_of = {IndicatorKind.OUTPUT: Dimension.OUTPUT, IndicatorKind.OUTCOME: Dimension.BENEFIT}
    rows = [
        AssessmentMeasure(
            assessment=assessment,
            indicator=indicator,
            dimension=dimension_of[IndicatorKind(indicator.kind)],
            name=indicator.name,
            unit=indicator.unit,
            target=indicator.target,
            reported=ledger.get(indicator.pk),
        )
        for indicator in assessment.application.indicators.exclude(kind=IndicatorKind.SATISFACTION)
    ]
    for dimension, name in ((Dimension.OUTPUT, _("产出完成情况评定")), (Dimension.BENEFIT, _("项目效益评定"))):
        if not any(row.dimension == dimension for row in rows):
            rows.append(
                AssessmentMeasure(
                    assessment=assessment,
                    dimension=dimension,
                    name=name,
                    target=Decimal(100),
                    source=MeasureSource.ENTERED,
                )
            )
    for position, row in enumerate(rows):
        row.position = position
    return rows


def send_for_feedback(attempt: Attempt) -> None:
    """Effect of assessment.send_for_feedback: the counted period runs; the report opens to both parties."""
    assessment: Assessment = attempt.obj
    assessment.feedback_sent_at = attempt.at
    assessment.feedback_due_on = Period.parse(str(attempt.value("evaluation_feedback_days"))).due(attempt.today)


def contractor_comments(attempt: Attempt) -> None:
    _give_opinion(attempt, Party.CONTRACTOR)


@implements("R-261")
def purchaser_comments(attempt: Attempt) -> None:
    _give_opinion(attempt, Party.PURCHASER)


def _give_opinion(attempt: Attempt, party: Party) -> None:
    PartyOpinion.objects.create(
        assessment=attempt.obj,
        party=party,
        text=str(attempt.data["text"]).strip(),
        objects_to_draft=bool(attempt.data.get("objects_to_draft")),
        given_by=attempt.actor.person,
        given_at=attempt.at,
    )


def answer(attempt: Attempt) -> None:
    """Effect of assessment.answer: an objection gets its answer, whether adopted or not."""
    opinion: PartyOpinion = attempt.data["opinion"]
    if opinion.assessment_id != attempt.obj.pk or not opinion.is_open:
        raise RuleViolation([Refusal("R-260", _("没有待答复的异议"))])
    opinion.answer = str(attempt.data["answer"]).strip()
    opinion.adopted = bool(attempt.data.get("adopted"))
    opinion.answered_by, opinion.answered_at = attempt.actor.user, attempt.at
    opinion.save(update_fields=["answer", "adopted", "answered_by", "answered_at"])


def journal(actor: Actor, assessment: Assessment, action: str, body: dict[str, Any]) -> None:
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action=action,
        subject=assessment.subject,
        case_id=assessment.case_id,
        body={"number": assessment.number, **body},
    )


def parties_missing(assessment: Assessment) -> list[Party]:
    heard = set(assessment.opinions.values_list("party", flat=True))
    return [party for party in THREE_PARTIES if party.value not in heard]
