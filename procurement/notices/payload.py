"""JSON that keeps dates, instants and money what they are.

A notice is rendered after the transaction that caused it, perhaps by another process.
Plain JSON would hand the template strings, and ``{{ due_at|date }}`` would print nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

_READERS: dict[str, Callable[[str], Any]] = {
    "@datetime": datetime.fromisoformat,
    "@date": date.fromisoformat,
    "@decimal": Decimal,
}


class PayloadEncoder(json.JSONEncoder):
    """Tags what JSON has no word for; refuses anything else (a model instance must not travel)."""

    def default(self, o: Any) -> Any:
        if isinstance(o, datetime):
            return {"@datetime": o.isoformat()}
        if isinstance(o, date):
            return {"@date": o.isoformat()}
        if isinstance(o, Decimal):
            return {"@decimal": str(o)}
        if isinstance(o, UUID | Promise):
            return str(o)
        return super().default(o)


def _read(pairs: dict[str, Any]) -> Any:
    if len(pairs) == 1:
        (tag, value), *_ = pairs.items()
        if tag in _READERS:
            return _READERS[tag](value)
    return pairs


class PayloadDecoder(json.JSONDecoder):
    """The inverse of ``PayloadEncoder``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("object_hook", _read)
        super().__init__(*args, **kwargs)
