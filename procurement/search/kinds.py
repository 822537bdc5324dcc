"""What may be found. Each app registers its kinds; this room knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.utils.functional import _StrOrPromise

    from procurement.access import Actor


@dataclass(frozen=True, slots=True)
class Entry:
    """What is kept of one thing. ``body`` is searched and quoted: nothing in it that a finder may not read."""

    title: str
    on: date
    body: str = ""
    is_public: bool = True
    district: str = ""
    street: str = ""
    field: str = ""
    year: int | None = None
    fund: str = ""
    stage: str = ""
    amount: Decimal | None = None


@dataclass(frozen=True)
class SearchKind:
    name: str
    label: _StrOrPromise
    model: type[Model]
    visible: Callable[[Actor], QuerySet[Any]]
    entry: Callable[[Any], Entry]
    url: Callable[[UUID, bool], str]
    has_private: bool = False
    select_related: Sequence[str] = ()


_kinds: dict[str, SearchKind] = {}


def register_kind(kind: SearchKind) -> None:
    """From here on every save of the model keeps its entry."""
    from procurement.search.following import follow

    _kinds[kind.name] = kind
    follow(kind)


def kinds() -> dict[str, SearchKind]:
    return dict(_kinds)
