"""Which personal numbers may be read whole, by whom; each room registers its own from ``offers/``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from procurement.access import Actor


@dataclass(frozen=True)
class Revealable:
    """One field of one model. ``may`` decides by the actor's seats and the object; whoever sees the row sees it masked."""

    name: str
    model: str
    field: str
    label: str | Promise
    may: Callable[[Actor, Any], bool]
    #: How the masked form is made: "", "account" or "name" (procurement.privacy.masking).
    kind: str = ""


_revealables: dict[str, Revealable] = {}


def register_revealable(revealable: Revealable) -> None:
    _revealables[revealable.name] = revealable


def revealable_named(name: str) -> Revealable | None:
    return _revealables.get(name)
