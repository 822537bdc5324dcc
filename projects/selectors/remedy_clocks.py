"""The clocks of questions, challenges and complaints: from which day they count and when they are over (R-181 … R-186).

A right is never lost to a calendar that is not announced: as long as the last day lies beyond the announced years, an
act within those years is in time; in a year that is not announced the clock refuses (R-305).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.calendars import (
    CalendarNotAnnounced,
    CountedDay,
    Period,
    Stop,
    day_of,
    days_used,
    due_with_stops,
    end_of_day,
    explain_with_stops,
)
from procurement.rules import Refusal, implements
from projects.models import Challenge, ChallengeStep, Complaint, Procedure

#: The act that ends each step of a procedure.
ENDED_BY = {
    ChallengeStep.OPENING: "procedure.open",
    ChallengeStep.QUALIFICATION: "procedure.finish_qualification",
    ChallengeStep.EVALUATION: "procedure.record_review",
    ChallengeStep.RESULT: "procedure.announce_result",
}


@dataclass(frozen=True)
class Window:
    """A span in which something may be filed: counted from ``start`` (not counted itself) to 24:00 of ``last``."""

    start: date
    period: Period
    last: date | None
    #: The year whose holidays are not announced, where the last day cannot be told.
    unknown_year: int | None = None

    @classmethod
    def counted(cls, start: date, period: Period) -> Window:
        try:
            return cls(start, period, period.due(start))
        except CalendarNotAnnounced as unknown:
            return cls(start, period, None, unknown.year)

    def refusal(self, at: datetime, rule_id: str, what: str) -> Refusal | None:
        """Why ``at`` is too late, in a sentence with the computed day; None when it is in time."""
        if self.last is not None:
            if at < end_of_day(self.last):
                return None
            words = {"what": what, "start": self.start, "period": self.period, "last": self.last}
            return Refusal(rule_id, _("%(what)s期限自 %(start)s 起算 %(period)s，已于 %(last)s 24 时届满") % words)
        if self.unknown_year is None or day_of(at).year < self.unknown_year:
            return None
        return Refusal("R-305", str(CalendarNotAnnounced(self.unknown_year)))


@dataclass(frozen=True)
class Clock:
    """A running term with everything one needs to check it by hand."""

    label: str
    start: date
    period: Period
    due: date | None
    stops: tuple[Stop, ...] = ()
    #: Why there is no last day: the clock stands still, or a calendar is missing.
    note: str = ""

    def is_over(self, at: datetime) -> bool:
        return self.due is not None and at >= end_of_day(self.due)

    def used(self, today: date) -> int | None:
        """Working days counted up to ``today``; None in a year that is not announced."""
        try:
            return days_used(self.start, max(today, self.start), self.stops)
        except CalendarNotAnnounced:
            return None

    def lines(self, today: date) -> list[CountedDay]:
        """Day by day from the first day to the last one, or to today while the last is open."""
        try:
            return explain_with_stops(self.start, max(self.due or today, self.start), self.stops, due=self.due)
        except CalendarNotAnnounced:
            return []


def clock(label: str, start: date, period: Period, stops: Sequence[Stop] = ()) -> Clock:
    """A term of working days; a missing calendar leaves the last day open with the reason beside it."""
    try:
        due = due_with_stops(start, period, stops)
    except CalendarNotAnnounced as unknown:
        return Clock(label, start, period, None, tuple(stops), str(unknown))
    return Clock(label, start, period, due, tuple(stops), "" if due else _("计时中止，恢复后继续计算"))


def term(procedure: Procedure, parameter: str) -> Period:
    return Period.parse(str(procedure.rule_set.value(parameter)))


def due_or_open(start: date | datetime, period: Period) -> date | None:
    """The last day of a term somebody owes; open while the calendar of that year is missing (R-305)."""
    return Window.counted(day_of(start), period).last


# --- challenge ----------------------------------------------------------------------------------------------------


@implements("R-181")
def challenge_window(procedure: Procedure, step: str, *, received_on: date | None = None) -> Window | None:
    """When this step may be challenged; None while it has not happened yet.

    ``received_on`` is the day the challenger received the document. Of receipt and the end of the notice the later
    one starts the clock: a supplier reads what it holds, and the notice tells everybody by its last day.
    """
    start = _start_of(procedure, ChallengeStep(step), received_on)
    return Window.counted(start, term(procedure, "challenge_days")) if start else None


def _start_of(procedure: Procedure, step: ChallengeStep, received_on: date | None) -> date | None:
    if step is ChallengeStep.DOCUMENT:
        return _document_start(procedure, received_on)
    ended = _ended_on(procedure, step)
    if ended is None or step is not ChallengeStep.RESULT:
        return ended
    return due_or_open(ended, term(procedure, "result_notice_days")) or ended


def _document_start(procedure: Procedure, received_on: date | None) -> date | None:
    if procedure.announced_at is None:
        return None
    notice_ends = due_or_open(procedure.announced_at, term(procedure, "tender_notice_days"))
    known = [day for day in (notice_ends, received_on) if day is not None]
    return max(known) if known else timezone.localtime(procedure.announced_at).date()


def _ended_on(procedure: Procedure, step: ChallengeStep) -> date | None:
    """The day of the last act that ended the step; a step done anew is challenged anew."""
    record = procedure.history.filter(transition=ENDED_BY[step]).last()
    if record is not None:
        return timezone.localtime(record.at).date()
    if step is ChallengeStep.OPENING and procedure.opened_at is not None:
        return timezone.localtime(procedure.opened_at).date()
    return None


@implements("R-182")
def reply_clock(challenge: Challenge) -> Clock:
    """Seven working days from the receipt; the time of the one correction is not counted."""
    stops = []
    if challenge.correction_asked_at is not None:
        ended = timezone.localtime(challenge.corrected_at).date() if challenge.corrected_at else None
        began = timezone.localtime(challenge.correction_asked_at).date()
        stops.append(Stop(began, ended, _("质疑人补正材料")))
    start = timezone.localtime(challenge.filed_at).date()
    return clock(_("答复质疑"), start, term(challenge.procedure, "challenge_reply_days"), stops)


# --- complaint ----------------------------------------------------------------------------------------------------


@implements("R-184")
def complaint_window(challenge: Challenge) -> Window | None:
    """Fifteen working days after the reply, or after the day it was owed; None while the purchaser has time left."""
    if challenge.replied_at is not None:
        return Window.counted(
            timezone.localtime(challenge.replied_at).date(), term(challenge.procedure, "complaint_days")
        )
    if challenge.overdue_at is None or challenge.reply_due_on is None:
        return None
    return Window.counted(challenge.reply_due_on, term(challenge.procedure, "complaint_days"))


@implements("R-185")
def complaint_clocks(complaint: Complaint) -> list[Clock]:
    """Every clock that runs on a complaint in its present state, in the order in which they run out."""
    procedure, start = complaint.procedure, timezone.localtime(complaint.filed_at).date()
    corrections = [stop.interval for stop in complaint.clock_stops.all() if stop.ground == "correction"]
    found = []
    if complaint.status in ("filed", "correction"):
        found.append(clock(_("审查"), start, term(procedure, "complaint_review_days"), corrections))
        found.append(clock(_("发送副本"), start, term(procedure, "complaint_copy_days"), corrections))
    if complaint.status in ("filed", "correction", "accepted"):
        found.append(clock(_("作出处理决定"), start, term(procedure, "complaint_decision_days"), complaint.stops))
    return found


@implements("R-186")
def suspension_ends_on(procedure: Procedure, at: datetime) -> date:
    """The last day of a suspension: at most thirty calendar days, never rolled to a later working day."""
    return day_of(at) + timedelta(days=term(procedure, "suspension_days").n)


def next_due(complaint: Complaint) -> date | None:
    """The day that runs out first; None while every clock stands still or no calendar is there."""
    return min((each.due for each in complaint_clocks(complaint) if each.due), default=None)


def describe(clocks: Sequence[Clock], today: date) -> list[dict[str, Any]]:
    """The clocks as a page shows them, each with its count."""
    return [{"clock": each, "used": each.used(today), "lines": each.lines(today)} for each in clocks]
