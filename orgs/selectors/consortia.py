"""Reads about consortia: members and their standing, votes, and what a joint bid counts as."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from orgs.models import (
    Consortium,
    ConsortiumChange,
    ConsortiumMember,
    MemberPart,
    Organization,
    RegistrationStatus,
    SteeringBallot,
    SteeringKind,
    SteeringSeat,
)
from orgs.selectors.standing import eligibility_facts
from procurement.access import Actor, Role
from procurement.rules import implements


def consortium_rows(actor: Actor, *, kind: str = "") -> object:
    """The list, each with its number of active members."""
    rows = (
        Consortium.objects.visible_to(actor)
        .select_related("lead", "region__parent__parent")
        .annotate(size=Count("members", filter=Q(members__left_on__isnull=True)))
    )
    return rows.filter(kind=kind) if kind else rows


def active_members(consortium: Consortium) -> list[ConsortiumMember]:
    return list(consortium.members.active().select_related("organization"))


def membership_of(consortium: Consortium, organization: Organization) -> ConsortiumMember | None:
    return consortium.members.active().filter(organization=organization).first()


def has_support(consortium: Consortium) -> bool:
    return consortium.members.active().filter(part=MemberPart.SUPPORT).exists()


def provider_and_support(consortium: Consortium) -> Organization | None:
    """The organisation that would watch itself; the same head counts as the same body."""
    members = active_members(consortium)
    support = next((m.organization for m in members if m.part == MemberPart.SUPPORT), None)
    if support is None or not support.legal_representative:
        return None
    heads = {m.organization.legal_representative for m in members if m.part == MemberPart.PROVIDER}
    return support if support.legal_representative in heads else None


@implements("R-075")
def shortcomings(organization: Organization, on: date) -> list[str]:
    """Why an organisation may not be a member on the day; each member must meet the conditions by itself."""
    facts = eligibility_facts(organization, on)
    found = [str(problem) for problem in facts.uscc_problems]
    if facts.registration_status == RegistrationStatus.REVOKED:
        found.append(_("已撤销或注销登记"))
    if facts.on_serious_list:
        found.append(_("列入严重违法失信名单"))
    if facts.is_banned:
        found.append(_("正处于禁止参加政府采购期间"))
    return found


def member_to_sign_for(consortium: Consortium, actor: Actor) -> ConsortiumMember | None:
    """The member whose head this person is and who has not signed yet."""
    mine = actor.organization_ids(Role.ORG_H, Role.SUP)
    return consortium.members.active().filter(organization__in=mine, signed_at__isnull=True).first()


def turnout(consortium: Consortium) -> tuple[int, int]:
    """How many members cast a ballot, and how many may."""
    voters = consortium.members.providers()
    voted = SteeringBallot.objects.filter(voter__in=voters).values("voter").distinct().count()
    return voted, voters.count()


@implements("R-080")
def ranked_candidates(consortium: Consortium) -> list[ConsortiumMember]:
    """Providers by ballots received; ties in the order of joining, then of name, so that the result is one."""
    return list(
        consortium.members.providers()
        .annotate(received=Count("ballots_received"))
        .select_related("organization")
        .order_by("-received", "joined_on", "organization__sort_key", "id")
    )


def steering_of(consortium: Consortium) -> list[SteeringSeat]:
    rows = consortium.steering.filter(until__isnull=True).select_related("organization")
    return sorted(rows, key=lambda seat: (list(SteeringKind.values).index(seat.kind), -seat.votes))


def seat_to_vote_from(change: ConsortiumChange, actor: Actor) -> SteeringSeat | None:
    """The steering seat this person speaks for and which has not voted on the change."""
    mine = actor.organization_ids(Role.ORG_H, Role.CIV, Role.SUP)
    return (
        SteeringSeat.objects.filter(consortium=change.consortium_id, until__isnull=True, organization__in=mine)
        .exclude(cast__change=change)
        .first()
    )


@implements("R-081")
def tally(change: ConsortiumChange) -> tuple[int, int, int]:
    """Yes, no, and the seats there are: a majority is of all seats, not of those who voted."""
    votes = list(change.votes.values_list("agrees", flat=True))
    seats = SteeringSeat.objects.filter(consortium=change.consortium_id, until__isnull=True).count()
    return votes.count(True), votes.count(False), seats


@implements("R-076")
def joint_bid_of(organization: Organization, procedure: str) -> Consortium | None:
    """The joint venture through which the organisation already takes part; then it may not bid alone."""
    member = (
        ConsortiumMember.objects.active()
        .filter(organization=organization, procedure=procedure)
        .exclude(consortium__status__in=("abandoned", "dissolved"))
        .select_related("consortium")
        .first()
    )
    return member.consortium if member else None


@implements("R-077")
def counting_grade(grades: Iterable[int | None]) -> int | None:
    """Members doing the same work count by the lowest grade (5 for 5A … 1 for 1A); an ungraded one makes it none."""
    found = list(grades)
    if not found or any(grade is None for grade in found):
        return None
    return min(grade for grade in found if grade is not None)
