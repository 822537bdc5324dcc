"""Rounds of quotes on the procedure's page, in the bidder's worklist and under the clock."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from procurement.notices import register_sweep
from procurement.ui.worklists import WorkItem, register_worklist
from projects.models import Bid, Procedure, QuoteRound
from projects.panels import Panel, register_procedure_panel
from projects.selectors.procedures import TALKED_OVER, works_on
from projects.services.quote_rounds import STATES, close_due


def register() -> None:
    register_procedure_panel("quote_rounds", rounds_panel)
    register_worklist(quotes_waiting)
    register_sweep("quote_rounds", close_due)
    register_action_labels({"quote_round.open": _("请供应商再次报价")})


def rounds_panel(procedure: Procedure, actor: Actor) -> Panel | None:
    """For those who run the procedure and those who take part; only where terms may be talked over."""
    if procedure.kind not in TALKED_OVER or procedure.opened_at is None:
        return None
    rounds = list(QuoteRound.objects.visible_to(actor).filter(procedure=procedure))
    may_open = procedure.status in STATES and works_on(procedure, actor)
    if not rounds and not may_open:
        return None
    context = {"procedure": procedure, "rounds": rounds, "may_open": may_open}
    return Panel(str(_("再次报价")), "projects/procedures/quote_rounds_panel.html", context)


def quotes_waiting(actor: Actor) -> Iterator[WorkItem]:
    """Open rounds in which the person's organisation has not quoted yet."""
    mine = actor.organization_ids(Role.ORG_H)
    if not mine:
        return
    rows = QuoteRound.objects.filter(status="open", procedure__bids__in=Bid.objects.competing().filter(bidder__in=mine))
    for quote_round in rows.exclude(quotes__bid__bidder__in=mine).select_related("procedure").distinct()[:50]:
        yield WorkItem(
            str(quote_round), quote_round.get_absolute_url(), due_on=quote_round.due_at, step=_("提交报价"),
            organisation=quote_round.procedure.number,
        )  # fmt: skip
