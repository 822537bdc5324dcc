"""The activity plan: written by the contractor, launched by its head, completed later by further activities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from procurement.access import Actor
from procurement.lifecycle.engine import Attempt
from procurement.rules import Refusal, RuleViolation, implements, records
from projects.models import ActivityPlan, Application, PlannedActivity
from projects.selectors.delivery import term_of
from projects.services import reports
from projects.services.contractor import journal, require_contractor, require_running


@dataclass(frozen=True)
class Planned:
    """One activity as planned."""

    planned_on: date
    title: str
    place: str = ""
    person_times: int = 0


@transaction.atomic
def start_plan(*, actor: Actor, application: Application) -> ActivityPlan:
    """The project's plan, begun on first sight by the contractor's people."""
    require_contractor(actor, application)
    plan = ActivityPlan.objects.filter(application=application).first()
    if plan is None:
        require_running(application)
        plan = ActivityPlan(application=application, case=application.case)
        plan.approach = application.answers.get("schedule", "")
        plan.save()
    return plan


@records("R-224")
@transaction.atomic
def save_plan(
    *,
    actor: Actor,
    plan: ActivityPlan,
    activities: Iterable[Planned] = (),
    approach: str | None = None,
    supervision_phone: str | None = None,
) -> ActivityPlan:
    """Write the plan anew before the launch; afterwards activities are only added, so that no day is moved back.

    Raises:
        RuleViolation: S-02 for strangers, R-220 for a day outside the term.
    """
    locked = ActivityPlan.objects.select_for_update(no_key=True).select_related("application").get(pk=plan.pk)
    require_contractor(actor, locked.application)
    if approach is not None:
        locked.approach = approach
    if supervision_phone is not None:
        locked.supervision_phone = supervision_phone.strip()
    locked.save()
    rows = list(activities)
    if locked.status == "draft":
        locked.activities.all().delete()
    else:
        _require_within_term(locked.application, rows)
    first = locked.activities.count()
    PlannedActivity.objects.bulk_create(
        PlannedActivity(
            plan=locked,
            planned_on=row.planned_on,
            title=row.title.strip(),
            place=row.place.strip(),
            person_times=row.person_times,
            position=first + position,
        )
        for position, row in enumerate(rows)
    )
    journal(actor, locked.application, "plan.save", locked.subject, {"activities": len(rows), "status": locked.status})
    return locked


@implements("R-222")
def launch(attempt: Attempt) -> None:
    """Effect of plan.launch: every report of the term gets its row and its last day."""
    plan: ActivityPlan = attempt.obj
    plan.launched_at = attempt.at
    first_due = reports.schedule(plan.application)
    if first_due is not None:
        attempt.due["quarterly_report"] = first_due
    attempt.kept["reports"] = plan.application.reports.count()


def _require_within_term(application: Application, rows: list[Planned]) -> None:
    term = term_of(application)
    outside = [row for row in rows if term and not term[0] <= row.planned_on <= term[1]]
    if outside:
        words = {"title": outside[0].title, "day": outside[0].planned_on}
        raise RuleViolation([Refusal("R-220", _("“%(title)s”的日期 %(day)s 不在合同期内") % words)])
