"""Reads about how a project goes: totals of its ledger, indicators against targets, money against lines, plan against days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from procurement.calendars import CalendarNotAnnounced, Period, add_months
from procurement.calendars.days import next_working_day
from procurement.rules import implements
from projects.models import (
    Activity,
    Application,
    BudgetLine,
    BudgetVersion,
    Contribution,
    DeliveryTotal,
    Expense,
    Indicator,
    PlannedActivity,
)

HUNDRED = Decimal(100)
TENTH = Decimal("0.1")
#: A contract in one of these states gives the project its term.
RUNNING_CONTRACTS = ("signed", "performing", "suspended", "completed")


@dataclass(frozen=True)
class IndicatorRow:
    """Target and actual of one indicator; ``percent`` is not capped, ``score_percent`` is (domain §7.4)."""

    indicator: Indicator
    actual: Decimal

    @property
    def percent(self) -> Decimal:
        return share_of(self.actual, self.indicator.target)

    @property
    def score_percent(self) -> Decimal:
        return min(self.percent, HUNDRED)


@dataclass(frozen=True)
class LineRow:
    """One budget line: granted, moved in or out, spent, left."""

    line: BudgetLine
    spent: Decimal
    moved: Decimal

    @property
    def budget(self) -> Decimal:
        granted: Decimal = self.line.amount
        return granted + self.moved

    @property
    def left(self) -> Decimal:
        return self.budget - self.spent

    @property
    def percent(self) -> Decimal:
        return share_of(self.spent, self.budget)

    @property
    def is_over(self) -> bool:
        return self.left < 0


def share_of(part: Decimal | int, whole: Decimal | int) -> Decimal:
    """Percent to one place; nothing of nothing is nothing."""
    if not whole:
        return Decimal(0)
    percent = Decimal(part) * 100 / Decimal(whole)
    return Decimal(percent.quantize(TENTH, rounding=ROUND_HALF_UP))


def term_of(application: Application) -> tuple[date, date] | None:
    """The days the contract runs; those of the application until there is a contract."""
    contract = application.contracts.filter(status__in=RUNNING_CONTRACTS).first()
    first, last = (contract or application).starts_on, (contract or application).ends_on
    return (first, last) if first and last else None


def totals_of(application: Application) -> DeliveryTotal:
    """The kept sum of the ledger; zeros before the first entry."""
    return DeliveryTotal.objects.filter(application=application).first() or DeliveryTotal(application=application)


@implements("R-262")
def indicator_rows(application: Application) -> list[IndicatorRow]:
    rows = application.indicators.select_related("total").order_by("position")
    return [IndicatorRow(row, row.total.actual if hasattr(row, "total") else Decimal(0)) for row in rows]


def indicator_progress(application: Application) -> list[tuple[Indicator, Decimal]]:
    """(indicator, actual) for evaluations."""
    return [(row.indicator, row.actual) for row in indicator_rows(application)]


def budget_lines(application: Application) -> list[BudgetLine]:
    """The lines money is booked on: those revised to the grant, else those asked for."""
    lines = list(application.budget_lines.select_related("total").order_by("position"))
    granted = [line for line in lines if line.version == BudgetVersion.GRANTED]
    return granted or [line for line in lines if line.version == BudgetVersion.REQUESTED]


def spending(application: Application) -> list[LineRow]:
    """Every budget line with what was spent on it and moved between lines."""
    return [
        LineRow(
            line,
            line.total.spent if hasattr(line, "total") else Decimal(0),
            line.total.moved if hasattr(line, "total") else Decimal(0),
        )
        for line in budget_lines(application)
    ]


def overspent_lines(application: Application) -> list[LineRow]:
    return [row for row in spending(application) if row.is_over]


def spent_total(application: Application) -> Decimal:
    return sum((row.spent for row in spending(application)), Decimal(0))


def period_figures(application: Application, first: date, last: date) -> dict[str, Any]:
    """What the ledger says about a period and up to its end, as plain JSON; a report freezes this.

    Reversals count in the period of the entry they take back, so that a corrected quarter reads right.
    """
    activities = Activity.objects.filter(application=application)
    expenses = Expense.objects.filter(application=application)
    own = _sums(activities.held_within(first, last))
    upto = _sums(activities.filter(held_on__lte=last))
    lines = _line_figures(application, first, last)
    return {
        "period": own | {"spent": str(_spent(expenses.filter(spent_on__gte=first, spent_on__lte=last)))},
        "cumulative": upto | {"spent": str(_spent(expenses.filter(spent_on__lte=last)))},
        "indicators": _indicator_figures(application, first, last),
        "lines": lines,
        "granted": str(application.granted_amount or Decimal(0)),
    }


def _sums(rows: Any) -> dict[str, Any]:
    sums = rows.aggregate(
        entries=Count("pk"),
        reversals=Count("reverses"),
        person_times=Coalesce(Sum("person_times"), 0),
        service_hours=Coalesce(Sum("service_hours"), Decimal(0)),
        volunteers=Coalesce(Sum("volunteers"), 0),
        materials_count=Coalesce(Sum("materials_count"), 0),
    )
    return {
        "activities": sums["entries"] - 2 * sums["reversals"],
        "person_times": sums["person_times"],
        "service_hours": str(sums["service_hours"]),
        "volunteers": sums["volunteers"],
        "materials_count": sums["materials_count"],
    }


def _spent(rows: Any) -> Decimal:
    return Decimal(rows.aggregate(total=Coalesce(Sum("amount"), Decimal(0)))["total"])


def _indicator_figures(application: Application, first: date, last: date) -> list[dict[str, str]]:
    added = Contribution.objects.filter(activity__application=application, activity__held_on__lte=last).order_by()
    upto = dict(added.values_list("indicator").annotate(Sum("quantity")))
    own = dict(added.filter(activity__held_on__gte=first).values_list("indicator").annotate(Sum("quantity")))
    return [
        {
            "id": str(row.pk),
            "name": row.name,
            "unit": row.unit,
            "target": str(row.target),
            "period": str(own.get(row.pk, Decimal(0))),
            "actual": str(upto.get(row.pk, Decimal(0))),
            "percent": str(share_of(upto.get(row.pk, Decimal(0)), row.target)),
        }
        for row in application.indicators.order_by("position")
    ]


def _line_figures(application: Application, first: date, last: date) -> list[dict[str, str]]:
    booked = Expense.objects.filter(application=application, spent_on__lte=last).order_by()
    upto = dict(booked.values_list("line").annotate(Sum("amount")))
    own = dict(booked.filter(spent_on__gte=first).values_list("line").annotate(Sum("amount")))
    return [
        {
            "id": str(row.line.pk),
            "item": str(row.line.get_item_display()),
            "description": row.line.description,
            "budget": str(row.budget),
            "period": str(own.get(row.line.pk, Decimal(0))),
            "spent": str(upto.get(row.line.pk, Decimal(0))),
        }
        for row in spending(application)
    ]


def elapsed_share(application: Application, on: date) -> Decimal:
    """How much of the term is over on a day, in percent: the plan that progress is compared with."""
    term = term_of(application)
    if term is None or on < term[0]:
        return Decimal(0)
    first, last = term
    return min(share_of((on - first).days + 1, (last - first).days + 1), HUNDRED)


def planned_share(application: Application, on: date) -> Decimal:
    """The share of planned activities whose day has come; the share of time when nothing was planned."""
    planned = PlannedActivity.objects.filter(plan__application=application)
    every = planned.count()
    if not every:
        return elapsed_share(application, on)
    return share_of(planned.filter(planned_on__lt=on).count(), every)


def done_share(application: Application) -> Decimal:
    """Activities held against activities planned, in percent."""
    planned = PlannedActivity.objects.filter(plan__application=application).count()
    return min(share_of(max(totals_of(application).activities, 0), planned), HUNDRED) if planned else Decimal(0)


def midpoint(application: Application) -> date | None:
    """The day on which the share of the term set for the mid-term evaluation has passed."""
    term = term_of(application)
    if term is None:
        return None
    share = Decimal(str(application.case.rule_set.value("midterm_share"))) if application.case else Decimal("0.5")
    first, last = term
    days = Decimal((last - first).days) * share
    return date.fromordinal(first.toordinal() + int(days.to_integral_value(rounding=ROUND_HALF_UP)))


def midterm_due(application: Application) -> date | None:
    """Last day of the mid-term evaluation: mid-term plus its window; None while the calendar is unknown."""
    middle = midpoint(application)
    if middle is None or application.case is None:
        return None
    try:
        return Period.parse(str(application.case.rule_set.value("midterm_window"))).due(middle)
    except CalendarNotAnnounced:
        return None


def closeout_due(application: Application) -> date | None:
    """Last day of the closeout report: counted from the end of the term."""
    term = term_of(application)
    if term is None or application.case is None:
        return None
    try:
        return Period.parse(str(application.case.rule_set.value("closeout_days"))).due(term[1])
    except CalendarNotAnnounced:
        return None


@implements("R-222")
def report_due(period_end: date, day: int) -> date | None:
    """The set day of the month after the period, rolled to a working day; None while that year is unknown (R-305)."""
    following = add_months(period_end.replace(day=1), 1)
    try:
        return next_working_day(following.replace(day=min(day, 28)))
    except CalendarNotAnnounced:
        return None


def quarters_between(first: date, last: date) -> list[tuple[date, date]]:
    """Calendar quarters of a term; a stub of less than half a month joins its neighbour."""
    found: list[tuple[date, date]] = []
    start = first
    while start <= last:
        month = (start.month - 1) // 3 * 3 + 3
        end = add_months(start.replace(month=month, day=1), 1)
        end = min(date.fromordinal(end.toordinal() - 1), last)
        found.append((start, end))
        start = date.fromordinal(end.toordinal() + 1)
    return _without_stubs(found)


def _without_stubs(periods: list[tuple[date, date]]) -> list[tuple[date, date]]:
    if len(periods) > 1 and (periods[0][1] - periods[0][0]).days < 14:
        periods = [(periods[0][0], periods[1][1]), *periods[2:]]
    if len(periods) > 1 and (periods[-1][1] - periods[-1][0]).days < 14:
        periods = [*periods[:-2], (periods[-2][0], periods[-1][1])]
    return periods
