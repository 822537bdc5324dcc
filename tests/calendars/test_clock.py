"""The legal clock: published vectors and properties (R-300 to R-304)."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.calendars import (
    IMPLEMENTS,
    SHANGHAI,
    CalendarNotAnnounced,
    Period,
    add_days,
    add_months,
    add_working_days,
    day_of,
    due_day_of,
    earliest_deadline,
    end_of_day,
    explain,
    is_working_day,
    remaining_working_days,
    working_days_between,
)

days = st.dates(date(2015, 2, 1), date(2026, 6, 30))
counts = st.integers(1, 60)


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        ("2025-09-26", 7, "2025-10-13"),
        ("2025-09-29", 7, "2025-10-15"),
        ("2025-09-28", 2, "2025-09-30"),
        ("2025-12-31", 2, "2026-01-05"),
        ("2026-02-12", 7, "2026-02-28"),
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-04-30", 7, "2026-05-13"),
        ("2026-04-30", 15, "2026-05-25"),
        ("2026-09-24", 7, "2026-10-12"),
        ("2026-05-08", 1, "2026-05-09"),
        ("2024-09-29", 7, "2024-10-14"),
        ("2025-01-24", 5, "2025-02-07"),
    ],
)
def test_working_days_end_where_published(start, n, due):
    start, due = date.fromisoformat(start), date.fromisoformat(due)
    assert add_working_days(start, n) == Period(n, "wd").due(start) == due
    assert working_days_between(start, due) == n


def test_calendar_period_ending_in_a_holiday_rolls_to_the_next_working_day():
    assert add_days(date(2026, 9, 1), 30) == Period(30, "cd").due(date(2026, 9, 1)) == date(2026, 10, 8)


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2025-03-15", 12, "2026-03-15"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-12-31", 36, "2029-12-31"),
        ("2026-03-31", -1, "2026-02-28"),
    ],
)
def test_months_end_on_the_corresponding_day_or_month_end(start, n, expected):
    assert add_months(date.fromisoformat(start), n) == date.fromisoformat(expected)


def test_month_period_rolls_off_a_rest_day():
    assert Period(1, "mo").due(date(2026, 1, 31)) == date(2026, 2, 28), "a make-up Saturday is a working day"
    assert Period(1, "mo").due(date(2026, 4, 2)) == date(2026, 5, 6), "2 May is a holiday"


def test_period_ends_at_24_hours_of_its_last_day():
    assert end_of_day(date(2026, 3, 2)) == datetime(2026, 3, 2, 16, tzinfo=UTC)
    assert Period(1, "wd").due_at(date(2026, 2, 28)) == datetime(2026, 3, 3, tzinfo=SHANGHAI)
    assert due_day_of(end_of_day(date(2026, 3, 2))) == date(2026, 3, 2)


def test_instant_counts_from_its_day_in_shanghai():
    late_evening_utc = datetime(2026, 5, 7, 17, tzinfo=UTC)
    assert day_of(late_evening_utc) == date(2026, 5, 8)
    assert add_working_days(late_evening_utc, 1) == date(2026, 5, 9)


@pytest.mark.parametrize(("issue", "n"), [("2026-03-02", 20), ("2026-09-15", 20), ("2026-12-20", 30)])
def test_no_less_than_n_days_leaves_n_whole_days_between(issue, n):
    issue = date.fromisoformat(issue)
    deadline = earliest_deadline(issue, n)
    assert deadline - end_of_day(issue) == timedelta(days=n)


@pytest.mark.parametrize(
    ("now", "due", "left"),
    [
        ("2026-02-12", "2026-02-12", 0),
        ("2026-02-12", "2026-02-24", 3),
        ("2026-02-24", "2026-02-12", -3),
        ("2026-02-16", "2026-02-23", 0),
    ],
)
def test_remaining_working_days(now, due, left):
    assert remaining_working_days(date.fromisoformat(now), date.fromisoformat(due)) == left
    assert remaining_working_days(date.fromisoformat(now), end_of_day(date.fromisoformat(due))) == left


def test_explanation_numbers_only_the_days_that_count():
    lines = explain(date(2026, 2, 12), Period(7, "wd"))
    counted = [line for line in lines if line.number]
    assert [line.number for line in counted] == [1, 2, 3, 4, 5, 6, 7]
    assert counted[1].day == date(2026, 2, 14)
    assert counted[1].kind.label == "调休上班"
    assert lines[0].note.startswith("起算日不计入")
    assert lines[-1].day == date(2026, 2, 28)


def test_explanation_of_a_rolled_period_says_so():
    lines = explain(date(2026, 9, 1), Period(30, "cd"))
    assert [line.number for line in lines if line.number][-1] == 30
    assert [line.day.day for line in lines if "顺延" in line.note] == [1, 2, 3, 4, 5, 6, 7]
    assert lines[-1].day == date(2026, 10, 8)
    assert "届满日，当日 24:00 截止" in lines[-1].note


@pytest.mark.parametrize(("text", "shown"), [("7wd", "7 工作日"), ("30cd", "30 日"), ("3mo", "3 个月")])
def test_period_is_read_from_its_short_form(text, shown):
    assert str(Period.parse(text)) == shown


def test_period_refuses_unknown_unit_and_negative_count():
    with pytest.raises(ValueError, match="fortnight"):
        Period(1, "fortnight")
    with pytest.raises(ValueError, match="期限不能为负数"):
        Period(-1, "wd")


def test_period_into_an_unannounced_year_is_refused_but_a_contract_term_is_not():
    with pytest.raises(CalendarNotAnnounced):
        Period(30, "cd").due(date(2026, 12, 20))
    assert add_months(date(2026, 12, 20), 36) == date(2029, 12, 20)


@given(days, counts)
def test_result_is_a_working_day_after_the_start(start, n):
    due = add_working_days(start, n)
    assert due > start
    assert is_working_day(due)


@given(days, counts, counts)
def test_more_days_end_later_and_steps_add_up(start, n, more):
    assert add_working_days(start, n) < add_working_days(start, n + more)
    assert add_working_days(add_working_days(start, n), more) == add_working_days(start, n + more)


@given(days, days, counts)
def test_later_start_never_ends_earlier(a, b, n):
    first, second = min(a, b), max(a, b)
    assert add_working_days(first, n) <= add_working_days(second, n)
    assert add_days(first, n) <= add_days(second, n)


@given(days, counts)
def test_counting_is_the_inverse_of_adding(start, n):
    assert working_days_between(start, add_working_days(start, n)) == n
    assert working_days_between(add_working_days(start, n), start) == -n


@given(days.filter(is_working_day), counts)
def test_counting_back_returns_to_the_start(start, n):
    assert add_working_days(add_working_days(start, n), -n) == start


@given(days, counts)
def test_naive_day_by_day_count_agrees(start, n):
    day, left = start, n
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day)
    assert add_working_days(start, n) == day


@given(days, st.integers(0, 60), st.sampled_from(["wd", "cd", "mo"]))
def test_explanation_ends_on_the_due_day_and_counts_it_out(start, n, unit):
    period = Period(n % 5 if unit == "mo" else n, unit)
    lines = explain(start, period)
    assert lines[-1].day == period.due(start)
    if unit != "mo":
        assert sum(line.number is not None for line in lines) == n


@pytest.mark.parametrize(("rule", "path"), IMPLEMENTS.items())
def test_every_rule_of_the_room_names_real_code(rule, path):
    module, name = path.rsplit(".", 1)
    try:
        target = getattr(import_module(module), name)
    except ModuleNotFoundError:
        module, owner = module.rsplit(".", 1)
        target = getattr(getattr(import_module(module), owner), name)
    assert callable(target)
    assert rule.startswith("R-30")
