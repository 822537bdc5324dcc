"""Evaluations and surveys on the project's page, in worklists, in the navigation, as papers and under the clock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext_lazy as _

from evaluation.models import Assessment, AssessmentKind, Party, PartyOpinion, SiteVisit, Survey
from evaluation.selectors import assessments as selectors
from evaluation.services.assessment_papers import SURVEY_PAPERS, make_report_pdf, make_survey_papers
from evaluation.services.assessment_results import REPORT
from evaluation.services.surveys import close_due
from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from procurement.documents import register_job, register_subject
from procurement.lifecycle.models import StepState
from procurement.notices import register_sweep
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.home import HomeBlock, HomeEntry, Place, register_home_block
from procurement.ui.worklists import WorkItem, register_worklist
from projects.models import Application
from projects.panels import Panel, register_panel

OFFICE_TURN = ("planned", "scheme_submitted", "final")
EVALUATOR_TURN = ("evaluator_selected", "scheme_approved", "collecting", "draft_report", "feedback")


def register() -> None:
    register_panel("assessments", assessment_panel)
    register_action_labels(
        {
            "assessment.plan": _("安排评估"),
            "assessment.save": _("填写评估记录"),
            "assessment.visit": _("登记评估走访"),
            "assessment.adopt_ledger": _("采用台账数据"),
            "survey.answer_by_phone": _("登记电话回访答卷"),
        }
    )
    register_worklist(office_work)
    register_worklist(evaluator_work)
    register_worklist(feedback_work)
    register_worklist(resident_work)
    register_job(REPORT, make_report_pdf, label=_("生成评估报告"))
    register_job(SURVEY_PAPERS, make_survey_papers, label=_("生成满意度测评海报和答卷条"))
    register_sweep("surveys_close", close_due)
    register_subject("evaluation.assessment", visible=_report_is_visible)
    register_subject("evaluation.sitevisit", visible=_visit_is_visible)
    register_subject("evaluation.survey", visible=_survey_is_visible)
    register_home_block(latest_results)
    register_nav(NavEntry(_("评估结果"), "evaluation-results", order=28, section=Section.PUBLIC))
    register_nav(
        NavEntry(
            _("第三方评估"),
            "assessments",
            order=46,
            section=Section.WORK,
            visible=lambda actor: bool(actor and actor.roles & {Role.TPE, Role.LGO}),
        )
    )


def assessment_panel(application: Application, actor: Actor) -> Panel | None:
    """评估: every evaluation of the project, and for the office the button to arrange the next."""
    rows = list(Assessment.objects.visible_to(actor).filter(application=application).select_related("evaluator"))
    for row in rows:
        row.application = application
        row.reads = selectors.reads_report(row, actor)
    office = actor.holds(Role.LGO, application.guide.office_id)
    kind = next((kind for kind, status in selectors.STAGE.items() if status == application.status), None)
    plannable = office and kind is not None and _may_plan(application, kind)
    if not rows and not plannable:
        return None
    context = {
        "rows": rows,
        "application": application,
        "kind": kind.value if plannable and kind else "",
        "kind_label": kind.label if kind else "",
    }
    return Panel(str(_("第三方评估")), "evaluation/assessment_panel.html", context)


def _may_plan(application: Application, kind: AssessmentKind) -> bool:
    if selectors.under_way(application, kind) is not None:
        return False
    standing = selectors.standing_result(application, kind)
    return standing is None or (kind == AssessmentKind.MIDTERM and standing.grade not in selectors.PASSING)


def office_work(actor: Actor) -> Iterable[WorkItem]:
    """Steps that wait for an evaluation to be arranged, and evaluations that wait for the office."""
    offices = actor.organization_ids(Role.LGO)
    if not offices:
        return
    for kind in AssessmentKind:
        yield from _to_arrange(offices, kind)
    rows = Assessment.objects.filter(status__in=OFFICE_TURN, application__guide__office__in=offices)
    yield from _items(rows)


def _to_arrange(offices: Iterable[UUID], kind: AssessmentKind) -> Iterable[WorkItem]:
    begun = Assessment.objects.under_way().filter(application=OuterRef("pk"), kind=kind)
    waiting = {"case__steps__step__code": selectors.STEP[kind], "case__steps__state": StepState.OPEN}
    rows = Application.objects.filter(
        ~Exists(begun), status=selectors.STAGE[kind], guide__office__in=offices, **waiting
    ).annotate(due_on=F("case__steps__due_on"))
    for row in rows[:100]:
        yield WorkItem(
            row.title,
            row.get_absolute_url(),
            due_on=row.due_on,
            step=_("安排%(kind)s") % {"kind": kind.label},
            organisation=row.number,
        )


def evaluator_work(actor: Actor) -> Iterable[WorkItem]:
    bodies = actor.organization_ids(Role.TPE)
    if bodies:
        yield from _items(Assessment.objects.filter(status__in=EVALUATOR_TURN, evaluator__in=bodies))


def feedback_work(actor: Actor) -> Iterable[WorkItem]:
    """Drafts on which the contractor's head or the purchaser has not spoken yet."""
    for party, roles, path in (
        (Party.CONTRACTOR, (Role.ORG_H,), "application__applicant__in"),
        (Party.PURCHASER, (Role.PU_BUY, Role.PU_SIGN), "application__guide__purchaser__in"),
    ):
        bodies = actor.organization_ids(*roles)
        if bodies:
            spoken = PartyOpinion.objects.filter(assessment=OuterRef("pk"), party=party)
            yield from _items(Assessment.objects.filter(~Exists(spoken), status="feedback", **{path: bodies}))


