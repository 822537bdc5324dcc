"""What may change after the scores: the four legal grounds after signature, and a member whose opinion is void."""

from __future__ import annotations

from evaluation.models import PanelSeat, ReviewPanel
from evaluation.selectors.panels import before_panel
from evaluation.services import panels, reading, scoring
from procurement.access import Role, people_holding
from procurement.lifecycle.engine import Attempt, perform, system_actor
from procurement.notices import notify
from procurement.rules import implements
from projects.services import bid_reviews


@implements("R-141")
def reopen_signed(attempt: Attempt) -> None:
    """Effect of panel.reopen_signed: the result is set aside, the same members correct the named sheets, finance is
    told; their next report is one version higher."""
    panel: ReviewPanel = attempt.obj
    _set_result_aside(panel, attempt)
    panel.signed_at = None
    _begin_again(panel, attempt)
    scoring.reopen(attempt)
    _tell_finance(panel, attempt)


def annul(attempt: Attempt) -> None:
    """Effect of panel.annul: nothing this panel wrote counts; the bids wait for another panel."""
    panel: ReviewPanel = attempt.obj
    _set_result_aside(panel, attempt)
    for sheet in panel.sheets.exclude(status="void"):
        perform(sheet, "sheet.void", actor=system_actor(), at=attempt.at)
    for seat in panel.seats.sitting():
        reading.dismiss(panel, person_id=seat.person_id, at=attempt.at)
    reading.give_up(panel, reason=attempt.reason, at=attempt.at)
    panel.entries.update(is_live=False)
    _tell_finance(panel, attempt)


@implements("R-162")
def void_opinion(attempt: Attempt) -> None:
    """Effect of seat.void_opinion: while scores are still given the next in order takes the seat; afterwards the
    result falls with the opinion."""
    seat: PanelSeat = attempt.obj
    panel = ReviewPanel.objects.select_for_update(no_key=True).get(pk=seat.panel_id)
    if panel.status in ("drawn", "confirmed", "in_session"):
        panels.leave(attempt)
        return
    perform(panel, "panel.annul", actor=system_actor(), at=attempt.at, reason=attempt.reason)


def _set_result_aside(panel: ReviewPanel, attempt: Attempt) -> None:
    procedure = panel.procedure
    if procedure is not None and procedure.status in ("evaluated", "decided", "awarded"):
        bid_reviews.redo_review(procedure=procedure, reason=attempt.reason, at=attempt.at)


def _begin_again(panel: ReviewPanel, attempt: Attempt) -> None:
    """The same entries before the same members."""
    if panel.procedure is None:
        return
    bid_reviews.assign_panel(actor=attempt.actor, procedure=panel.procedure, panel_id=panel.pk, at=attempt.at)
    for seat in panel.seats.confirmed():
        for entry in before_panel(panel):
            reading.admit(entry, person_id=seat.person_id, at=attempt.at)


def _tell_finance(panel: ReviewPanel, attempt: Attempt) -> None:
    """A re-review after signature is reported in writing (R-141)."""
    if panel.procedure is None:
        return
    notify(
        template="review_redone",
        recipients=[*people_holding(Role.FIN_SUP), *people_holding(Role.FIN, panel.procedure.finance_id)],
        url=panel.get_absolute_url(),
        context={"panel": panel.number, "procedure": panel.procedure.title, "reason": attempt.reason},
        key=f"redone-{panel.pk}-{attempt.at.isoformat()}",
    )
