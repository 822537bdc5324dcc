"""Which project a call may name, who may be given it, and what the public reads about calls (R-190, R-293)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from orgs.models import Organization, OrganizationKind
from procurement.rules import implements
from procurement.rules.parameters import PARAMETERS
from projects.models import Application, CallRating, CallTopic, HotlineCall

RUNNING_STATES = ("in_progress", "suspended", "rectifying", "closing", "rectifying_final")
HANDLING_KINDS = (
    OrganizationKind.PURCHASER, OrganizationKind.AUTHORITY, OrganizationKind.ASSOCIATION,
    OrganizationKind.SOCIAL_SERVICE_AGENCY, OrganizationKind.FOUNDATION, OrganizationKind.UNION,
)  # fmt: skip


def projects_to_name() -> QuerySet[Application]:
    """Projects under way; their titles are public from the publicity on."""
    return Application.objects.filter(status__in=RUNNING_STATES).order_by("title")


def bodies_to_handle(call: HotlineCall) -> QuerySet[Organization]:
    """The project's contractor and hub first of all; else any published body of the place."""
    if call.application is not None:
        named = Q(pk=call.application.applicant_id) | Q(pk=call.application.hub_id)
        return Organization.objects.filter(named | Q(pk=call.application.guide.purchaser_id))
    return Organization.objects.of_kinds(*HANDLING_KINDS).filter(
        Q(region_id=call.street_id[:6]) | Q(pk=call.office_id), is_published=True
    )


@dataclass(frozen=True)
class Line:
    """One line of the public table; a figure so small that it could point at somebody is None."""

    label: str
    count: int | None
    share: int | None = None


@dataclass(frozen=True)
class CallFigures:
    total: Line
    answered_in_time: Line
    satisfied: Line
    by_topic: list[Line]
    least: int


@implements("R-293", "R-190")
def call_figures(rows: QuerySet[HotlineCall]) -> CallFigures:
    """Counts without persons, places or words. Of small figures only that they are small is told.

    A share is shown only where neither the counted nor the remaining ones are too few.
    """
    least = int(str(PARAMETERS["small_cell"].default))
    answered = rows.filter(answered_at__isnull=False).exclude(status="declined")
    sums: dict[str, Any] = answered.aggregate(
        answered=Count("pk"),
        in_time=Count("pk", filter=Q(due_on__isnull=True) | Q(answered_at__date__lte=F("due_on"))),
        rated=Count("pk", filter=~Q(rating="")),
        satisfied=Count("pk", filter=Q(rating__in=(CallRating.SATISFIED, CallRating.FAIR))),
    )
    topics = dict(rows.values_list("topic").annotate(n=Count("pk")).order_by())
    return CallFigures(
        total=Line("", _shown(rows.count(), least)),
        answered_in_time=_share(sums["in_time"], sums["answered"], least),
        satisfied=_share(sums["satisfied"], sums["rated"], least),
        by_topic=_topics(topics, least),
        least=least,
    )


def _topics(counts: dict[str, int], least: int) -> list[Line]:
    """When a single small figure could be found by subtraction, the next smallest is withheld with it."""
    hidden = {code for code, number in counts.items() if number < least}
    if len(hidden) == 1 and len(counts) > 1:
        hidden.add(min((code for code in counts if code not in hidden), key=lambda code: counts[code]))
    order: Iterable[str] = sorted(counts, key=lambda code: (code in hidden, -counts[code], code))
    return [Line(str(CallTopic(code).label), None if code in hidden else counts[code]) for code in order]


def _share(part: int, whole: int, least: int) -> Line:
    if whole < least or 0 < part < least or 0 < whole - part < least:
        return Line("", _shown(whole, least))
    return Line("", whole, round(100 * part / whole))


def _shown(number: int, least: int) -> int | None:
    return None if 0 < number < least else number
