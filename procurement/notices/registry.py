"""Jobs the clock drives. Rooms above register theirs; nothing here imports them.

A job must work from tables ("everything due by ``now``"), never from memory, so a
scheduler that slept six hours catches up in one run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

SweepHandler = Callable[[datetime], Any]
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sweep:
    """One periodic job. ``each_period``: missed periods are run one by one, not folded into the latest."""

    job: str
    handler: SweepHandler
    every: timedelta = MINUTE
    each_period: bool = False

    def period_at(self, now: datetime) -> datetime:
        """Start of the period ``now`` lies in; periods are counted from local midnight."""
        local = timezone.localtime(now)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + ((local - midnight) // self.every) * self.every


_sweeps: dict[str, Sweep] = {}
_secret: set[str] = set()


def keep_secret(template: str) -> None:
    """Nobody but the recipient may see that this notice exists: the list of failed deliveries leaves it out.

    It still lies in the recipient's inbox, which does not fail.
    """
    _secret.add(template)


def secret_templates() -> frozenset[str]:
    return frozenset(_secret)


def register_sweep(job: str, handler: SweepHandler, *, every: timedelta = MINUTE, each_period: bool = False) -> None:
    """Run ``handler(now)`` once in every period, whoever and however many call the sweeper.

    Raises:
        ValueError: the name is taken by another handler, or a period does not divide a day.
    """
    if DAY % every:
        raise ValueError(f"{every} does not divide a day")
    taken = _sweeps.get(job)
    if taken is not None and taken.handler is not handler:
        raise ValueError(f"sweep {job!r} is registered twice")
    _sweeps[job] = Sweep(job, handler, every, each_period)


def unregister_sweep(job: str) -> None:
    """Forget a job; its past runs stay on record."""
    _sweeps.pop(job, None)


def sweeps() -> list[Sweep]:
    """All registered jobs, in the order of registration."""
    return list(_sweeps.values())
