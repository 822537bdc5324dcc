"""Due dates in templates."""

from datetime import date, datetime

import pytest
from django.utils.translation import override

from procurement.calendars import SHANGHAI, end_of_day
from procurement.calendars.templatetags.calendars import due_date, remaining

MONDAY = date(2026, 3, 2)


def test_due_date_is_written_in_chinese():
    assert due_date(MONDAY) == "2026年3月2日"
    assert due_date(None) == ""


def test_midnight_shows_the_day_it_closes():
    assert due_date(end_of_day(MONDAY)) == "2026年3月2日"


@pytest.mark.parametrize(
    ("due", "text"),
    [
        (date(2026, 3, 4), "还剩 2 个工作日"),
        (end_of_day(date(2026, 3, 4)), "还剩 2 个工作日"),
        (MONDAY, "今天截止"),
        (date(2026, 2, 26), "已逾期 3 个工作日"),
        (date(2027, 1, 4), "R-305 2027 年"),
        (None, ""),
    ],
)
def test_remaining_time_is_told_in_working_days(due, text):
    with override("zh-hans"):
        assert remaining(due, MONDAY).startswith(text)


def test_instant_that_has_passed_today_is_closed():
    due = datetime(2026, 3, 2, 15, tzinfo=SHANGHAI)
    assert remaining(due, datetime(2026, 3, 2, 14, 59, tzinfo=SHANGHAI)) == "今天截止"
    assert remaining(due, due) == "已截止"
