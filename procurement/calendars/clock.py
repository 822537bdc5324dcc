"""The legal clock: how periods are counted (Civil Code art. 201-203, rules R-300 to R-304).

Dates are days in Asia/Shanghai; an aware datetime given where a date is expected is read in that zone.
An end of day is the instant 24:00, which is 00:00 of the following day: anything at or after it is late.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from procurement.calendars.days import DayKind, almanac, day_kind, day_name, next_working_day

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Unit(TextChoices):
    """The three units in which the law states periods."""

    WORKING_DAY = "wd", gettext_lazy("工作日")
    CALENDAR_DAY = "cd", pgettext_lazy("期限单位", "日")
    MONTH = "mo", gettext_lazy("个月")


def day_of(moment: date | datetime) -> date:
    """Return the day in Asia/Shanghai on which an instant falls; a plain date is returned as it is."""
    if isinstance(moment, datetime):
        return timezone.localtime(moment, SHANGHAI).date()
    return moment


def due_day_of(due: date | datetime) -> date:
    """Return the last day of a period given by its end: midnight belongs to the day it closes (24:00)."""
    if isinstance(due, datetime):
        return day_of(due - timedelta(microseconds=1))
    return due


def add_working_days(start: date | datetime, n: int) -> date:
    """Return the n-th working day after `start`, the start not counted (R-300, R-303)."""
    return almanac().shift(day_of(start), n)


def add_days(start: date | datetime, n: int) -> date:
    """Return the last day of n calendar days after `start`; a rest day rolls to the next working day (R-300, R-302)."""
    return next_working_day(day_of(start) + timedelta(days=n))


def add_months(start: date | datetime, n: int) -> date:
    """Return the corresponding day n months later, or that month's last day (R-301).

    Does not roll off rest days: contract terms run years ahead of any announced calendar. `Period.due` does roll.
    """
    day = day_of(start)
    years, month = divmod(day.month - 1 + n, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def working_days_between(after: date | datetime, through: date | datetime) -> int:
    """Count working days after the first day up to and including the second; negative when they are reversed."""
    return almanac().count(day_of(after), day_of(through))


def remaining_working_days(now: date | datetime, due: date | datetime) -> int:
    """Count working days left after today up to the due day: 0 on the day itself, negative once it has passed."""
    return working_days_between(now, due_day_of(due))


def end_of_day(day: date | datetime) -> datetime:
    """Return the instant 24:00 of the day in Asia/Shanghai (R-302)."""
    return datetime.combine(day_of(day) + timedelta(days=1), time.min, tzinfo=SHANGHAI)


def earliest_deadline(issue: date | datetime, n: int) -> datetime:
    """Return the earliest lawful deadline for "不少于 n 日" from issue: n whole days lie between (R-304)."""
    return end_of_day(day_of(issue) + timedelta(days=n))


@dataclass(frozen=True)
class Period:
    """A period as the law states it: `Period(7, "wd")` is seven working days."""

    n: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.n < 0:
            raise ValueError(_("期限不能为负数。"))
        object.__setattr__(self, "unit", Unit(self.unit))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the short form kept in rule sets: "7wd", "30cd", "3mo"."""
        return cls(int(text[:-2]), Unit(text[-2:]))

    def __str__(self) -> str:
        return f"{self.n} {self.unit.label}"

    def due(self, start: date | datetime) -> date:
        """Return the last day of the period; a statutory rest day rolls to the next working day (R-300 to R-303)."""
        if self.unit is Unit.WORKING_DAY:
            return add_working_days(start, self.n)
        return next_working_day(self.nominal(start))

    def due_at(self, start: date | datetime) -> datetime:
        """Return the instant at which the period has run out: 24:00 of its last day (R-302)."""
        return end_of_day(self.due(start))

    def nominal(self, start: date | datetime) -> date:
        """Return the last day before any roll to a working day."""
        if self.unit is Unit.WORKING_DAY:
            return add_working_days(start, self.n)
        if self.unit is Unit.MONTH:
            return add_months(start, self.n)
        return day_of(start) + timedelta(days=self.n)


@dataclass(frozen=True)
class CountedDay:
    """One line of a printed count: the day, what it is, and its number when the period counts it."""

    day: date
    kind: DayKind
    name: str
    number: int | None
    note: str


def explain(start: date | datetime, period: Period) -> list[CountedDay]:
    """Lay out a period day by day, from the uncounted first day to the due day, so that anyone can check it."""
    first, due, nominal = day_of(start), period.due(start), period.nominal(start)
    lines, number = [], 0
    for offset in range((due - first).days + 1):
        day = first + timedelta(days=offset)
        kind = day_kind(day)
        counts = offset > 0 and day <= nominal and (period.unit is not Unit.WORKING_DAY or kind.is_working)
        number += counts
        note = _note(day, first=first, due=due, nominal=nominal)
        lines.append(CountedDay(day, kind, day_name(day), number if counts else None, note))
    return lines


def _note(day: date, *, first: date, due: date, nominal: date) -> str:
    if day == due:
        return _("届满日，当日 24:00 截止（R-302）")
    if day == first:
        return _("起算日不计入（R-300）")
    if day >= nominal:
        return _("届满日为休息日，顺延（R-302）")
    return ""
