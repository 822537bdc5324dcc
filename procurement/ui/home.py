"""The public home page is made of blocks; apps register what they have to tell the public."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from procurement.access.actor import Actor


class Place(models.TextChoices):
    """Where on the home page a block stands."""

    FIGURES = "figures", _("数据")
    MAIN = "main", _("主栏")
    SIDE = "side", _("侧栏")


@dataclass(frozen=True, slots=True)
class HomeEntry:
    """A line of a list: a notice, a guide, a publicity. ``tone`` colours the badge ``label``."""

    title: _StrOrPromise
    url: str
    on: date | datetime | None = None
    label: _StrOrPromise = ""
    tone: str = "neutral"
    note: _StrOrPromise = ""


@dataclass(frozen=True, slots=True)
class StatTile:
    """One figure; ``value`` is already formatted text, ``note`` says period and source."""

    label: _StrOrPromise
    value: str
    unit: _StrOrPromise = ""
    note: _StrOrPromise = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class HomeBlock:
    """``tiles`` make a strip of figures, ``entries`` a list; ``empty`` says why a list has nothing yet."""

    title: _StrOrPromise
    place: str = Place.MAIN
    entries: tuple[HomeEntry, ...] = ()
    tiles: tuple[StatTile, ...] = ()
    more_url: str = ""
    more_label: _StrOrPromise = ""
    empty: _StrOrPromise = ""
    order: int = 50


Provider = Callable[["Actor | None"], HomeBlock | None]
_providers: list[Provider] = []


def register_home_block(provider: Provider) -> Provider:
    """``provider(actor)`` returns a block, or nothing when this visitor should not see it."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def home_blocks(actor: Actor | None) -> dict[str, list[HomeBlock]]:
    blocks = [block for provider in _providers if (block := provider(actor)) is not None]
    blocks.sort(key=lambda block: block.order)
    return {str(place): [block for block in blocks if block.place == place] for place in Place}
