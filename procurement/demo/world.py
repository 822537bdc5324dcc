"""Builds the demo world part by part, in order. Each part is a module here with ``seed(now)``, safe to repeat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from procurement.search.services.indexing import rebuild

#: In the order in which they rest on each other.
PARTS: tuple[str, ...] = (
    "people",
    "standing",
    "hubs",
    "budget",
    "market",
    "guidance",
    "plans",
    "prices",
    "network",
    "newcomers",
    "figures",
    "cases",
    "unions",
    "awards",
    "procedures",
    "sealed_bids",
    "remedies",
)


class DemoRefused(Exception):
    """The demo world has known passwords; it is built only where the installation says it is a demo."""


def build(*, now: datetime, say: Callable[[str], None]) -> None:
    """Each part in its own transaction: an interrupted build continues where it stopped."""
    if not settings.PORTAL["DEMO"]:
        raise DemoRefused(_('本平台未启用演示环境（PORTAL["DEMO"]），不能写入演示数据。'))
    for number, name in enumerate(PARTS, start=1):
        began = monotonic()
        with transaction.atomic():
            import_module(f"procurement.demo.{name}").seed(now)
        say(f"demo world [{number}/{len(PARTS)}] {name} {monotonic() - began:.1f} s")
    rebuild()  # the shipped catalogues came in bulk, without their entries
