"""The portal's clock, moved on where people would have to wait for months.

A whole case lasts a year. Nothing of it is faked but the time: while ``moved_clock`` is in force both clocks
the portal reads, PostgreSQL's and Django's, run as ever but a fixed while away from the wall's. Rows, deadlines
and guards are left alone; what falls due is done by the same sweeps the scheduler calls every minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, connections
from django.db.backends.signals import connection_created
from django.utils import timezone

from procurement.calendars import add_working_days
from procurement.demo.stage import local
from procurement.notices.services.dispatch import dispatch_batch
from procurement.notices.services.sweep import sweep_due

#: When the case begins: the second working week of a year whose holidays are all announced.
BEGINS = local(2026, 1, 12)

#: Found before their namesakes of pg_catalog, which stands last in the search path of every connection.
CLOCK_SQL = """
DROP SCHEMA IF EXISTS moved_clock CASCADE;
CREATE SCHEMA moved_clock;
CREATE TABLE moved_clock.shift (by_this interval NOT NULL);
INSERT INTO moved_clock.shift VALUES ('0');
CREATE FUNCTION moved_clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
  'SELECT pg_catalog.clock_timestamp() + by_this FROM moved_clock.shift';
CREATE FUNCTION moved_clock.statement_timestamp() RETURNS timestamptz LANGUAGE sql STABLE AS
  'SELECT pg_catalog.statement_timestamp() + by_this FROM moved_clock.shift';
CREATE FUNCTION moved_clock.now() RETURNS timestamptz LANGUAGE sql STABLE AS
  'SELECT pg_catalog.now() + by_this FROM moved_clock.shift';
GRANT USAGE ON SCHEMA moved_clock TO PUBLIC;
GRANT SELECT ON moved_clock.shift TO PUBLIC;
"""
SEARCH_PATH = "SET search_path TO moved_clock, public, pg_catalog"


class Clock:
    """How far the portal's time is from the wall's, and the way to move it: only forward."""

    def __init__(self, shift: timedelta) -> None:
        self.shift = timedelta(0)
        self._set(shift)

    @property
    def now(self) -> datetime:
        return timezone.localtime()

    @property
    def today(self) -> date:
        return self.now.date()

    def let_time_pass(
        self, *, days: int = 0, hours: int = 0, working_days: int = 0, until: date | datetime | None = None
    ) -> None:
        """Move on by a while, or to ten in the morning of a working day or of ``until``; then do what fell due.

        Going back is refused: a case never does.
        """
        target = self.now + timedelta(days=days, hours=hours)
        if working_days:
            target = _ten_on(add_working_days(target.date(), working_days))
        if until is not None:
            target = until if isinstance(until, datetime) else _ten_on(until)
        if target < self.now:
            raise ValueError(f"time does not go back to {target}")
        self._set(self.shift + (target - self.now))
        self.catch_up()

    def catch_up(self) -> None:
        """What the scheduler does every minute: act on what is due, deliver what was said."""
        sweep_due()
        while dispatch_batch():
            pass

    def _set(self, shift: timedelta) -> None:
        self.shift = shift
        with connection.cursor() as cursor:
            cursor.execute("UPDATE moved_clock.shift SET by_this = %s", [shift])


def _ten_on(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(10)))


@contextmanager
def moved_clock(start: datetime) -> Iterator[Clock]:
    """The portal's time begins at ``start`` and runs on from there."""
    clock: Clock | None = None

    class MovedDatetime(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + (clock.shift if clock else timedelta(0))

    connections.close_all()
    with connection.cursor() as cursor:
        cursor.execute(CLOCK_SQL)
    connection_created.connect(_look_at_the_moved_clock)
    connections.close_all()
    original = timezone.datetime
    timezone.datetime = MovedDatetime  # type: ignore[misc]
    try:
        clock = Clock(start - timezone.now())
        yield clock
    finally:
        timezone.datetime = original  # type: ignore[misc]
        connection_created.disconnect(_look_at_the_moved_clock)
        connections.close_all()
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA moved_clock CASCADE")


def _look_at_the_moved_clock(connection: Any, **kwargs: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SEARCH_PATH)
