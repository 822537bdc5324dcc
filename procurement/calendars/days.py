"""Which days are working days (R-303), from the State Council's yearly notices.

The weekly rest days are Saturday and Sunday; the notice of a year adds days off and make-up working weekends (调休).
A year whose notice is not here is an error that says so (R-305): a legal deadline is never guessed.
No database is involved, so the arithmetic may be used in tight loops and in migrations.
"""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SHIPPED = Path(__file__).parent / "data"


class CalendarNotAnnounced(Exception):
    """The State Council notice for a year is not in the calendar, so no working day of it can be told."""

    def __init__(self, year: int):
        super().__init__(year)
        self.year = year

    def __str__(self) -> str:
        return _(
            "R-305 %(year)d 年的节假日安排未发布或尚未录入，无法计算该年的工作日期限；请在国务院办公厅通知发布后录入。"
        ) % {"year": self.year}


class DayKind(TextChoices):
    """Why a day is, or is not, a working day."""

    WORKDAY = "workday", gettext_lazy("工作日")
    MAKE_UP = "make_up", gettext_lazy("调休上班")
    WEEKEND = "weekend", gettext_lazy("周末")
    HOLIDAY = "holiday", gettext_lazy("节假日")

    @property
    def is_working(self) -> bool:
        """True for ordinary and make-up working days."""
        return self in (DayKind.WORKDAY, DayKind.MAKE_UP)


@dataclass(frozen=True)
class Notice:
    """One day named by a State Council notice."""

    name: str
    is_off: bool


class Almanac:
    """The unbroken run of announced years, indexed so that counting any number of working days is two look-ups."""

    def __init__(self, years: Iterable[int], notices: dict[date, Notice]):
        self.first, self.last = _unbroken(sorted(years))
        self.notices = notices
        self._working = [day.toordinal() for day in self._days() if self.kind(day).is_working]

    def kind(self, day: date) -> DayKind:
        """Tell what sort of day it is; raises CalendarNotAnnounced outside the announced years."""
        self.require(day.year)
        weekend = day.weekday() >= 5
        notice = self.notices.get(day)
        if notice and notice.is_off:
            return DayKind.HOLIDAY
        if notice and weekend:
            return DayKind.MAKE_UP
        return DayKind.WEEKEND if weekend else DayKind.WORKDAY

    def shift(self, start: date, count: int) -> date:
        """Give the working day `count` working days after (or, negative, before) `start`, which is never counted."""
        self.require(start.year)
        if count == 0:
            return start
        ordinal = start.toordinal()
        if count > 0:
            position = bisect_right(self._working, ordinal) + count - 1
        else:
            position = bisect_left(self._working, ordinal) + count
        if position < 0:
            raise CalendarNotAnnounced(self.first - 1)
        if position >= len(self._working):
            raise CalendarNotAnnounced(self.last + 1)
        return date.fromordinal(self._working[position])

    def count(self, after: date, through: date) -> int:
        """Count the working days in (after, through]; negative when `through` lies before `after`."""
        self.require(after.year)
        self.require(through.year)
        return bisect_right(self._working, through.toordinal()) - bisect_right(self._working, after.toordinal())

    def require(self, year: int) -> None:
        """Raise CalendarNotAnnounced unless the year is announced."""
        if not self.first <= year <= self.last:
            raise CalendarNotAnnounced(year)

    def _days(self) -> Iterator[date]:
        day = date(self.first, 1, 1)
        while day.year <= self.last:
            yield day
            day += timedelta(days=1)


def _unbroken(years: list[int]) -> tuple[int, int]:
    """A later year behind a gap cannot be reached by counting, so it does not stand until the gap is filled."""
    last = years[0]
    while last + 1 in years:
        last += 1
    return years[0], last


def almanac() -> Almanac:
    """Return the announced years; a file added to PORTAL["CALENDAR_DIR"] is seen without a restart."""
    folder = Path(str(settings.PORTAL.get("CALENDAR_DIR") or settings.VAR_DIR / "calendars"))
    return _load(folder, _stamp(folder))


def _stamp(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


@cache
def _load(folder: Path, _stamp: int) -> Almanac:
    years, notices = set(), {}
    for path in sorted([*SHIPPED.glob("*.json"), *folder.glob("*.json")], key=lambda path: path.name):
        content = json.loads(path.read_text(encoding="utf-8"))
        for entry in content["days"]:
            notices[date.fromisoformat(entry["date"])] = Notice(name=entry["name"], is_off=entry["isOffDay"])
        if content["days"]:
            years.add(int(content["year"]))
    return Almanac(years, notices)


def day_kind(day: date) -> DayKind:
    """Tell what sort of day it is (R-303)."""
    return almanac().kind(day)


def day_name(day: date) -> str:
    """Return the festival a notice names for the day ("春节"), or an empty string."""
    notice = almanac().notices.get(day)
    return notice.name if notice else ""


def is_working_day(day: date) -> bool:
    """Tell whether offices work on the day (R-303)."""
    return day_kind(day).is_working


def next_working_day(day: date) -> date:
    """Return the day itself when offices work on it, else the first working day after it (R-302)."""
    return day if is_working_day(day) else almanac().shift(day, 1)
