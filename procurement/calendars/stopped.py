"""Legal clocks that stand still for a while: time for a test, an appraisal or a correction is not counted (R-185).

Working days only. An interval runs like a period: the day it begins still counts, the day it ends does not, so that
neither side gains a day by sending a paper in the morning (R-300 read for both ends).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from procurement.calendars.clock import CountedDay, Period, Unit, add_working_days, day_of
from procurement.calendars.days import day_kind, day_name, is_working_day


@dataclass(frozen=True)
class Stop:
    """An interval that is not counted; open while ``ended`` is None."""

    began: date
    ended: date | None = None
    why: str = ""

    def covers(self, day: date) -> bool:
        return self.began < day and (self.ended is None or day <= self.ended)


def due_with_stops(start: date | datetime, period: Period, stops: Sequence[Stop] = ()) -> date | None:
    """Return the last day of a period of working days without the stopped ones; None while the clock stands still.

    Raises:
        ValueError: the period is not one of working days.
        CalendarNotAnnounced: the count runs into a year whose holidays are not announced (R-305).
    """
    if period.unit is not Unit.WORKING_DAY:
        raise ValueError(_("只有按工作日计算的期限可以中止计时。"))
    if any(stop.ended is None for stop in stops):
        return None
    day, left = day_of(start), period.n
    while left:
        day = add_working_days(day, 1)
        left -= not any(stop.covers(day) for stop in stops)
    return day


def days_used(start: date | datetime, through: date | datetime, stops: Sequence[Stop] = ()) -> int:
    """Count the working days after the first day up to and including ``through`` that are not stopped."""
    return sum(line.number is not None for line in explain_with_stops(start, through, stops))


def explain_with_stops(
    start: date | datetime, through: date | datetime, stops: Sequence[Stop] = (), *, due: date | None = None
) -> list[CountedDay]:
    """Lay out the count day by day from the uncounted first day, each stopped day with its reason."""
    first, last = day_of(start), day_of(through)
    lines: list[CountedDay] = []
    number = 0
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        stop = next((stop for stop in stops if stop.covers(day)), None)
        counts = offset > 0 and stop is None and is_working_day(day)
        number += counts
        note = _("起算日不计入（R-300）") if offset == 0 else _note(day, stop, due)
        lines.append(CountedDay(day, day_kind(day), day_name(day), number if counts else None, note))
    return lines


def _note(day: date, stop: Stop | None, due: date | None) -> str:
    if stop is not None:
        return _("%(why)s，不计入（R-185）") % {"why": stop.why or _("中止计时")}
    return _("届满日，当日 24:00 截止（R-302）") if day == due else ""
