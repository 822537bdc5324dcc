"""Telling the rooms below who reads what for a panel, and that its review has begun or was given up."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from evaluation.models import PanelEntry, ReviewPanel
from evaluation.selectors.panels import before_panel
from procurement.access import Actor
from projects.services import bid_reviews, reviews


def admit(entry: PanelEntry, *, person_id: UUID, at: datetime) -> None:
    """A sitting member may read the entry until dismissed. Safe to repeat."""
    if entry.bid is not None:
        bid_reviews.admit_reader(bid=entry.bid, person_id=person_id, at=at)
    elif entry.application is not None:
        reviews.admit_reader(application=entry.application, person_id=person_id, at=at)


def dismiss(panel: ReviewPanel, *, person_id: UUID, at: datetime) -> None:
    """The person reads nothing before the panel any more, at once."""
    below = bid_reviews if panel.procedure_id else reviews
    below.dismiss_reader(person_id=person_id, panel_id=panel.pk, at=at)


def begin(panel: ReviewPanel, *, actor: Actor, at: datetime) -> None:
    """The entries go to the panel; a procedure's are the bids that qualified."""
    if panel.procedure is not None:
        bids = panel.procedure.bids.filter(status="qualified")
        PanelEntry.objects.bulk_create(PanelEntry(panel=panel, bid=bid) for bid in bids)
        bid_reviews.assign_panel(actor=actor, procedure=panel.procedure, panel_id=panel.pk, at=at)
        return
    for entry in before_panel(panel):
        if entry.application and entry.application.status == "prechecked":
            reviews.assign_panel(actor=actor, application=entry.application, panel_id=panel.pk, at=at)


def give_up(panel: ReviewPanel, *, reason: str, at: datetime) -> None:
    """The panel was dissolved; what it had begun waits for another."""
    if panel.procedure is not None:
        if panel.procedure.status == "evaluating":
            bid_reviews.release_panel(procedure=panel.procedure, reason=reason, at=at)
        return
    for entry in before_panel(panel):
        if entry.application and entry.application.status == "under_review":
            reviews.release_panel(application=entry.application, reason=reason, at=at)
