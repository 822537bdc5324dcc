"""Small words for the pages of a running project."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template

from projects.models import WarningLevel

register = template.Library()


@register.filter
def warning_level(code: str) -> WarningLevel:
    """The level behind its code, with label and value."""
    return WarningLevel(code)


@register.filter
def at(rows: Mapping[Any, Any], key: Any) -> Any:
    """What a mapping holds for a key; nothing when it holds none."""
    return rows.get(key)


@register.filter
def less(whole: Decimal, part: Decimal) -> Decimal:
    return whole - part


@register.filter
def amount(value: Decimal | str | int | None) -> str:
    """A quantity as people write it: 40, 12.5; no zeros that say nothing."""
    if value in (None, ""):
        return "—"
    number = Decimal(str(value)).normalize()
    return f"{number:,f}"
