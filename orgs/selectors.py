"""Reads across the people and organisations: seats, eligibility facts, ties and grounds of recusal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import (
    AnnualInspection,
    ControlRelation,
    CreditList,
    CreditRecord,
    EmploymentHistory,
    Expert,
    HubAffiliation,
    KinRelation,
    Membership,
    Organization,
    Position,
    RegistrationStatus,
    Severity,
)
from orgs.uscc import problems_of
from procurement.access import Role, Seat
from procurement.access.models import User
from procurement.rules import implements

#: How far back an expert's ties to a supplier count (R-154).
RECUSAL_YEARS = 3


def read_seats(person_id: UUID) -> list[Seat]:
    """The seats a person holds today; one query, read afresh for every request."""
    rows = (
        Membership.objects.valid_on(timezone.localdate())
        .filter(person_id=person_id)
        .order_by("organization__sort_key", "role")
        .values_list("role", "organization_id", "organization__name")
    )
    return [Seat(role=Role(role), organization_id=pk, organization_name=name) for role, pk, name in rows]


def read_holders(role: Role, organization_id: UUID | None = None) -> list[User]:
    """Active people who hold ``role`` today, in one organisation or anywhere, each once."""
    seats = Membership.objects.valid_on(timezone.localdate()).filter(role=role)
    if organization_id is not None:
        seats = seats.filter(organization_id=organization_id)
    return list(User.objects.filter(is_active=True, pk__in=seats.values("person_id")).order_by("username"))


@dataclass(frozen=True)
class EligibilityFacts:
    """What the guards of an application weigh; every field is a fact on the day asked for, none a verdict."""

    organization: Organization
    on: date
    uscc_problems: tuple[str, ...]
    registration_status: RegistrationStatus
    #: The year whose inspection counts: the one before ``on``.
    inspection_year: int
    inspection: AnnualInspection | None
    records: tuple[CreditRecord, ...]

    @property
    def is_new(self) -> bool:
        """Registered too late to have been inspected for the year that counts: allowed, but flagged (R-055)."""
        registered = self.organization.registered_on
        return registered is not None and registered.year > self.inspection_year

    @property
    def inspection_passed(self) -> bool:
        return self.inspection is not None and self.inspection.is_pass

    def penalties_within(self, years: int, *, major_only: bool = False) -> list[CreditRecord]:
        """Penalties decided in the ``years`` before the day, that day included (R-052, R-053)."""
        first = years_before(self.on, years)
        return [
            record
            for record in self.records
            if record.credit_list == CreditList.PENALTY
            and first <= record.starts_on <= self.on
            and (not major_only or record.severity == Severity.MAJOR)
        ]

    def in_force(self, credit_list: CreditList) -> list[CreditRecord]:
        """Entries of one list that run on the day; an expired one is no ground (R-054)."""
        return [
            record
            for record in self.records
            if record.credit_list == credit_list
            and record.starts_on <= self.on
            and (record.ends_on is None or record.ends_on >= self.on)
        ]

    @property
    def under_investigation(self) -> bool:
        return bool(self.in_force(CreditList.INVESTIGATION))

    @property
    def on_abnormal_list(self) -> bool:
        return self.registration_status == RegistrationStatus.ABNORMAL or bool(self.in_force(CreditList.ABNORMAL))

    @property
    def on_serious_list(self) -> bool:
        return self.registration_status == RegistrationStatus.SERIOUS or bool(self.in_force(CreditList.SERIOUS))

    @property
    def is_banned(self) -> bool:
        """A procurement ban in force on the day (R-280)."""
        return bool(self.in_force(CreditList.BAD_CONDUCT))

    def breaches_within(self, years: int) -> list[CreditRecord]:
        """Shown to reviewers; counts only as the rule set says (R-066)."""
        first = years_before(self.on, years)
        return [r for r in self.records if r.credit_list == CreditList.BREACH and first <= r.starts_on <= self.on]


@implements("R-054")
def eligibility_facts(organization: Organization, on: date) -> EligibilityFacts:
    """Everything about the organisation's standing on ``on``, in two queries."""
    year = on.year - 1
    return EligibilityFacts(
        organization=organization,
        on=on,
        uscc_problems=tuple(problems_of(organization.uscc or "", kind=organization.kind)),
        registration_status=RegistrationStatus(organization.registration_status),
        inspection_year=year,
        inspection=organization.inspections.filter(year=year).first(),
        records=tuple(organization.credit_records.all()),
    )


@implements("R-063")
def same_controller(first: Organization, second: Organization, on: date | None = None) -> bool:
    """One legal representative, or one body holding or managing the other."""
    if first.legal_representative and first.legal_representative == second.legal_representative:
        return True
    day = on or timezone.localdate()
    return (
        ControlRelation.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)
        .filter(Q(controller=first, controlled=second) | Q(controller=second, controlled=first))
        .exists()
    )


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


def hub_of(organization: Organization, on: date) -> Organization | None:
    """The hub that leads the organisation on the day; the longest-standing one when several do."""
    affiliation = (
        HubAffiliation.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on)
        .filter(member=organization)
        .select_related("hub")
        .order_by("valid_from", "id")
        .first()
    )
    return affiliation.hub if affiliation else None


def experts_available(kinds: Iterable[str] = ()) -> list[Expert]:
    """The active pool with what recusal needs, for whoever runs a draw; narrowed to ``kinds`` when given."""
    pool = Expert.objects.active().select_related("person", "employer")
    wanted = list(kinds)
    return list(pool.filter(kind__in=wanted) if wanted else pool)


def years_before(day: date, years: int) -> date:
    """The corresponding day ``years`` earlier; 29 February falls back to the 28th (R-301)."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


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
    first = years_before(on, RECUSAL_YEARS)
    held = (
        Membership.objects.filter(person_id=expert.person_id, organization=organization, valid_from__lte=on)
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
