"""What an autosave endpoint answers; ``static/js/autosave.js`` reads exactly these shapes.

The page posts the form's fields together with ``version``, the number it last saw. The endpoint stores
the draft and answers ``saved``, or, when somebody else stored a newer value of the same field, ``conflict``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.http import JsonResponse
from django.utils import timezone


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """Both values of one field; ``name`` is the HTML field name, ``theirs`` what the server holds."""

    name: str
    label: str
    yours: str
    theirs: str


def saved(*, version: int | str, at: datetime, merged: Mapping[str, str] | None = None) -> JsonResponse:
    """``merged`` carries fields another person changed meanwhile, to be put into the page."""
    return JsonResponse({"version": str(version), "saved_at": _clock(at), "merged": dict(merged or {})})


def conflict(*, version: int | str, at: datetime, editor: str, fields: Iterable[FieldConflict]) -> JsonResponse:
    """409: nothing of the named fields was stored; the person chooses, then saves with this ``version``."""
    body = {
        "version": str(version),
        "saved_at": _clock(at),
        "editor": editor,
        "fields": [asdict(field) for field in fields],
    }
    return JsonResponse(body, status=409)


def refused(message: str) -> JsonResponse:
    """422: this draft may no longer be written, for a reason people can read (submitted, closed, too long)."""
    return JsonResponse({"message": message}, status=422)


def _clock(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")
