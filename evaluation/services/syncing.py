"""Saving what was typed against a state of the sheet that may be old: another window, a machine that was offline.

The page says what it last knew of each unit (a factor with its points, words and pages, or a field of the whole sheet).
A unit that the server has changed meanwhile is not written over: both sides go back, and the member chooses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.models import ScoreSheet
from evaluation.selectors.bench import State, pins_text, plain_number, shown, state_of
from evaluation.selectors.rubrics import scored
from evaluation.services.scoring import Entry, save_sheet
from procurement.access import Actor
from procurement.rules import implements


@dataclass(frozen=True)
class Typed:
    """What one request carries; None means that the field was not sent at all."""

    entries: Mapping[UUID, Entry]
    comment: str | None = None
    suggested_amount: Decimal | None = None
    keep_amount: bool = True
    #: Unit → what the page knew of it; a unit without it is written as it comes.
    seen: Mapping[str, Sequence[str]] | None = None


@dataclass(frozen=True)
class Clash:
    """A unit both sides changed. ``state`` is the server's, for the page to know from then on."""

    unit: str
    label: str
    yours: str
    theirs: str
    state: list[str]


@dataclass(frozen=True)
class Synced:
    sheet: ScoreSheet
    clashes: list[Clash]
    state: State

    @property
    def plain(self) -> list[dict[str, Any]]:
        return [asdict(clash) for clash in self.clashes]


@implements("R-139")
@transaction.atomic
def sync_sheet(*, actor: Actor, sheet: ScoreSheet, typed: Typed, at: datetime | None = None) -> Synced:
    """Write every unit nobody changed meanwhile; name the others. Raises RuleViolation where nothing may be written.

    What the server already holds needs no writing, so that a request repeated after a lost answer succeeds even when
    the sheet was handed in between the two.
    """
    locked = (
        ScoreSheet.objects.select_for_update(no_key=True, of=("self",)).select_related("seat", "panel").get(pk=sheet.pk)
    )
    held = state_of(locked)
    wanted = _wanted(typed, held)
    news = {unit for unit, state in wanted.items() if state != held[unit]}
    stale = {unit for unit in news if _is_stale(unit, held, typed.seen or {})}
    if news - stale or actor.id != locked.seat.person_id:
        locked = _save(actor, locked, typed, news - stale, at)
    labels = {str(factor.pk): str(factor) for factor in scored(locked.panel.rubric)}
    labels |= {"comment": _("总体意见"), "suggested_amount": _("建议资金")}
    clashes = [
        Clash(unit, labels[unit], shown(wanted[unit]), shown(held[unit]), held[unit])
        for unit in labels
        if unit in stale
    ]
    return Synced(locked, clashes, held | {unit: wanted[unit] for unit in news - stale})


def _save(actor: Actor, sheet: ScoreSheet, typed: Typed, units: set[str], at: datetime | None) -> ScoreSheet:
    return save_sheet(
        actor=actor,
        sheet=sheet,
        entries={pk: entry for pk, entry in typed.entries.items() if str(pk) in units},
        comment=typed.comment if "comment" in units else None,
        suggested_amount=typed.suggested_amount,
        keep_amount="suggested_amount" not in units,
        at=at,
    )


def _wanted(typed: Typed, held: State) -> State:
    found = {
        str(pk): [
            plain_number(entry.value),
            entry.comment.strip(),
            held[str(pk)][2] if entry.pins is None else pins_text(entry.pins),
        ]
        for pk, entry in typed.entries.items()
    }
    if typed.comment is not None:
        found["comment"] = [typed.comment.strip()]
    if not typed.keep_amount:
        found["suggested_amount"] = [plain_number(typed.suggested_amount)]
    return found


def _is_stale(unit: str, held: State, seen: Mapping[str, Sequence[str]]) -> bool:
    return unit in seen and list(seen[unit]) != held[unit]
