"""A stage on which one case is played by its real roles, through the same services people use.

The demo world, the story test and the benchmark all play the same steps (procurement/demo/steps), so what
is shown is what is tested. The clock is the stage's own and only moves forward.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any

from django.utils import timezone

from procurement.access import Actor, actor_for
from procurement.access.models import User
from procurement.calendars import SHANGHAI, add_working_days


@dataclass
class Stage:
    """What the steps of one case share: the clock and the objects made so far, by name."""

    now: datetime
    applicant: str = "org1"
    #: Variation of the script, so that eighteen demo cases do not read alike (title, amount, place …).
    script: dict[str, Any] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        things = self.__dict__.get("things", {})
        if name not in things:
            raise AttributeError(f"the case has no {name} yet")
        things[name].refresh_from_db()
        return things[name]

    def put(self, name: str, thing: Any) -> Any:
        self.things[name] = thing
        return thing

    def actor(self, username: str) -> Actor:
        """The demo account of this name; ``org`` and ``org-head`` mean the case's own applicant."""
        played = {"org": self.applicant, "org-head": f"{self.applicant}-head"}.get(username, username)
        return actor_for(User.objects.get(username=played))

    def later(self, *, days: int = 0, hours: int = 0, minutes: int = 0, working_days: int = 0) -> datetime:
        """Move the clock forward and return it; working days land at ten in the morning."""
        if working_days:
            day = add_working_days(timezone.localtime(self.now).date(), working_days)
            self.now = timezone.make_aware(datetime.combine(day, time(10)))
        self.now += timedelta(days=days, hours=hours, minutes=minutes)
        return self.now


@cache
def local(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """An instant in Beijing time."""
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)
