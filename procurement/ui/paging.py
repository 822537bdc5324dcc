"""Pages by key, not by number: page 500 costs what page 1 costs, and new rows do not shift the view."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

M = TypeVar("M", bound=Model)
PAGE_SIZE = 20


@dataclass(frozen=True)
class KeysetPage(Generic[M]):
    """``next_url`` and ``previous_url`` keep the page's own filters; empty where there is nothing more."""

    rows: list[M]
    next_url: str
    previous_url: str

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def keyset_page(
    queryset: QuerySet[M], request: HttpRequest, *, order: tuple[str, ...], size: int = PAGE_SIZE
) -> KeysetPage[M]:
    """One query. ``order`` names non-null columns and ends in a unique one, e.g. ``("-created_at", "id")``.

    An unreadable cursor counts as none: an old bookmark shows the first page, not an error.
    """
    backwards, key = _read_cursor(request, order)
    if key and not _fits(queryset, order, key):
        backwards, key = False, None
    walk = tuple(_flip(name) for name in order) if backwards else order
    rows = list(queryset.filter(_beyond(walk, key) if key else Q()).order_by(*walk)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_next, has_previous = (True, more) if backwards else (more, key is not None)
    return KeysetPage(
        rows=rows,
        next_url=_url(request, "after", rows[-1], order) if rows and has_next else "",
        previous_url=_url(request, "before", rows[0], order) if rows and has_previous else "",
    )


def _fits(queryset: QuerySet[M], order: tuple[str, ...], key: list[Any]) -> bool:
    """Whether every value is of its column's kind; the cursor comes from outside."""
    try:
        queryset.filter(_beyond(order, key))
    except (ValidationError, ValueError, TypeError):
        return False
    return True


def _flip(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(order: tuple[str, ...], key: list[Any]) -> Q:
    """(a > x) or (a = x and b > y) …, with < where the order descends."""
    condition, equal = Q(), Q()
    for name, value in zip(order, key, strict=True):
        column = name.lstrip("-")
        condition |= equal & Q(**{f"{column}__{'lt' if name.startswith('-') else 'gt'}": value})
        equal &= Q(**{column: value})
    return condition


def _read_cursor(request: HttpRequest, order: tuple[str, ...]) -> tuple[bool, list[Any] | None]:
    backwards = "before" in request.GET
    token = request.GET.get("before") or request.GET.get("after")
    if not token:
        return False, None
    try:
        key = json.loads(base64.urlsafe_b64decode(token.encode() + b"=="))
    except ValueError:
        return False, None
    if not isinstance(key, list) or len(key) != len(order):
        return False, None
    return backwards, key


def _url(request: HttpRequest, direction: str, row: Model, order: tuple[str, ...]) -> str:
    key = [_value(row, name.lstrip("-")) for name in order]
    token = base64.urlsafe_b64encode(json.dumps(key, cls=ExactEncoder).encode()).decode().rstrip("=")
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    query[direction] = token
    return f"?{query.urlencode()}"


def _value(row: Model, path: str) -> Any:
    value: Any = row
    for part in path.split("__"):
        value = getattr(value, part)
    return value


class ExactEncoder(DjangoJSONEncoder):
    """Instants with all their microseconds; Django's encoder cuts to milliseconds and would skip rows."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)
