"""Clocks that stand still (R-185): against the official calendars, and for any clock and any interval."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.calendars import (
    CalendarNotAnnounced,
    Period,
    Stop,
    add_working_days,
    days_used,
    due_with_stops,
    explain_with_stops,
    working_days_between,
)

days = st.dates(date(2024, 1, 2), date(2026, 6, 30))
lengths = st.integers(0, 40)
stops = st.lists(
    st.tuples(days, st.integers(0, 30)).map(lambda pair: Stop(pair[0], pair[0] + timedelta(days=pair[1]))), max_size=4
)


def wd(n: int) -> Period:
    return Period(n, "wd")


def test_thirty_working_days_over_the_spring_festival() -> None:
    """Received on 26 January 2026: 15–23 February is the festival, 14 and 28 February are worked."""
    assert due_with_stops(date(2026, 1, 26), wd(30)) == date(2026, 3, 13)


def test_seven_working_days_over_the_national_day() -> None:
    assert due_with_stops(date(2026, 9, 29), wd(7)) == date(2026, 10, 14)


def test_days_of_a_test_are_not_counted() -> None:
    """Stopped on Wednesday the 4th, back on Tuesday the 10th: Thursday, Friday, Monday and Tuesday do not count."""
    stop = Stop(date(2026, 3, 4), date(2026, 3, 10), "检验检测")
    assert due_with_stops(date(2026, 3, 2), wd(5)) == date(2026, 3, 9)
    assert due_with_stops(date(2026, 3, 2), wd(5), [stop]) == date(2026, 3, 13)


def test_clock_that_stands_has_no_last_day() -> None:
    assert due_with_stops(date(2026, 3, 2), wd(30), [Stop(date(2026, 3, 4))]) is None


def test_stopped_days_say_why_in_the_printed_count() -> None:
    stop = Stop(date(2026, 3, 3), date(2026, 3, 5), "鉴定")
    lines = explain_with_stops(date(2026, 3, 2), date(2026, 3, 6), [stop], due=date(2026, 3, 6))
    assert [line.number for line in lines] == [None, 1, None, None, 2]
    assert lines[0].note == "起算日不计入（R-300）"
    assert lines[2].note == "鉴定，不计入（R-185）"
    assert lines[4].note == "届满日，当日 24:00 截止（R-302）"


def test_year_not_announced_is_not_guessed() -> None:
    with pytest.raises(CalendarNotAnnounced, match="R-305 2027 年"):
        due_with_stops(date(2026, 12, 20), wd(30))


def test_calendar_days_cannot_be_stopped() -> None:
    with pytest.raises(ValueError, match="工作日"):
        due_with_stops(date(2026, 3, 2), Period(30, "cd"))


@given(days, lengths)
def test_without_stops_it_is_the_plain_count(start: date, n: int) -> None:
    assert due_with_stops(start, wd(n)) == add_working_days(start, n)


@given(days, days, lengths, stops)
def test_later_start_never_ends_earlier(one: date, other: date, n: int, halts: list[Stop]) -> None:
    first, second = sorted((one, other))
    assert due_with_stops(first, wd(n), halts) <= due_with_stops(second, wd(n), halts)


@given(days, lengths, stops, stops)
def test_one_more_stop_never_shortens_the_term(start: date, n: int, halts: list[Stop], more: list[Stop]) -> None:
    assert due_with_stops(start, wd(n), halts) <= due_with_stops(start, wd(n), [*halts, *more])


@given(days, st.integers(1, 40), stops)
def test_exactly_the_term_is_counted_up_to_the_last_day(start: date, n: int, halts: list[Stop]) -> None:
    due = due_with_stops(start, wd(n), halts)
    assert days_used(start, due, halts) == n
    assert days_used(start, due - timedelta(days=1), halts) == n - 1


@given(days, lengths, stops)
def test_overlapping_stops_are_not_taken_off_twice(start: date, n: int, halts: list[Stop]) -> None:
    assert due_with_stops(start, wd(n), halts) == due_with_stops(start, wd(n), [*halts, *halts])


@given(days, lengths, stops)
def test_due_is_the_term_plus_the_working_days_that_were_stopped(start: date, n: int, halts: list[Stop]) -> None:
    due = due_with_stops(start, wd(n), halts)
    stopped = working_days_between(start, due) - n
    assert stopped == sum(
        any(stop.covers(start + timedelta(days=k)) for stop in halts)
        for k in range(1, (due - start).days + 1)
        if add_working_days(start + timedelta(days=k - 1), 1) == start + timedelta(days=k)
    )
