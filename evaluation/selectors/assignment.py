"""Reads for dealing many panels at once: the pool, who is tied to whom, who knows what, how even it came out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from evaluation.drawing import digest
from evaluation.models import AssignmentGroup, AssignmentPlace, AssignmentRun, ReviewPanel
from evaluation.selectors.panels import Field, field_for, reviewable
from orgs.models import Expert, ExpertKind
from orgs.selectors.recusal import tied_pairs
from procurement.access import Actor, Duty, Role, conflicts_of
from procurement.access.models import DutyRecord
from procurement.rules import implements
from projects.models import Application, GuideCategory


def quota_of(run: AssignmentRun) -> list[tuple[str, int]]:
    """The quota in the fixed order of the kinds; kinds without a seat are left out."""
    return [(kind, int(run.quota[kind])) for kind in ExpertKind.values if run.quota.get(kind)]


def field_of(run: AssignmentRun) -> Field:
    """Who may be drawn for this guide at all; ties to single applicants are kept by the spread, not by exclusion."""
    return field_for(
        ReviewPanel(guide=run.guide, office=run.guide.office, case=run.case, review_on=run.review_on, quota=run.quota)
    )


def groups_wanted(run: AssignmentRun) -> int:
    """As few groups as the cap allows."""
    return -(-reviewable(run.guide).count() // run.cap) or 1


def group_label(run: AssignmentRun, number: int) -> str:
    """The name under which a group is drawn; its panel takes it over."""
    return f"{run.number}-{number:03d}"


def commitment_of(run: AssignmentRun) -> str:
    return digest(run.nonce)


def waiting(run: AssignmentRun) -> list[Application]:
    """The applications to be dealt, in the order of their numbers: the rows of the spread."""
    return list(
        reviewable(run.guide)
        .select_related("category", "applicant", "case")
        .defer("answers", "summary")
        .order_by("number")
    )


@implements("R-154")
def forbidden_pairs(
    experts: Sequence[Expert], applications: Sequence[Application], run: AssignmentRun
) -> set[tuple[UUID, UUID]]:
    """(expert, application) that may not meet: a tie to the applicant, or a duty in the case that forbids judging."""
    by_applicant: dict[UUID, list[UUID]] = {}
    for application in applications:
        by_applicant.setdefault(application.applicant_id, []).append(application.pk)
    ties = tied_pairs(experts, {a.applicant_id: a.applicant.name for a in applications}, run.review_on)
    found = {(expert, application) for expert, body in ties for application in by_applicant[body]}
    people = {expert.person_id: expert.pk for expert in experts}
    scopes = {application.duty_scope: application.pk for application in applications}
    barred = [duty for duty, _rule in conflicts_of(Duty.PANEL_MEMBER)]
    held = DutyRecord.objects.filter(case_id__in=list(scopes), person__in=list(people), duty__in=barred)
    found |= {(people[person], scopes[case]) for person, case in held.values_list("person_id", "case_id")}
    return found


def knows(expert: Expert, category: GuideCategory | None) -> bool:
    """Whether one of the expert's specialties names the category or its area, or is named by it."""
    if category is None:
        return False
    subjects = (category.name, category.area.name)
    return any(word in subject or subject in word for word in expert.specialties if word for subject in subjects)


@dataclass(frozen=True)
class GroupRow:
    """One group on the preview: how much it got, and how much of it its members know."""

    group: AssignmentGroup
    load: int
    amount: Decimal
    fitting: int
    members: tuple[Expert, ...]


@dataclass(frozen=True)
class Outcome:
    """The preview of a run; loads differ by ``heaviest - lightest`` at most."""

    rows: tuple[GroupRow, ...]
    placed: int
    left_out: tuple[AssignmentPlace, ...]
    lightest: int
    heaviest: int


def outcome_of(run: AssignmentRun) -> Outcome | None:
    """None until the spread is there. A constant number of queries."""
    places = list(run.places.select_related("application__applicant"))
    if not places:
        return None
    loads: Counter[UUID] = Counter()
    amounts: Counter[UUID] = Counter()
    fitting: Counter[UUID] = Counter()
    for place in places:
        if place.group_id is not None:
            loads[place.group_id] += 1
            amounts[place.group_id] += place.application.requested_amount
            fitting[place.group_id] += bool(place.fitting)
    groups = run.groups.select_related("panel").prefetch_related("experts__person", "experts__employer")
    rows = tuple(
        GroupRow(group, loads[group.pk], Decimal(amounts[group.pk]), fitting[group.pk], tuple(group.experts.all()))
        for group in groups
    )
    counts = [row.load for row in rows] or [0]
    left_out = tuple(place for place in places if place.group_id is None)
    return Outcome(rows, len(places) - len(left_out), left_out, min(counts), max(counts))


def may_run(run: AssignmentRun, actor: Actor) -> bool:
    return actor.holds(Role.LGO, run.guide.office_id)


def runs_of(guide_id: UUID, actor: Actor) -> QuerySet[AssignmentRun]:
    return AssignmentRun.objects.visible_to(actor).filter(guide=guide_id)


def experts_by_id(ids: Iterable[str]) -> dict[str, Expert]:
    return {str(one.pk): one for one in Expert.objects.filter(pk__in=list(ids)).select_related("person", "employer")}
