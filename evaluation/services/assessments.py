"""Running an evaluation: planned by the office, carried out by the evaluator, final once, published by the office."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import jcs
from django.core.files.uploadedfile import UploadedFile
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
    Grade,
    IndependenceDeclaration,
    MeasureSource,
    Party,
    PartyOpinion,
    SiteVisit,
    Survey,
)
from evaluation.selectors import assessments as selectors
from evaluation.selectors.surveys import SMALLEST_PUBLIC
from orgs.models import CreditList, Organization, Severity
from orgs.selectors import years_before
from orgs.services import credit
from procurement import audit
from procurement.access import Actor, Duty, Role, conflict_for
from procurement.audit.models import AuditEvent
from procurement.calendars import CalendarNotAnnounced, Period
from procurement.documents import start_job, store
from procurement.documents.models import Document
from procurement.lifecycle import steps
from procurement.lifecycle.engine import Attempt, database_now, perform
from procurement.lifecycle.models import CaseParty, Part
from procurement.rules import Refusal, RuleViolation, implements, records, refusal_for_constraint
from projects.models import Application, IndicatorKind
from projects.selectors.delivery import midterm_due
from projects.services import assessments as downward
from projects.services.numbering import next_number

REPORT = "assessment_report"
PHOTO = "visit_photo"
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


# --- effects of the lifecycle -------------------------------------------------------------------------------------


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
    credit.record(
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
        is_published=True,
        at=attempt.at,
    )


def report_of(assessment: Assessment) -> Document | None:
    return Document.objects.for_subject(assessment.subject).of_kind(REPORT).current().first()


# --- the bench ----------------------------------------------------------------------------------------------------


class StaleEdition(Exception):
    """Somebody else saved the bench meanwhile; the message is for the person typing."""


@transaction.atomic
def save_bench(
    *, actor: Actor, assessment: Assessment, entered: Mapping[str, Any], edition: int, at: datetime | None = None
) -> Assessment:
    """Store what stands on the bench: figures, the eight contents, both sides, papers, opinions, conclusion.

    ``entered`` holds plain fields by name, and under ``measures``, ``contents``, ``checklist`` and ``opinions``
    a mapping from row to its values. Nothing here has to be complete yet; the guards judge that.

    Raises:
        RuleViolation: when the actor is not the evaluator at work, or holds a duty that excludes it (R-265).
        StaleEdition: when another person saved since ``edition``; nothing is stored.
    """
    moment = at or database_now()
    locked = Assessment.objects.select_for_update(of=("self",), no_key=True).get(pk=assessment.pk)
    _require_writer(actor, locked)
    if edition != locked.edition:
        raise StaleEdition(_("另一位评估人员刚刚保存过，请刷新后重填您的修改"))
    for name in _TEXTS:
        if name in entered:
            setattr(locked, name, str(entered[name] or "").strip())
    if "spent_verified" in entered:
        locked.spent_verified = entered["spent_verified"]
    locked.edition += 1
    locked.save()
    for row in locked.measures.all():
        _assign(row, entered.get("measures", {}).get(str(row.pk)), ("actual", "share", "note"))
    for content in locked.contents.all():
        _assign(content, entered.get("contents", {}).get(content.code), ("finding", "evidence"))
    for item in locked.checklist.all():
        _assign(item, entered.get("checklist", {}).get(str(item.pk)), ("seen", "note"))
    for party, text in entered.get("opinions", {}).items():
        _write_opinion(actor, locked, Party(party), str(text or "").strip(), moment)
    if not _sitting_is_noted(actor, locked):
        journal(actor, locked, "assessment.save", {"edition": locked.edition})
    return locked


#: One line in the journal for a sitting at the bench, however often it saves itself.
SITTING = timedelta(minutes=30)


def _sitting_is_noted(actor: Actor, assessment: Assessment) -> bool:
    noted = AuditEvent.objects.about(assessment.subject).by_actor(actor.person.pk).of_action("assessment.save")
    return noted.between(since=database_now() - SITTING).exists()


_TEXTS = ("purchaser_performance", "contractor_performance", "summary", "problems", "advice")


def _assign(row: Any, values: Mapping[str, Any] | None, names: Sequence[str]) -> None:
    if values is None:
        return
    changed = [name for name in names if name in values and getattr(row, name) != values[name]]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)


def _write_opinion(actor: Actor, assessment: Assessment, party: Party, text: str, at: datetime) -> None:
    """The evaluator writes its own opinion and sums up the recipients'; never the purchaser's or contractor's."""
    if party not in (Party.RECIPIENTS, Party.THIRD_PARTY) or not text:
        return
    PartyOpinion.objects.update_or_create(
        assessment=assessment,
        party=party,
        defaults={"text": text, "given_by": actor.person, "given_at": at},
    )


