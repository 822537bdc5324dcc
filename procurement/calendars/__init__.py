"""Chinese working days and legal clocks; `from procurement.calendars import Period, add_working_days`."""

from procurement.calendars.clock import (
    SHANGHAI,
    CountedDay,
    Period,
    Unit,
    add_days,
    add_months,
    add_working_days,
    day_of,
    due_day_of,
    earliest_deadline,
    end_of_day,
    explain,
    remaining_working_days,
    working_days_between,
)
from procurement.calendars.days import (
    CalendarNotAnnounced,
    DayKind,
    day_kind,
    day_name,
    is_working_day,
    next_working_day,
)
from procurement.calendars.stopped import Stop, days_used, due_with_stops, explain_with_stops

#: Which function carries out which rule; the roof registers it with the rule registry, which this room cannot import.
IMPLEMENTS = {
    "R-300": "procurement.calendars.clock.add_days",
    "R-301": "procurement.calendars.clock.add_months",
    "R-302": "procurement.calendars.clock.Period.due",
    "R-303": "procurement.calendars.days.is_working_day",
    "R-304": "procurement.calendars.clock.earliest_deadline",
    "R-305": "procurement.calendars.days.CalendarNotAnnounced",
    "R-306": "procurement.calendars.scope.at_least",
    "R-307": "procurement.calendars.scope.prevailing",
}

__all__ = [
    "IMPLEMENTS",
    "SHANGHAI",
    "CalendarNotAnnounced",
    "CountedDay",
    "DayKind",
    "Period",
    "Stop",
    "Unit",
    "add_days",
    "add_months",
    "add_working_days",
    "day_kind",
    "day_name",
    "day_of",
    "days_used",
    "due_day_of",
    "due_with_stops",
    "earliest_deadline",
    "end_of_day",
    "explain",
    "explain_with_stops",
    "is_working_day",
    "next_working_day",
    "remaining_working_days",
    "working_days_between",
]
