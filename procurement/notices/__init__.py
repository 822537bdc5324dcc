"""Notices: what the portal tells people, and what it must look at again later.

Models are imported lazily: this package is read while apps are still loading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from procurement.notices.recipients import holders, person
from procurement.notices.registry import keep_secret, register_sweep

if TYPE_CHECKING:
    from procurement.notices.services.outbox import notify
    from procurement.notices.services.reminders import cancel, schedule

__all__ = ["cancel", "holders", "keep_secret", "notify", "person", "register_sweep", "schedule"]

_LAZY = {
    "notify": "procurement.notices.services.outbox",
    "schedule": "procurement.notices.services.reminders",
    "cancel": "procurement.notices.services.reminders",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _LAZY:
        raise AttributeError(name)
    return getattr(import_module(_LAZY[name]), name)
