"""`{% load calendars %}`: due dates as people read them."""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procurement.calendars import CalendarNotAnnounced, day_of, due_day_of, remaining_working_days

register = template.Library()


@register.filter
def due_date(due: date | datetime | None) -> str:
    """Show the last day of a period, e.g. 2026年3月2日; the instant 24:00 shows the day it closes."""
    return date_format(due_day_of(due), "DATE_FORMAT") if due else ""


@register.filter
def remaining(due: date | datetime | None, now: date | datetime | None = None) -> str:
    """Say how long is left in working days: 还剩 2 个工作日, 今天截止, 已逾期 3 个工作日."""
    if not due:
        return ""
    now = now or timezone.now()
    if day_of(now) == due_day_of(due):
        return _("已截止") if isinstance(due, datetime) and isinstance(now, datetime) and now >= due else _("今天截止")
    try:
        days = remaining_working_days(now, due)
    except CalendarNotAnnounced as unannounced:
        return str(unannounced)
    if day_of(now) < due_day_of(due):
        return ngettext("还剩 %(days)d 个工作日", "还剩 %(days)d 个工作日", days) % {"days": days}
    return ngettext("已逾期 %(days)d 个工作日", "已逾期 %(days)d 个工作日", -days) % {"days": -days}
