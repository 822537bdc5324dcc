"""What projects know of a hub and its members, counted in bulk for the hub's cockpit (orgs asks, projects answer)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q

from orgs.selectors.supervision import HubFacts, MemberFacts
from procurement.lifecycle.models import StepState
from projects.models import Application, EarlyWarning, Report

RUNNING = ("in_progress", "suspended", "rectifying", "closing", "rectifying_final")
ENDORSING = "responsible_unit_endorse"
_SECONDS_A_DAY = 86_400


class Median(Aggregate):
    """The middle one; half lie below."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()
    allow_distinct = False


def count_members(member_ids: Collection[UUID], on: date) -> dict[UUID, MemberFacts]:
    """Three queries for any number of members."""
    projects = (
        Application.objects.filter(applicant__in=member_ids)
        .values("applicant_id")
        .annotate(running=Count("pk", filter=Q(status__in=RUNNING)), waiting=Count("pk", filter=Q(status="submitted")))
    )
    counted = {row["applicant_id"]: (row["running"], row["waiting"]) for row in projects}
    owed = _per_applicant(
        Report.objects.filter(application__applicant__in=member_ids, application__status__in=RUNNING).overdue(on)
    )
    warned = _per_applicant(EarlyWarning.objects.filter(application__applicant__in=member_ids).open())
    return {
        pk: MemberFacts(
            running=counted.get(pk, (0, 0))[0],
            waiting=counted.get(pk, (0, 0))[1],
            overdue_reports=owed[pk],
            open_warnings=warned[pk],
        )
        for pk in {*counted, *owed, *warned}
    }


def count_hubs(hub_ids: Collection[UUID], on: date) -> dict[UUID, HubFacts]:
    """One query: how the hubs answered what was submitted to them, from the steps the engine kept."""
    done = Q(case__steps__state=StepState.DONE)
    late = (done & Q(case__steps__done_at__date__gt=F("case__steps__due_on"))) | Q(
        case__steps__state=StepState.OPEN, case__steps__due_on__lt=on
    )
    took = ExpressionWrapper(F("case__steps__done_at") - F("case__steps__opened_at"), output_field=DurationField())
    rows = (
        Application.objects.filter(hub__in=hub_ids, case__steps__step__code=ENDORSING)
        .order_by()
        .values("hub_id")
        .annotate(
            endorsed=Count("pk", filter=done),
            waiting=Count("pk", filter=Q(status="submitted")),
            late=Count("pk", filter=late),
            median=Median(took, filter=done),
        )
    )
    return {
        row["hub_id"]: HubFacts(
            endorsed=row["endorsed"],
            waiting=row["waiting"],
            late=row["late"],
            median_days=round(row["median"].total_seconds() / _SECONDS_A_DAY, 1) if row["median"] is not None else None,
        )
        for row in rows
    }


def _per_applicant(rows: Any) -> Counter[UUID]:
    counted = rows.order_by().values("application__applicant_id").annotate(n=Count("pk"))
    return Counter({row["application__applicant_id"]: row["n"] for row in counted})
