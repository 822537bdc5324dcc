"""What other rooms hang into the page frame: navigation entries, the inbox badge, the demo's accounts.

The frame knows none of those rooms; each registers itself from its ``apps.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise

    from procurement.access.actor import Actor


class Section(models.TextChoices):
    """Entries of a section share one place in the navigation; its pages show them as tabs."""

    TOP = "", ""
    PUBLIC = "public", _("信息公开")
    WORK = "work", _("项目管理")
    MARKET = "market", _("目录与供需")
    MONEY = "money", _("预算与计划")
    NETWORK = "network", _("组织与网络")


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One entry of the main navigation; ``visible`` decides by actor and must not query."""

    label: _StrOrPromise
    url_name: str
    order: int = 50
    visible: Callable[[Actor | None], bool] = lambda actor: True
    prefix: str = ""
    section: Section = Section.TOP


@dataclass(frozen=True, slots=True)
class NavLink:
    label: _StrOrPromise
    url: str
    current: bool
    section: str = ""


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
    """The main navigation: a section stands once, leading to the first of its pages."""
    links: dict[str, NavLink] = {}
    for link in _all_links(request, actor):
        key = link.section or link.url
        if key not in links:
            label = Section(link.section).label if link.section else link.label
            links[key] = NavLink(label, link.url, link.current, link.section)
        elif link.current:
            links[key] = NavLink(links[key].label, links[key].url, True, link.section)
    return list(links.values())


def section_links(request: HttpRequest, actor: Actor | None) -> list[NavLink]:
    """The tabs of the section the current page belongs to; none outside the sections."""
    links = _all_links(request, actor)
    here = next((link.section for link in links if link.current and link.section), "")
    return [link for link in links if here and link.section == here]


def _all_links(request: HttpRequest, actor: Actor | None) -> list[NavLink]:
    """The entries this actor may see, in order; an entry whose URL is not mounted is left out.

    The page belongs to the entry whose address leads furthest towards it.
    """
    offered = []
    for entry in sorted(_nav.values(), key=lambda entry: entry.order):
        if not entry.visible(actor):
            continue
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        offered.append((entry, url, _reach(request.path, url, entry.prefix or url)))
    furthest = max((reach for *_rest, reach in offered), default=0)
    return [NavLink(entry.label, url, 0 < reach == furthest, entry.section) for entry, url, reach in offered]


def _reach(path: str, url: str, prefix: str) -> int:
    """How much of the path an entry covers; the home page covers itself only."""
    if path == url:
        return len(url)
    return len(prefix) if prefix != "/" and path.startswith(prefix) else 0
