"""Remedies on the page of a procedure, in navigation, worklists and files; the clocks that run on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from procurement.documents import register_job, register_subject
from procurement.notices import register_sweep
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.worklists import WorkItem, register_worklist
from projects.models import Challenge, Complaint, Procedure, RemedyRequest, ReplyCopy, Respondent
from projects.models.challenge import BIDDER_ROLES, REPLIER_ROLES
from projects.panels import Panel, register_procedure_panel
from projects.selectors.remedies import challengers_of, freezing_sentence, uses_the_law
from projects.selectors.remedy_clocks import next_due
from projects.services import challenges, complaint_decisions, remedy_requests
from projects.services.remedy_letters import JOB, make_letter

READERS = frozenset({*BIDDER_ROLES, *REPLIER_ROLES, Role.AGT})


def register() -> None:
    register_action_labels(
        {
            "challenge.file": gettext_lazy("提出质疑"),
            "complaint.file": gettext_lazy("提起投诉"),
            "complaint.respond": gettext_lazy("提交书面说明"),
            "remedy_request.file": gettext_lazy("提出诉求"),
        }
    )
    register_job(JOB, make_letter, label=gettext_lazy("生成质疑投诉文书"))
    for model in (Challenge, ReplyCopy, Respondent):
        register_subject(model._meta.label_lower, visible=_reader_of(model))
    register_subject(Complaint._meta.label_lower, visible=_complainant_or_overseer)
    register_procedure_panel("remedies", remedies_of)
    register_worklist(remedies_to_do)
    register_sweep("challenges", challenges.sweep, every=timedelta(hours=1))
    register_sweep("suspensions", complaint_decisions.sweep)
    register_sweep("remedy_requests", remedy_requests.sweep, every=timedelta(hours=1))
    register_nav(
        NavEntry(gettext_lazy("质疑和投诉"), "remedies", order=46, section=Section.WORK, visible=_has_remedies)
    )
    register_nav(
        NavEntry(gettext_lazy("投诉办理"), "complaint-queue", order=45, section=Section.WORK, visible=_supervises)
    )


def _supervises(actor: Actor | None) -> bool:
    return bool(actor and actor.holds(Role.FIN_SUP))


def _has_remedies(actor: Actor | None) -> bool:
    return bool(actor and (actor.sees_everything or actor.roles & READERS))


def _reader_of(model: type[Challenge] | type[ReplyCopy] | type[Respondent]):  # type: ignore[no-untyped-def]
    def is_visible(actor: Actor, subject_id: UUID) -> bool:
        return model.objects.visible_to(actor).filter(pk=subject_id).exists()

    return is_visible


def _complainant_or_overseer(actor: Actor, subject_id: UUID) -> bool:
    """Letters to the complainant; respondents find theirs with their own row."""
    if actor.sees_everything:
        return Complaint.objects.filter(pk=subject_id).exists()
    return Complaint.objects.filter(pk=subject_id, complainant__in=actor.organization_ids(*BIDDER_ROLES)).exists()


def remedies_of(procedure: Procedure, actor: Actor) -> Panel | None:
    """Everybody reads that a result is frozen and what was decided; who filed what is for the parties."""
    own = challengers_of(actor, procedure)
    context = {
        "procedure": procedure,
        "frozen": freezing_sentence(procedure),
        "challenges": Challenge.objects.visible_to(actor).filter(procedure=procedure).select_related("challenger"),
        "complaints": Complaint.objects.visible_to(actor).filter(procedure=procedure),
        "requests": RemedyRequest.objects.visible_to(actor).filter(procedure=procedure),
        "decisions": Complaint.objects.filter(procedure=procedure, status="published"),
        "copies": ReplyCopy.objects.filter(
            challenge__procedure=procedure, organization__in=actor.organization_ids(*BIDDER_ROLES)
        ),
        "may_challenge": bool(own) and uses_the_law(procedure),
        "may_request": bool(own) and not uses_the_law(procedure),
    }
    shown = any(context[key] for key in context if key != "procedure")
    return Panel(_("质疑、投诉和诉求"), "projects/remedies/panel.html", context) if shown else None


# --- worklist -----------------------------------------------------------------------------------------------------


def remedies_to_do(actor: Actor) -> Iterator[WorkItem]:
    """What waits for the purchaser's people, for supervision and for those who must correct or state."""
    if actor.roles & {*REPLIER_ROLES, Role.AGT}:
        yield from _to_answer(actor)
    if actor.holds(Role.FIN_SUP):
        yield from _to_decide(actor)
    if actor.roles & READERS:
        yield from _to_state(actor)


def _to_answer(actor: Actor) -> Iterator[WorkItem]:
    signs = bool(actor.organization_ids(Role.PU_SIGN))
    steps = {"filed": _("审查质疑"), "accepted": _("起草质疑答复")}
    if signs:
        drafted = _("批准质疑答复")
        steps = {"dismissal_drafted": drafted, "uphold_drafted": drafted, "upheld": _("实施补救")}
    rows = Challenge.objects.answered_by(actor).filter(status__in=steps).select_related("procedure", "challenger")
    for each in rows[:50]:
        yield WorkItem(
            title=str(each),
            url=each.get_absolute_url(),
            due_on=None if each.status == "upheld" else each.reply_due_on,
            step=steps[each.status],
            organisation=each.challenger.display_name,
            lifecycle=each.lifecycle.label,
        )
    waiting = RemedyRequest.objects.answered_by(actor).filter(status="accepted" if signs else "filed")
    for filed in waiting.select_related("procedure", "requester")[:50]:
        yield WorkItem(
            title=str(filed),
            url=filed.get_absolute_url(),
            due_on=filed.due_on,
            step=_("答复诉求") if signs else _("受理诉求"),
            organisation=filed.requester.display_name,
            lifecycle=filed.lifecycle.label,
        )


def _to_decide(actor: Actor) -> Iterator[WorkItem]:
    rows = Complaint.objects.visible_to(actor).filter(status__in=("filed", "accepted", "decided"))
    rows = rows.select_related("procedure__rule_set", "complainant").prefetch_related("clock_stops")
    steps = {"filed": _("审查投诉"), "accepted": _("处理投诉"), "decided": _("公告处理决定")}
    for each in rows[:50]:
        yield WorkItem(
            title=str(each),
            url=each.get_absolute_url(),
            due_on=next_due(each),
            step=steps[each.status],
            organisation=each.complainant.display_name,
            lifecycle=each.lifecycle.label,
        )


def _to_state(actor: Actor) -> Iterator[WorkItem]:
    owed = Respondent.objects.of(actor).filter(answered_at__isnull=True, complaint__status="accepted")
    for each in owed.select_related("complaint__procedure", "organization")[:50]:
        yield WorkItem(
            title=str(each.complaint),
            url=each.complaint.get_absolute_url(),
            due_on=each.due_on or timezone.localdate(),
            step=_("提交书面说明"),
            organisation=each.organization.display_name,
            lifecycle=each.complaint.lifecycle.label,
        )
    for asked in Challenge.objects.filed_by_house(actor).filter(status="correction").select_related("procedure")[:50]:
        yield WorkItem(
            title=str(asked), url=asked.get_absolute_url(), step=_("补正质疑"), lifecycle=asked.lifecycle.label
        )
