"""How an organisation stands on a day: facts, ties of control, look-back periods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from orgs.models import (
    AnnualInspection,
    ControlRelation,
    CreditList,
    CreditRecord,
    Organization,
    RegistrationStatus,
    Severity,
)
from orgs.models.credit import IN_FORCE
from orgs.uscc import problems_of
from procurement.rules import implements, records


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
            and record.status in (*IN_FORCE, "expired")
            and record.starts_on <= self.on
            and (record.ends_on is None or record.ends_on >= self.on)
        ]

    @property
    def under_investigation(self) -> bool:
        return bool(self.in_force(CreditList.INVESTIGATION))

    @property
    def on_abnormal_list(self) -> bool:
        return self._listed(CreditList.ABNORMAL, RegistrationStatus.ABNORMAL)

    @property
    def on_serious_list(self) -> bool:
        return self._listed(CreditList.SERIOUS, RegistrationStatus.SERIOUS)

    def _listed(self, credit_list: CreditList, status: RegistrationStatus) -> bool:
        """By the entries with their days; the register's word only where no entry stands behind it."""
        known = any(record.credit_list == credit_list for record in self.records)
        return bool(self.in_force(credit_list)) if known else self.registration_status == status

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
        records=tuple(_records_of(organization)),
    )


def _records_of(organization: Organization) -> QuerySet[CreditRecord]:
    """Its own entries and those of the records merged into it: no sanction is lost by a merge."""
    own = Q(organization=organization) | Q(organization__merged_into=organization)
    return CreditRecord.objects.counting().filter(own)


@records("R-063")
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


def years_before(day: date, years: int) -> date:
    """The corresponding day ``years`` earlier; 29 February falls back to the 28th (R-301)."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
