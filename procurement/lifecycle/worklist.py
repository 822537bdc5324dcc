"""What the case steps tell: 我的待办 of each person, and reminders before and after the last day."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from procurement.access import Actor, Role, people_holding
from procurement.calendars import CalendarNotAnnounced, add_working_days
from procurement.lifecycle.models import CaseParty, CaseStep
from procurement.lifecycle.steps import date_open_steps
from procurement.notices import notify
from procurement.ui.worklists import WorkItem

REMIND_WORKING_DAYS = 2


def steps_i_owe(actor: Actor) -> list[WorkItem]:
    """Open steps owed by one of the actor's organisations in a role the actor holds."""
    rows = CaseStep.objects.owed_by(actor).select_related("step", "case").order_by("due_on")[:200]
    return [
        WorkItem(
            title=row.case.title,
            url=row.case.get_absolute_url(),
            due_on=row.due_on,
            step=row.step.title,
            organisation=row.case.number,
        )
        for row in rows
    ]


def remind_of_steps(now: datetime) -> int:
    """Remind once shortly before a step is due and once when it is overdue; returns how many steps."""
    date_open_steps()
    today = timezone.localtime(now).date()
    try:
        soon = add_working_days(today, REMIND_WORKING_DAYS)
    except CalendarNotAnnounced:
        soon = today
    rows = CaseStep.objects.open().filter(due_on__lte=soon).select_related("step", "case")
    told = 0
    for row in rows:
        due = row.due_on or today
        overdue = due < today
        if row.reminded_for is not None and row.reminded_for >= (due + timedelta(days=1) if overdue else due):
            continue
        _remind(row, overdue=overdue)
        row.reminded_for = today if overdue else due
        row.save(update_fields=["reminded_for"])
        told += 1
    return told


def _remind(row: CaseStep, *, overdue: bool) -> None:
    party = CaseParty.objects.filter(case=row.case, part=row.step.party).first()
    if party is None:
        return
    people = {u.pk: u for code in row.step.roles for u in people_holding(Role(code), party.organization_id)}
    notify(
        template="step_due",
        recipients=list(people.values()),
        case_id=row.case_id,
        url=row.case.get_absolute_url(),
        context={"case": str(row.case), "step": row.step.title, "due": f"{row.due_on:%Y-%m-%d}", "overdue": overdue},
        key=f"step-due:{row.pk}:{row.due_on}:{'late' if overdue else 'soon'}",
    )
