"""What a chapter is made of: facts, tables, prose and notes, as plain data that is hashed and printed alike.

Every value is text as it will be printed: an instant to the second in Beijing time, money to the cent. So the
canonical JSON holds nothing a reader cannot see, and no number can lose a digit on its way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from procurement.money import format_yuan

Block = dict[str, Any]
Section = dict[str, Any]

NOTHING = "—"


def section(title: str, *blocks: Block | None) -> Section:
    """A titled part of a chapter; blocks that have nothing to say are None and left out."""
    return {"title": title, "blocks": [block for block in blocks if block is not None]}


def facts(*rows: tuple[str, Any]) -> Block:
    """Pairs of name and value; an empty value is printed as a dash, so that its absence shows."""
    return {"kind": "facts", "rows": [[label, text(value)] for label, value in rows]}


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    numbers: Sequence[int] = (),
    form: str = "plain",
    caption: str = "",
    total: Sequence[Any] | None = None,
    empty: str = "",
) -> Block:
    """Rows under a head; ``numbers`` are columns set to the right, ``form`` names the column widths.

    A table without rows is a note that says so: an auditor must see that there is nothing, not wonder.
    """
    printed = [[text(cell) for cell in row] for row in rows]
    if not printed:
        return note(f"{caption}：{empty or '无'}" if caption else (empty or "无"))
    block = {
        "kind": "table",
        "caption": caption,
        "form": form,
        "head": list(head),
        "numbers": list(numbers),
        "rows": printed,
    }
    return block | ({"total": [text(cell) if cell != "" else "" for cell in total]} if total is not None else {})


def prose(label: str, words: Any) -> Block | None:
    """A longer text under its name, line breaks kept; nothing when nothing was written."""
    written = str(words or "").strip()
    return {"kind": "prose", "label": label, "text": written} if written else None


def note(words: str) -> Block:
    return {"kind": "note", "text": words}


def text(value: Any) -> str:
    """One cell as it is printed."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, list | tuple):
        return "、".join(text(one) for one in value) or NOTHING
    return str(value)


def instant(value: datetime | None) -> str:
    """To the second, in Beijing time."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S") if value else NOTHING


def money(value: Decimal | None) -> str:
    return format_yuan(value) if value is not None else NOTHING


def plain(value: Decimal) -> str:
    """12 for 12.00, 1,200.5 for 1200.50; every digit that says something."""
    shown = f"{value:,f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def percent(part: Decimal | int, whole: Decimal | int) -> str:
    return f"{Decimal(part) * 100 / Decimal(whole):.1f}%" if whole else NOTHING


def masked(number: str, keep: int = 4) -> str:
    """An account by its last digits only (R-292)."""
    return f"{'*' * 8}{number[-keep:]}" if len(number) > keep else (number and "*" * len(number))


def agreement(same: bool) -> str:
    """The outcome of computing something anew."""
    return "重算一致" if same else "重算不一致"
