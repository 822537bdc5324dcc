"""What a member reads of an entry, laid out beside the score."""

from __future__ import annotations

from typing import cast

from evaluation.models import PanelEntry
from projects.models import Application
from projects.selectors.bid_sheets import bid_sheets
from projects.selectors.sheets import Sheet, application_sheets


def document_of(entry: PanelEntry) -> list[Sheet]:
    """The application's sections, or what the opened bid holds."""
    if entry.bid is not None:
        return bid_sheets(entry.bid)
    return application_sheets(cast(Application, entry.application))  # panel_entry_is_one_thing