def resident_work(actor: Actor) -> Iterable[WorkItem]:
    """Open surveys a signed-in recipient has not answered."""
    if not actor.roles & {Role.REC}:
        return
    rows = (
        Survey.objects.filter(status="open")
        .exclude(answers__ticket__person=actor.user)
        .select_related("assessment__application")[:20]
    )
    for survey in rows:
        yield WorkItem(
            survey.assessment.application.title,
            f"/surveys/{survey.pk}/mine/",
            due_on=survey.closes_on,
            step=_("满意度测评"),
        )


def _items(rows: Any) -> Iterable[WorkItem]:
    for row in rows.select_related("application")[:100]:
        yield WorkItem(
            row.application.title,
            row.get_absolute_url(),
            due_on=row.feedback_due_on if row.status == "feedback" else row.due_on,
            step=f"{row.get_kind_display()} · {row.state.label}",
            organisation=row.number,
        )


def latest_results(actor: Actor | None) -> HomeBlock:
    rows = selectors.published().order_by("-published_at")[:5]
    return HomeBlock(
        title=_("评估结果"),
        place=Place.SIDE,
        entries=tuple(
            HomeEntry(
                row.application.title,
                f"/evaluations/{row.pk}/",
                on=row.published_at,
                label=row.get_grade_display(),
                tone=row.grade_tone,
                note=row.get_kind_display(),
            )
            for row in rows
        ),
        more_url="/evaluations/",
        empty=_("目前没有公布的评估结果。"),
        order=60,
    )


def _report_is_visible(actor: Actor, subject_id: UUID) -> bool:
    assessment = Assessment.objects.visible_to(actor).select_related("application__guide").filter(pk=subject_id).first()
    return assessment is not None and selectors.reads_report(assessment, actor)


def _visit_is_visible(actor: Actor, subject_id: UUID) -> bool:
    assessment_id = SiteVisit.objects.filter(pk=subject_id).values_list("assessment_id", flat=True).first()
    return assessment_id is not None and _report_is_visible(actor, assessment_id)


def _survey_is_visible(actor: Actor, subject_id: UUID) -> bool:
    """Unused codes stand on the slips: they are the evaluator's alone (and oversight's)."""
    survey = Survey.objects.select_related("assessment").filter(pk=subject_id).first()
    return survey is not None and (actor.sees_everything or selectors.evaluates(survey.assessment, actor))
