"""Review on the portal's other pages: the guide's panels, the result on the project, work to do, files, jobs."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.models import (
    DECIDERS,
    REPRESENTATIVE_ROLES,
    RUNNERS,
    WITNESSES,
    ConductGrade,
    PanelSeat,
    ReportSignature,
    ReviewPanel,
    ReviewReport,
    roles_of,
    seated,
    still_judged,
)
from evaluation.selectors.assignment import runs_of
from evaluation.selectors.panels import reviewable
from evaluation.services.reports import JOB, write_paper
from orgs.selectors.experts import ReviewRecord, register_review_records
from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from procurement.documents import register_job, register_subject
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.worklists import WorkItem, register_worklist
from projects.models import Application, Guide
from projects.panels import Panel, register_guide_panel, register_panel

#: States in which the office has the next move.
OFFICE_TURN = ("planned", "confirmed", "scored")


#: Who has panels to organise, witness or decide upon.
ORGANISERS = roles_of(RUNNERS) | roles_of(WITNESSES) | roles_of(DECIDERS)
#: Who may sit: experts, and the purchaser's representatives.
MEMBERS = frozenset({Role.EXP, *REPRESENTATIVE_ROLES})
#: Until the list is public, rank and points belong to those who decide.
BEFORE_PUBLICITY = ("scored", "proposed", "funds_confirmed")


def register() -> None:
    register_guide_panel("review", guide_panel)
    register_panel("review", application_panel)
    register_worklist(review_work)
    register_action_labels(
        {
            "panel.plan": gettext_lazy("组建评审组"),
            "panel.recusal_filed": gettext_lazy("登记回避申请"),
            "panel.recusal_decided": gettext_lazy("决定回避申请"),
            "panel.conduct": gettext_lazy("记录专家履职情况"),
            "panel.appoint": gettext_lazy("委派采购人代表"),
            "panel.invalidate": gettext_lazy("表决认定投标（响应）无效"),
            "sheet.save": gettext_lazy("填写评分表"),
            "sheet.explain": gettext_lazy("说明评分依据"),
        }
    )
    register_job(JOB, write_paper, label=gettext_lazy("生成评审报告"))
    register_subject("evaluation.reviewreport", visible=_report_is_visible)
    register_review_records(reviews_of)
    register_nav(NavEntry(gettext_lazy("评审工作台"), "review", order=35, visible=_is_expert))
    register_nav(NavEntry(gettext_lazy("专家评审"), "panels", order=45, section=Section.WORK, visible=_organises))


def reviews_of(experts: Iterable[UUID]) -> dict[UUID, ReviewRecord]:
    """What the pool shows beside each expert: signed reviews and how they were noted (R-161)."""
    sat = PanelSeat.objects.confirmed().filter(expert__in=list(experts), panel__status="signed")
    rows = sat.values("expert").annotate(
        reviews=Count("pk"),
        reproved=Count("conduct", filter=~Q(conduct__grade=ConductGrade.GOOD)),
        last_on=Max("panel__review_on"),
    )
    return {row["expert"]: ReviewRecord(row["reviews"], row["reproved"], row["last_on"]) for row in rows.order_by()}


def guide_panel(guide: Guide, actor: Actor) -> Panel | None:
    """专家评审: panels of the guide for those who organise or oversee, and what still waits for one."""
    is_office = actor.holds(Role.LGO, guide.office_id)
    if not is_office and not _organises(actor):
        return None
    panels = list(ReviewPanel.objects.visible_to(actor).filter(guide=guide))
    waiting = reviewable(guide).count() if is_office else 0
    if not panels and not waiting:
        return None
    context = {
        "guide": guide,
        "panels": panels,
        "waiting": waiting,
        "is_office": is_office,
        "runs": list(runs_of(guide.pk, actor)),
    }
    return Panel(_("专家评审"), "evaluation/guide_panels.html", context)


def application_panel(application: Application, actor: Actor) -> Panel | None:
    """评审结果: score, rank and suggested amount, never who gave which points; the applicant reads it when the
    list is published or the project is declined (R-157)."""
    if application.review_score is None:
        return None
    if application.status in BEFORE_PUBLICITY and not _organises(actor) and not actor.holds(Role.FIN):
        return None
    panel = ReviewPanel.objects.visible_to(actor).filter(pk=application.panel_id).first()
    return Panel(_("评审结果"), "evaluation/application_panel.html", {"application": application, "panel": panel})


def review_work(actor: Actor) -> Iterable[WorkItem]:
    if actor.roles & MEMBERS:
        yield from _member_work(actor)
    if actor.roles & roles_of(RUNNERS):
        for panel in ReviewPanel.objects.run_by(actor).filter(status__in=OFFICE_TURN).with_occasions():
            yield _panel_item(panel)
    witnessed = Q() if actor.holds(Role.DIS) else seated(actor, WITNESSES)
    if actor.roles & {Role.DIS, *roles_of(WITNESSES)}:
        for panel in ReviewPanel.objects.filter(witnessed, status="pool_locked").with_occasions():
            yield _panel_item(panel)


def _member_work(actor: Actor) -> Iterable[WorkItem]:
    """Invitations to answer, ties to deny, sheets to hand in, reports to sign; one query."""
    latest = Subquery(
        ReviewReport.objects.filter(panel=OuterRef(OuterRef("panel"))).order_by("-version").values("pk")[:1]
    )
    seats = (
        PanelSeat.objects.filter(person_id=actor.id, status__in=("invited", "confirmed"))
        .filter(panel__status__in=("drawn", "confirmed", "in_session", "reported"))
        .select_related("panel__guide", "panel__procedure")
        .annotate(
            waiting=Count("sheets", filter=Q(sheets__status="draft") & still_judged("sheets__entry__")),
            has_signed=Exists(ReportSignature.objects.filter(seat=OuterRef("pk"), report=latest)),
        )
    )
    for seat in seats:
        panel = seat.panel
        if seat.status == "invited":
            yield WorkItem(
                panel.occasion.title, seat.get_absolute_url(), due_on=panel.review_on, step=_("答复评审邀请")
            )
        elif _must_declare(seat):
            yield WorkItem(
                panel.occasion.title, seat.get_absolute_url(), due_on=panel.review_on, step=_("声明无须回避")
            )
        elif panel.status == "in_session" and seat.waiting:  # type: ignore[attr-defined]
            step = _("评分（还有 %(count)s 份）") % {"count": seat.waiting}  # type: ignore[attr-defined]
            yield WorkItem(panel.occasion.title, reverse("review"), due_on=panel.scores_due_on, step=step)
        elif panel.status == "reported" and not seat.has_signed:  # type: ignore[attr-defined]
            yield WorkItem(panel.occasion.title, reverse("panel-report", args=[panel.pk]), step=_("签署评审报告"))


def _must_declare(seat: PanelSeat) -> bool:
    """The bidders are known now, and the review waits for the member's word (R-154)."""
    procedure = seat.panel.procedure
    waits = seat.panel.status in ("drawn", "confirmed") and seat.declared_at is None
    return waits and procedure is not None and procedure.opened_at is not None


def _panel_item(panel: ReviewPanel) -> WorkItem:
    return WorkItem(
        panel.occasion.title,
        panel.get_absolute_url(),
        due_on=panel.review_on if panel.status != "scored" else panel.scores_due_on,
        step=panel.state.label,
        organisation=panel.number,
        lifecycle=panel.lifecycle.label,
    )


def _report_is_visible(actor: Actor, subject_id: UUID) -> bool:
    return ReviewReport.objects.visible_to(actor).filter(pk=subject_id).exists()


def _is_expert(actor: Actor | None) -> bool:
    return actor is not None and actor.holds(Role.EXP)


def _organises(actor: Actor | None) -> bool:
    return actor is not None and bool(actor.roles & ORGANISERS or actor.sees_everything)
