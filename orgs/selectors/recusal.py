"""The pool of experts and what keeps one of them from judging an organisation (R-154)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from orgs.models import (
    EmploymentHistory,
    Expert,
    KinDeclaration,
    KinRelation,
    Membership,
    Organization,
    Position,
)
from orgs.selectors.standing import years_before
from procurement.access import Role
from procurement.rules import implements

#: How far back an expert's ties to a supplier count (R-154).
RECUSAL_YEARS = 3


@implements("R-154")
def recusal_grounds(expert: Expert, organization: Organization, on: date) -> list[tuple[str, str]]:
    """Why this expert may not judge this organisation: (rule id, sentence) for each ground; empty when none.

    Ties within three years before ``on`` count, as does kinship with the head whenever declared.
    """
    found = [
        *_employer_ground(expert, organization),
        *_employment_grounds(expert, organization, on),
        *_seat_grounds(expert, organization, on),
        *_kin_grounds(expert, organization),
    ]
    return [("R-154", sentence) for sentence in dict.fromkeys(found)]


@implements("R-154")
def tied_pairs(experts: Sequence[Expert], organizations: Mapping[UUID, str], on: date) -> set[tuple[UUID, UUID]]:
    """(expert, organisation) for every pair with at least one ground of recusal; four queries for any number.

    ``organizations`` gives each organisation's name by id. Agrees with ``recusal_grounds`` pair by pair.
    """
    first = years_before(on, RECUSAL_YEARS)
    ids, bodies = [expert.pk for expert in experts], list(organizations)
    people = {expert.person_id: expert.pk for expert in experts}
    by_name = {name: body for body, name in organizations.items()}
    found = {(e.pk, e.employer_id) for e in experts if e.employer_id is not None and e.employer_id in organizations}
    found |= {(e.pk, by_name[e.employer_text]) for e in experts if e.employer_text in by_name}
    periods = EmploymentHistory.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gte=first), expert__in=ids, organization__in=bodies, started_on__lte=on
    )
    found |= set(periods.values_list("expert_id", "organization_id"))
    kin = KinDeclaration.objects.filter(expert__in=ids, organization__in=bodies)
    found |= set(kin.values_list("expert_id", "organization_id"))
    seats = (
        Membership.objects.filter(person__in=list(people), organization__in=bodies, valid_from__lte=on)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=first))
        .exclude(role=Role.EXP)
    )
    return found | {(people[person], body) for person, body in seats.values_list("person_id", "organization_id")}


@implements("R-154")
def person_grounds(person_id: UUID, organization: Organization, on: date) -> list[tuple[str, str]]:
    """The same for somebody outside the pool, as far as the registry knows: seats held within three years."""
    return [("R-154", sentence) for sentence in dict.fromkeys(_seat_sentences(person_id, organization, on))]


def experts_available(kinds: Iterable[str] = ()) -> list[Expert]:
    """The active pool with what recusal needs, for whoever runs a draw; narrowed to ``kinds`` when given."""
    pool = Expert.objects.active().select_related("person", "employer")
    wanted = list(kinds)
    return list(pool.filter(kind__in=wanted) if wanted else pool)


def _employer_ground(expert: Expert, organization: Organization) -> list[str]:
    same = expert.employer_id == organization.pk or (
        bool(expert.employer_text) and expert.employer_text == organization.name
    )
    return [_("现就职于%(org)s") % {"org": organization.name}] if same else []


def _employment_grounds(expert: Expert, organization: Organization, on: date) -> list[str]:
    first = years_before(on, RECUSAL_YEARS)
    return [
        _employment_sentence(period)
        for period in EmploymentHistory.objects.filter(expert=expert, organization=organization)
        if period.touches(first, on)
    ]


def _employment_sentence(period: EmploymentHistory) -> str:
    words = {
        "org": period.organization.name,
        "position": Position(period.position).label,
        "from": period.started_on.isoformat(),
        "to": period.ended_on.isoformat() if period.ended_on else "",
    }
    if period.ended_on is None:
        return _("自%(from)s起任%(org)s%(position)s") % words
    return _("近三年内（%(from)s至%(to)s）曾任%(org)s%(position)s") % words


def _seat_grounds(expert: Expert, organization: Organization, on: date) -> list[str]:
    return _seat_sentences(expert.person_id, organization, on)


def _seat_sentences(person_id: UUID, organization: Organization, on: date) -> list[str]:
    first = years_before(on, RECUSAL_YEARS)
    held = (
        Membership.objects.filter(person_id=person_id, organization=organization, valid_from__lte=on)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=first))
        .exclude(role=Role.EXP)
    )
    return [_("近三年内在%(org)s担任%(role)s") % {"org": organization.name, "role": seat.role_label} for seat in held]


def _kin_grounds(expert: Expert, organization: Organization) -> list[str]:
    return [
        _("与%(org)s负责人存在亲属关系（%(relation)s）")
        % {"org": organization.name, "relation": KinRelation(kin.relation).label}
        for kin in expert.kin_declarations.filter(organization=organization)
    ]
