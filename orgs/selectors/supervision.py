"""How a hub leads its members, computed from kept data.

Projects know reports, warnings and endorsements, and stand above this app: they register how they are counted
(``register_supervision``), so that a fact comes up without an import going up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet

from orgs.models import HubAffiliation, HubRecognition, Organization, Qualification
from procurement.access import Actor, Role

#: A paper that runs out within this many days is shown to the hub.
PAPERS_WITHIN = timedelta(days=60)
#: Who compares hubs with each other.
COMPARING = (Role.LG, Role.LGO, Role.CIV)
#: Seats that lead a hub from its cockpit.
LEADING = (Role.RU, Role.UNI, Role.ORG_H)


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """What the projects of one member add up to."""

    running: int = 0
    overdue_reports: int = 0
    open_warnings: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class HubFacts:
    """How one hub recommends: decided ones, half of them within so many days, how many late, how many wait."""

    endorsed: int = 0
    median_days: float | None = None
    late: int = 0
    waiting: int = 0

    @property
    def late_share(self) -> float | None:
        """Of everything decided or already late; None when there is nothing to judge."""
        return self.late / self.endorsed if self.endorsed else None


CountMembers = Callable[[Collection[UUID], date], Mapping[UUID, MemberFacts]]
CountHubs = Callable[[Collection[UUID], date], Mapping[UUID, HubFacts]]
_count_members: CountMembers | None = None
_count_hubs: CountHubs | None = None


def register_supervision(*, members: CountMembers, hubs: CountHubs) -> None:
    """Called once by the app that owns projects."""
    global _count_members, _count_hubs
    _count_members, _count_hubs = members, hubs


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A line of the cockpit."""

    affiliation: HubAffiliation
    facts: MemberFacts
    paper_expires_on: date | None
    paper_expired: bool

    @property
    def member(self) -> Organization:
        return self.affiliation.member

    @property
    def needs_attention(self) -> bool:
        return bool(self.facts.overdue_reports or self.facts.open_warnings or self.paper_expires_on)


def current_affiliations(on: date) -> QuerySet[HubAffiliation]:
    return HubAffiliation.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on)


def member_rows(affiliations: Collection[HubAffiliation], on: date) -> list[MemberRow]:
    """The facts of the members at hand; as many queries for three hundred as for three."""
    ids = {row.member_id for row in affiliations}
    facts = _count_members(ids, on) if _count_members and ids else {}
    papers = _papers(ids, on)
    return [
        MemberRow(
            affiliation=row,
            facts=facts.get(row.member_id, MemberFacts()),
            paper_expires_on=papers.get(row.member_id),
            paper_expired=row.member_id in papers and papers[row.member_id] < on,
        )
        for row in affiliations
    ]


def hub_facts(hub_ids: Collection[UUID], on: date) -> Mapping[UUID, HubFacts]:
    return _count_hubs(hub_ids, on) if _count_hubs and hub_ids else {}


@dataclass(frozen=True, slots=True)
class Totals:
    """A hub's members added up."""

    members: int
    silent: int
    warned: int
    papers: int
    waiting: int


def totals(rows: Collection[MemberRow]) -> Totals:
    """Each member counted once, however many fields it is led in."""
    by_member = {row.affiliation.member_id: row for row in rows}.values()
    return Totals(
        members=len(by_member),
        silent=sum(1 for row in by_member if row.facts.overdue_reports),
        warned=sum(1 for row in by_member if row.facts.open_warnings),
        papers=sum(1 for row in by_member if row.paper_expires_on),
        waiting=sum(row.facts.waiting for row in by_member),
    )


def supervision_figures(hub: Organization, on: date) -> dict[str, Any]:
    """The figures a yearly review is decided on, as they are kept with it."""
    counted = totals(member_rows(list(current_affiliations(on).filter(hub=hub)), on))
    how = hub_facts([hub.pk], on).get(hub.pk, HubFacts())
    return {
        "members": counted.members,
        "silent": counted.silent,
        "warned": counted.warned,
        "endorsed": how.endorsed,
        "median_days": how.median_days,
        "late": how.late,
        "waiting": how.waiting,
    }


@dataclass(frozen=True, slots=True)
class HubRow:
    """A line of the comparison."""

    hub: Organization
    members: int
    warned: int
    silent: int
    facts: HubFacts

    @property
    def late_percent(self) -> int | None:
        share = self.facts.late_share
        return None if share is None else round(100 * share)


def comparison(district: str, on: date) -> list[HubRow]:
    """Every hub of a district side by side, the slowest first; four queries and what projects count in bulk."""
    hubs = list(Organization.objects.hubs().filter(region_id=district).order_by("sort_key"))
    ids = [hub.pk for hub in hubs]
    ties = list(current_affiliations(on).filter(hub__in=ids).values_list("hub_id", "member_id").distinct())
    facts = _count_members({member for _hub, member in ties}, on) if _count_members and ties else {}
    how = hub_facts(ids, on)
    rows = []
    for hub in hubs:
        own = [facts.get(member, MemberFacts()) for tied, member in ties if tied == hub.pk]
        rows.append(
            HubRow(
                hub=hub,
                members=len(own),
                warned=sum(1 for one in own if one.open_warnings),
                silent=sum(1 for one in own if one.overdue_reports),
                facts=how.get(hub.pk, HubFacts()),
            )
        )
    return sorted(rows, key=lambda row: -(row.facts.median_days or 0))


def may_see_cockpit(actor: Actor, hub: Organization) -> bool:
    """The hub's own leaders, those who compare hubs, and oversight."""
    return (
        actor.sees_everything
        or any(actor.holds(role, hub.pk) for role in LEADING)
        or any(actor.holds(role) for role in COMPARING)
    )


def may_compare(actor: Actor) -> bool:
    return actor.sees_everything or any(actor.holds(role) for role in COMPARING)


def _papers(member_ids: Collection[UUID], on: date) -> dict[UUID, date]:
    """The first paper of each member that runs out soon; a renewed one (same kind, later term) counts no more."""
    if not member_ids:
        return {}
    latest = (
        Qualification.objects.filter(organization__in=member_ids)
        .values("organization_id", "kind")
        .annotate(
            last=Max("expires_on"), endless=Count("pk", filter=Q(expires_on__isnull=True)), first=Min("issued_on")
        )
    )
    found: dict[UUID, date] = {}
    for row in latest:
        runs_out = row["last"]
        if row["endless"] or runs_out is None or runs_out > on + PAPERS_WITHIN:
            continue
        found[row["organization_id"]] = min(runs_out, found.get(row["organization_id"], runs_out))
    return found


def recognitions_of(hub: Organization) -> QuerySet[HubRecognition]:
    return HubRecognition.objects.in_force().filter(organization=hub).select_related("office").order_by("field")
