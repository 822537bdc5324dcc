"""Cells as a spreadsheet holds them, and text that a spreadsheet must not take for a formula."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

#: What a spreadsheet runs when a cell begins with it.
TRIGGERS = ("=", "+", "-", "@", "\t", "\r")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DISARMED = re.compile(r"^'+[=+\-@\t\r]")


@dataclass(frozen=True, slots=True)
class Number:
    """A numeric cell: at most 15 digits of it are real."""

    value: Decimal

    @property
    def is_whole(self) -> bool:
        return self.value == self.value.to_integral_value()


Cell = str | Number | bool | date | datetime | None


def read_cell(raw: object) -> Cell:
    """One cell as the reading process wrote it down."""
    if isinstance(raw, str):
        return raw
    if not isinstance(raw, list):
        return None
    kind, value = raw
    if kind == "n":
        return Number(Decimal(f"{float(value):.15g}"))
    if kind == "d":
        return date.fromisoformat(value)
    if kind == "t":
        return datetime.fromisoformat(value)
    return bool(value) if kind == "b" else str(value)


def as_text(cell: Cell) -> str:
    """The cell as a person would retype it."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, Number):
        return f"{cell.value:f}" if not cell.is_whole else f"{cell.value.to_integral_value():f}"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return rearm(_CONTROLS.sub("", cell or "")).strip()


def disarm(text: str) -> str:
    """Text as it may stand in a CSV: an apostrophe before what a spreadsheet would run.

    Text that already begins with apostrophes and such a character gets one more, so that ``rearm`` gives it back.
    """
    return f"'{text}" if text.startswith(TRIGGERS) or _DISARMED.match(text) else text


def quoted(text: str) -> str:
    """Text for a text cell, which nothing runs: only what ``rearm`` would shorten needs the apostrophe."""
    return f"'{text}" if _DISARMED.match(text) else text


def rearm(text: str) -> str:
    """The text that ``disarm`` was given."""
    return text[1:] if _DISARMED.match(text) else text
