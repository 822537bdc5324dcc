"""Tags the components are made of. ``{% load ui %}``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BaseForm, BaseFormSet, BoundField
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement import calendars
from procurement.calendars.templatetags.calendars import remaining
from procurement.ui.forms import HouseBoundField

register = template.Library()


@register.filter
def instant(value: date | datetime | None) -> str:
    """A date as 2026-02-06, an instant as 2026-02-06 17:00 in Beijing time, nothing as a dash."""
    if value is None or value == "":
        return "—"
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    return value.isoformat()


@register.filter
def day(value: date | datetime | None) -> str:
    """Only the day, in Beijing time."""
    return instant(value)[:10]


@register.filter
def iso(value: date | datetime | None) -> str:
    """For ``<time datetime>`` and ``data-`` attributes."""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return value.isoformat() if value else ""


@register.filter
def instant_seconds(value: datetime) -> str:
    """A receipt shows the second: 2026-02-06 16:59:59."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")


@register.filter
def plain(value: Any) -> str:
    """A number as an attribute wants it: no thousands separator in any language."""
    return str(value)


@register.filter
def whole(value: Any) -> int:
    """Props written as text (first="4") as numbers to compare with."""
    return int(value)


@register.filter
def has_value_beyond(form: BaseForm, first: Any) -> bool:
    """Whether a filter hidden behind 更多条件 is in use, so that it must stand open."""
    return any(field.data for field in form.visible_fields()[int(first) :])


@dataclass(frozen=True, slots=True)
class SortState:
    url: str
    current: str


@register.simple_tag(takes_context=True)
def sort_state(context: template.Context, key: str) -> SortState:
    """The link that sorts by ``key``, and how the page is sorted now; filters stay, the cursor does not."""
    query = context["request"].GET.copy()
    now = query.get("sort", "")
    current = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    query["sort"] = f"-{key}" if now == key else key
    for cursor in ("after", "before"):
        query.pop(cursor, None)
    return SortState(f"?{query.urlencode()}", current)


@dataclass(frozen=True, slots=True)
class ErrorLink:
    text: str
    href: str


@register.simple_tag
def error_links(*sources: Any) -> list[ErrorLink]:
    """Every error of the given forms, form sets or lists of them, with a link to its field."""
    return [link for source in sources for link in _links_of(source)]


def _links_of(source: Any) -> Iterable[ErrorLink]:
    if isinstance(source, BaseFormSet):
        for message in source.non_form_errors():
            yield ErrorLink(str(message), "")
        for number, form in enumerate(source.forms, start=1):
            yield from (ErrorLink(_("第 %d 行：") % number + link.text, link.href) for link in _links_of(form))
    elif isinstance(source, BaseForm):
        for message in source.non_field_errors():
            yield ErrorLink(str(message), "")
        for field in source.hidden_fields():
            yield from (ErrorLink(f"{field.label}：{message}", "") for message in field.errors)
        for field in source.visible_fields():
            yield from (ErrorLink(str(message), f"#{_focus_id(field)}") for message in field.errors)
    elif isinstance(source, Iterable) and not isinstance(source, str):
        for part in source:
            yield from _links_of(part)


def _focus_id(field: BoundField) -> str:
    return field.focus_id if isinstance(field, HouseBoundField) else str(field.id_for_label)


@dataclass(frozen=True, slots=True)
class Due:
    """How a due date looks today: its tone, its day (and hour), and one phrase for what is left."""

    tone: str
    shown: str
    phrase: str
    is_live: bool


SOON_WORKING_DAYS = 3


@register.simple_tag
def due_state(due: date | datetime | None, done: bool = False) -> Due | None:
    """Working days are counted by the legal calendar; a year not announced says so, never a guess (R-305)."""
    if not due:
        return None
    shown, now = _due_shown(due), timezone.localtime()
    if done:
        return Due("neutral", shown, "", is_live=False)
    is_over = due < now if isinstance(due, datetime) else due < now.date()
    try:
        left = calendars.remaining_working_days(now, due)
        phrase = remaining(due, now)
    except calendars.CalendarNotAnnounced:
        left, phrase = SOON_WORKING_DAYS + 1, _("该年日历未公布，工作日数待定")
    tone = "bad" if is_over else "warn" if left <= SOON_WORKING_DAYS else "neutral"
    return Due(tone, shown, phrase, is_live=isinstance(due, datetime))


def _due_shown(due: date | datetime) -> str:
    """An instant of 24:00 is shown as the day it ends; any other hour is part of the deadline."""
    day = calendars.due_day_of(due).isoformat()
    if isinstance(due, datetime) and (hour := timezone.localtime(due).strftime("%H:%M")) != "00:00":
        return f"{day} {hour}"
    return day


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart. ``width`` is percent of the peak as text: no locale may put a comma into it."""

    label: str
    shown: str
    width: str


@register.simple_tag
def bars_of(rows: Sequence[Sequence[Any]], peak: Any = None) -> list[Bar]:
    """``rows`` are (label, number) or (label, number, text to show); the longest bar is the peak."""
    values = [Decimal(str(row[1] or 0)) for row in rows]
    top = Decimal(str(peak)) if peak else max(values, default=Decimal(0))
    bars = []
    for row, value in zip(rows, values, strict=True):
        shown = str(row[2]) if len(row) > 2 else f"{row[1]:,}"
        bars.append(Bar(str(row[0]), shown, f"{value * 100 / top if top else 0:.2f}"))
    return bars


@register.filter
def percent_of(value: Any, maximum: Any) -> int:
    """Whole percent, never above what is true: 99.9 % is 99 until it is done."""
    if not maximum:
        return 0
    return int(Decimal(str(value)) * 100 / Decimal(str(maximum)))
