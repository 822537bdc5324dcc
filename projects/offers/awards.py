"""Awards on the procedure's page, letters and qualification on the bid's, clocks and work of the result."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role
from procurement.documents import register_job, register_subject
from procurement.notices import register_sweep
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.worklists import WorkItem, register_worklist
from projects.models import Award, Bid, Procedure, ResultLetter
from projects.panels import Panel, register_bid_panel, register_procedure_panel
from projects.selectors.awards import decide_by, runs
from projects.services.awards import decide_overdue
from projects.services.result_letters import make_letter_pdf

RANKED_STATES = ("evaluated", "decided", "awarded", "contracted", "paused")


def register() -> None:
    register_procedure_panel("result", result_panel)
    register_procedure_panel("qualification", qualification_panel)
    register_bid_panel("qualification", bid_qualification_panel)
    register_bid_panel("letters", letters_panel)
    register_sweep("award_decisions", decide_overdue)
    register_job("result_letter", make_letter_pdf, label=_("生成结果通知书"))
    register_subject("projects.resultletter", visible=_letter_is_visible)
    register_subject("projects.award", visible=_award_is_visible)
    register_nav(NavEntry(_("框架协议"), "frameworks", order=18, section=Section.PUBLIC))
    register_worklist(award_work)


def result_panel(procedure: Procedure, actor: Actor) -> Panel | None:
    """Winners as far as they are for this person to know; for those who run it also by when to decide."""
    awards = list(Award.objects.visible_to(actor).filter(procedure=procedure).select_related("supplier", "lot"))
    inside = runs(procedure, actor) and procedure.status in RANKED_STATES
    if not awards and not inside:
        return None
    context = {
        "awards": awards,
        "computation": reverse("procedure-computation", args=[procedure.pk]) if inside else "",
        "decide_by": decide_by(procedure) if inside and procedure.status == "evaluated" else None,
    }
    return Panel(str(_("中标（成交）结果")), "projects/awards/panel.html", context)


def qualification_panel(procedure: Procedure, actor: Actor) -> Panel | None:
    """Every opened bid with its state, for those who check it (R-124: for nobody else)."""
    if procedure.opened_at is None or not runs(procedure, actor):
        return None
    bids = list(procedure.bids.select_related("bidder", "lot").order_by("lot__number", "position"))
    return Panel(str(_("资格审查")), "projects/awards/qualification_panel.html", {"bids": bids}) if bids else None


def bid_qualification_panel(bid: Bid, actor: Actor) -> Panel | None:
    checks = list(bid.qualification_checks.all())
    return Panel(str(_("资格审查")), "projects/awards/checks.html", {"checks": checks}) if checks else None


def letters_panel(bid: Bid, actor: Actor) -> Panel | None:
    letters = list(ResultLetter.objects.visible_to(actor).filter(bid=bid))
    return Panel(str(_("结果通知")), "projects/awards/letters_panel.html", {"letters": letters}) if letters else None


def award_work(actor: Actor) -> Iterable[WorkItem]:
    """Qualification to check, a winner to decide, a result to announce, a contract to draft."""
    for state, role in (("opened", Role.PU_BUY), ("evaluated", Role.PU_SIGN), ("decided", Role.PU_BUY)):
        bodies = actor.organization_ids(role)
        if bodies:
            for procedure in Procedure.objects.filter(status=state, purchaser__in=bodies)[:100]:
                yield WorkItem(
                    procedure.title, procedure.get_absolute_url(), step=procedure.state.label,
                    due_on=decide_by(procedure) if state == "evaluated" else None, organisation=procedure.number,
                )  # fmt: skip
    bodies = actor.organization_ids(Role.PU_BUY)
    if bodies:
        waiting = Award.objects.filter(status="announced", procedure__purchaser__in=bodies, contracts__isnull=True)
        for award in waiting.select_related("lot", "supplier")[:100]:
            yield WorkItem(str(award), award.get_absolute_url(), step=award.state.label, due_on=award.contract_due_on)


def _letter_is_visible(actor: Actor, subject_id: UUID) -> bool:
    return ResultLetter.objects.visible_to(actor).filter(pk=subject_id).exists()


def _award_is_visible(actor: Actor, subject_id: UUID) -> bool:
    return Award.objects.visible_to(actor).filter(pk=subject_id).exists()
