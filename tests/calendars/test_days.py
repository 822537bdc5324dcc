"""Every announced day against the State Council's data."""

import json
from datetime import date, timedelta

import pytest
from django.conf import settings

from procurement.calendars import CalendarNotAnnounced, DayKind, add_working_days, day_kind, day_name, is_working_day
from procurement.calendars.days import SHIPPED, almanac

YEARS = range(2015, 2027)


def published():
    """Read the notices afresh, so that the test does not share the loader with the code."""
    return {
        entry["date"]: entry["isOffDay"]
        for path in sorted(SHIPPED.glob("*.json"))
        for entry in json.loads(path.read_text(encoding="utf-8"))["days"]
    }


@pytest.mark.parametrize("year", YEARS)
def test_every_day_of_the_year_agrees_with_the_notices(year):
    notices, day = published(), date(year, 1, 1)
    while day.year == year:
        expected = not notices[day.isoformat()] if day.isoformat() in notices else day.weekday() < 5
        assert is_working_day(day) is expected, day
        day += timedelta(days=1)


@pytest.mark.parametrize(("year", "total"), [(2024, 251), (2025, 248), (2026, 248)])
def test_year_has_the_published_number_of_working_days(year, total):
    days = (date(year, 1, 1) + timedelta(days=offset) for offset in range(366))
    assert sum(is_working_day(day) for day in days if day.year == year) == total


@pytest.mark.parametrize(
    ("day", "kind", "name"),
    [
        (date(2026, 2, 14), DayKind.MAKE_UP, "春节"),
        (date(2026, 2, 17), DayKind.HOLIDAY, "春节"),
        (date(2026, 3, 7), DayKind.WEEKEND, ""),
        (date(2026, 3, 9), DayKind.WORKDAY, ""),
        (date(2022, 12, 31), DayKind.HOLIDAY, "元旦"),
    ],
)
def test_day_tells_what_it_is(day, kind, name):
    assert (day_kind(day), day_name(day)) == (kind, name)


@pytest.mark.parametrize("year", [2014, 2027, 2030])
def test_unannounced_year_is_an_error_that_names_year_and_rule(year):
    with pytest.raises(CalendarNotAnnounced, match=f"R-305 {year} 年的节假日安排未发布"):
        is_working_day(date(year, 3, 4))


def test_count_that_runs_into_an_unannounced_year_is_refused():
    assert add_working_days(date(2026, 12, 30), 1) == date(2026, 12, 31)
    with pytest.raises(CalendarNotAnnounced, match="2027"):
        add_working_days(date(2026, 12, 30), 2)
    with pytest.raises(CalendarNotAnnounced, match="2014"):
        add_working_days(date(2015, 1, 5), -2)


@pytest.fixture
def calendar_dir(tmp_path, monkeypatch):
    monkeypatch.setitem(settings.PORTAL, "CALENDAR_DIR", tmp_path / "calendars")
    return tmp_path / "calendars"


def write_year(folder, year, days):
    folder.mkdir(exist_ok=True)
    (folder / f"{year}.json").write_text(json.dumps({"year": year, "days": days}), encoding="utf-8")


def test_year_file_added_by_an_operator_is_seen_at_once(calendar_dir):
    assert almanac().last == 2026
    write_year(calendar_dir, 2027, [{"name": "元旦", "date": "2027-01-01", "isOffDay": True}])
    assert add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 4)


def test_empty_year_file_does_not_announce_the_year(calendar_dir):
    write_year(calendar_dir, 2027, [])
    with pytest.raises(CalendarNotAnnounced, match="2027"):
        is_working_day(date(2027, 1, 4))


def test_year_behind_a_gap_does_not_stand(calendar_dir):
    write_year(calendar_dir, 2028, [{"name": "元旦", "date": "2028-01-01", "isOffDay": True}])
    with pytest.raises(CalendarNotAnnounced, match="2028"):
        is_working_day(date(2028, 1, 4))
