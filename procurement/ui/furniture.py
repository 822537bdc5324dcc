"""What other rooms hang into the page frame: navigation entries, the inbox badge, the demo's accounts.

The frame knows none of those rooms; each registers itself from its ``apps.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise

    from procurement.access.actor import Actor


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One entry of the main navigation; ``visible`` decides by actor and must not query."""

    label: _StrOrPromise
    url_name: str
    order: int = 50
    visible: Callable[[Actor | None], bool] = lambda actor: True
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class NavLink:
    label: _StrOrPromise
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account the demo's role switcher offers, e.g. ``DemoAccount("office", "领导小组办公室")``."""

    username: str
    label: _StrOrPromise
    group: _StrOrPromise = ""


_nav: dict[str, NavEntry] = {}
_count_unread: Callable[[Actor], int] | None = None
_list_demo_accounts: Callable[[], list[DemoAccount]] | None = None


def register_nav(entry: NavEntry) -> None:
    """Registering the same URL name again replaces the entry."""
    _nav[entry.url_name] = entry


def register_inbox(count_unread: Callable[[Actor], int]) -> None:
    """``count_unread`` answers with one query; it runs once per page of a signed-in person."""
    global _count_unread
    _count_unread = count_unread


def register_demo_accounts(provider: Callable[[], list[DemoAccount]]) -> None:
    global _list_demo_accounts
    _list_demo_accounts = provider


def unread_count(actor: Actor | None) -> int:
    return _count_unread(actor) if _count_unread and actor and actor.user else 0


def demo_accounts() -> list[DemoAccount]:
    return _list_demo_accounts() if _list_demo_accounts else []


def nav_links(request: HttpRequest, actor: Actor | None) -> list[NavLink]:
    """The entries this actor may see, in order; an entry whose URL is not mounted is left out."""
    links = []
    for entry in sorted(_nav.values(), key=lambda entry: entry.order):
        if not entry.visible(actor):
            continue
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        prefix = entry.prefix or url
        current = request.path == url or (prefix != "/" and request.path.startswith(prefix))
        links.append(NavLink(entry.label, url, current))
    return links
