"""Review on the pages of a procedure and of a bid: the scheme, the panel for those who run it, the public draw."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from evaluation.models import RUNNERS, PanelDraw, RecusalRequest, ReviewPanel, Rubric, holds_seat
from evaluation.selectors.panels import open_recusals, panel_at_work
from evaluation.selectors.rubrics import draft_of, may_change, rubric_of, tree
from evaluation.services.procedure_panels import PLANNABLE, recheck_opened
from procurement.access import Actor, Role
from procurement.notices import register_sweep
from projects.models import Bid, Procedure
from projects.panels import Panel, register_bid_panel, register_procedure_panel

#: When a bidder may ask that somebody step aside.
RECUSAL_STATES = ("opened", "qualified", "evaluating")


def register() -> None:
    register_procedure_panel("rubric", rubric_panel)
    register_procedure_panel("review", review_panel)
    register_bid_panel("recusal", recusal_panel)
    register_sweep("panel_ties", recheck_opened, every=timedelta(minutes=5))


def rubric_panel(procedure: Procedure, actor: Actor) -> Panel | None:
    """评分办法: the frozen scheme, or the officers' way to one; public with the document."""
    rubric = rubric_of(procedure)
    may_set = may_change(procedure) and _runs(procedure, actor)
    if rubric is not None and not Rubric.objects.visible_to(actor).filter(pk=rubric.pk).exists():
        rubric = None
    if rubric is None and not may_set:
        return None
    context: dict[str, Any] = {
        "procedure": procedure,
        "rubric": rubric,
        "factors": tree(rubric) if rubric else [],
        "draft": draft_of(procedure) if may_set else None,
        "may_set": may_set,
    }
    return Panel(_("评分办法"), "evaluation/rubric_panel.html", context)


def review_panel(procedure: Procedure, actor: Actor) -> Panel | None:
    """评审: panels for those who see them, and the draw for everybody."""
    runs = _runs(procedure, actor)
    panels = list(ReviewPanel.objects.visible_to(actor).filter(procedure=procedure))
    drawn = PanelDraw.objects.filter(panel__procedure=procedure).exists()
    may_plan = runs and procedure.status in PLANNABLE and panel_at_work(procedure) is None
    if not (panels or drawn or may_plan):
        return None
    work = panel_at_work(procedure)
    context = {
        "procedure": procedure,
        "panels": panels,
        "drawn": drawn,
        "may_plan": may_plan,
        "recusals": open_recusals(work).select_related("bid__bidder") if runs and work else [],
    }
    return Panel(_("专家评审"), "evaluation/procedure_panels.html", context)


def recusal_panel(bid: Bid, actor: Actor) -> Panel | None:
    """The bidder's own requests that somebody step aside; the answer never says whether the person sits (R-157)."""
    if bid.bidder_id not in actor.organization_ids(Role.ORG, Role.ORG_H):
        return None
    asked = list(RecusalRequest.objects.filter(bid=bid))
    may_ask = bid.procedure.status in RECUSAL_STATES
    if not asked and not may_ask:
        return None
    return Panel(_("评审人员回避"), "evaluation/bid_recusals.html", {"bid": bid, "asked": asked, "may_ask": may_ask})


def _runs(procedure: Procedure, actor: Actor) -> bool:
    return holds_seat(actor, RUNNERS, ReviewPanel(procedure=procedure))