@transaction.atomic
def refresh_from_ledger(*, actor: Actor, assessment: Assessment) -> int:
    """Read the ledger's figures again; verified figures stay as they are. Returns how many changed."""
    _require_writer(actor, assessment)
    ledger = selectors.ledger_figures(assessment.application)
    changed = 0
    for row in assessment.measures.filter(indicator__isnull=False):
        actual = ledger.get(row.indicator_id)
        if actual is not None and actual != row.reported:
            row.reported = actual
            row.save(update_fields=["reported"])
            changed += 1
    return changed


@transaction.atomic
def adopt_ledger(*, actor: Actor, assessment: Assessment) -> int:
    """The evaluator confirms the ledger for every figure still open; returns how many were confirmed."""
    _require_writer(actor, assessment)
    locked = Assessment.objects.select_for_update(of=("self",), no_key=True).get(pk=assessment.pk)
    confirmed = 0
    for row in locked.measures.filter(actual__isnull=True, reported__isnull=False):
        row.actual = row.reported
        row.save(update_fields=["actual"])
        confirmed += 1
    if locked.spent_verified is None:
        locked.spent_verified = selectors.spent_so_far(locked.application)
        confirmed += 1
    locked.edition += 1
    locked.save(update_fields=["spent_verified", "edition", "updated_at"])
    journal(actor, locked, "assessment.adopt_ledger", {"confirmed": confirmed})
    return confirmed


@implements("R-265")
@transaction.atomic
def record_site_visit(
    *,
    actor: Actor,
    assessment: Assessment,
    visited_on: date,
    place: str,
    people: str,
    findings: str,
    photos: Sequence[UploadedFile[bytes]],
    at: datetime | None = None,
) -> SiteVisit:
    """A visit with at least one photograph; a working paper that is never rewritten.

    Raises:
        RuleViolation: when no photograph comes with it or the actor is not the evaluator at work.
        UploadRefused: when a photograph is not one.
    """
    _require_writer(actor, assessment)
    if not photos:
        raise RuleViolation([Refusal("R-265", _("走访记录须附现场照片"))])
    visit = SiteVisit.objects.create(
        assessment=assessment,
        visited_on=visited_on,
        place=place.strip(),
        people=people.strip(),
        findings=findings.strip(),
        recorded_by=actor.person,
        recorded_at=at or database_now(),
    )
    for number, photo in enumerate(photos, start=1):
        store(
            actor=actor,
            upload=photo,
            subject=visit.subject,
            kind=PHOTO,
            title=_("走访照片 %(n)s") % {"n": number},
            case_id=assessment.case_id,
            organization_id=assessment.evaluator_id,
        )
    journal(actor, assessment, "assessment.visit", {"visit": str(visit.pk), "photos": len(photos)})
    return visit


def _require_writer(actor: Actor, assessment: Assessment) -> None:
    if not selectors.may_write(assessment, actor):
        raise RuleViolation([Refusal("S-02", _("评估实施和征求意见期间，由评估机构填写"))])
    clash = conflict_for(person_id=actor.person.pk, case_id=assessment.duty_scope, duty=Duty.EVALUATOR)
    if clash is not None:
        held, rule_id = clash
        raise RuleViolation([Refusal(rule_id, _("您在本项目中已承担“%(held)s”，不得参加评估") % {"held": held.label})])


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
