"""Credit lists and the facts an application's eligibility is judged from."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.utils import DatabaseError

from orgs.models import (
    AnnualInspection,
    ControlNature,
    ControlRelation,
    CreditList,
    CreditRecord,
    InspectionResult,
    Organization,
    OrganizationKind,
    RegistrationStatus,
    Severity,
)
from orgs.selectors.standing import eligibility_facts, same_controller
from orgs.services import credit
from procurement.access import ANONYMOUS, Actor, Role
from procurement.lifecycle.engine import perform
from procurement.rules import RuleViolation
from tests.factories import make_actor, make_organization, make_social_organization

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 1)


def enter(organization: Organization, actor: Actor | None = None, **fields: Any) -> CreditRecord:
    values = {
        "credit_list": CreditList.PENALTY,
        "authority": "朝阳区民政局",
        "document_number": "朝民罚〔2025〕1号",
        "reason": "未按章程开展活动",
        "starts_on": date(2025, 5, 1),
    }
    return credit.record_concluded(
        actor=actor or make_actor(Role.CIV), organization=organization, **{**values, "remedy": "改正后移出", **fields}
    )


@pytest.mark.parametrize(
    ("decided", "years", "counts"),
    [
        (date(2024, 3, 1), 2, True),
        (date(2024, 2, 29), 2, False),
        (date(2023, 3, 1), 3, True),
        (date(2026, 3, 1), 2, True),
        (date(2026, 3, 2), 2, False),
    ],
)
def test_penalty_counts_within_the_years_before_the_day(decided: date, years: int, counts: bool) -> None:
    organization = make_social_organization()
    enter(organization, starts_on=decided)
    assert bool(eligibility_facts(organization, ON).penalties_within(years)) is counts


def test_minor_penalty_is_not_a_major_one() -> None:
    organization = make_social_organization()
    enter(organization)
    enter(organization, document_number="朝民罚〔2025〕2号", severity=Severity.MAJOR)
    assert len(eligibility_facts(organization, ON).penalties_within(3, major_only=True)) == 1


@pytest.mark.parametrize(("ends_on", "banned"), [(date(2026, 3, 1), True), (date(2026, 2, 28), False)])
def test_ban_counts_through_its_last_day_and_not_after(ends_on: date, banned: bool) -> None:
    organization = make_social_organization()
    keeper, began = make_actor(Role.FIN_SUP), date(2025, 2, 1)
    enter(organization, keeper, credit_list=CreditList.BAD_CONDUCT, starts_on=began, ends_on=ends_on)
    assert eligibility_facts(organization, ON).is_banned is banned


def test_inspection_of_the_year_before_counts() -> None:
    organization = make_social_organization()
    AnnualInspection.objects.create(organization=organization, year=2024, result=InspectionResult.PASSED)
    assert not eligibility_facts(organization, ON).inspection_passed
    AnnualInspection.objects.create(organization=organization, year=2025, result=InspectionResult.BASIC)
    assert eligibility_facts(organization, ON).inspection_passed


@pytest.mark.parametrize("result", [InspectionResult.FAILED, InspectionResult.ABSENT])
def test_failed_or_missed_inspection_is_no_pass(result: InspectionResult) -> None:
    organization = make_social_organization()
    AnnualInspection.objects.create(organization=organization, year=2025, result=result)
    assert not eligibility_facts(organization, ON).inspection_passed


def test_new_organisation_is_flagged_instead_of_failed() -> None:
    organization = make_social_organization(registered_on=date(2026, 1, 15))
    facts = eligibility_facts(organization, ON)
    assert facts.is_new
    assert facts.inspection is None


def test_facts_carry_what_is_wrong_with_the_code() -> None:
    good = make_social_organization()
    assert eligibility_facts(good, ON).uscc_problems == ()
    enterprise_code = make_social_organization(uscc="91110108MA0000090K")
    assert "应以52开头" in eligibility_facts(enterprise_code, ON).uscc_problems[0]


@pytest.mark.parametrize(
    ("credit_list", "status"),
    [(CreditList.ABNORMAL, RegistrationStatus.ABNORMAL), (CreditList.SERIOUS, RegistrationStatus.SERIOUS)],
)
def test_lists_set_and_clear_the_registration_status(credit_list: CreditList, status: RegistrationStatus) -> None:
    organization, civil = make_social_organization(), make_actor(Role.CIV)
    entry = enter(organization, civil, credit_list=credit_list)
    organization.refresh_from_db()
    assert organization.registration_status == status
    perform(entry, "credit.lift", actor=civil, reason="已整改")
    organization.refresh_from_db()
    assert organization.registration_status == RegistrationStatus.NORMAL
    assert organization.credit_records.count() == 1


def test_entry_needs_authority_and_decision() -> None:
    with pytest.raises(RuleViolation, match="R-281 信用记录须写明作出机关和决定文号"):
        enter(make_social_organization(), document_number=" ")


def test_same_decision_is_entered_once() -> None:
    organization = make_social_organization()
    enter(organization)
    with pytest.raises(ValidationError, match="该决定文号已经登记"):
        enter(organization)


@pytest.mark.parametrize("role", [Role.ORG_H, Role.RU, Role.AUD, Role.SYS, Role.TPE])
def test_only_keepers_enter_penalties(role: Role) -> None:
    with pytest.raises(RuleViolation, match="S-02 您不能登记“行政处罚”"):
        enter(make_social_organization(), make_actor(role))


def test_entry_cannot_be_deleted() -> None:
    entry = enter(make_social_organization())
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.delete()
    assert CreditRecord.objects.filter(pk=entry.pk).exists()


def test_unpublished_entry_is_seen_by_buyers_and_the_organisation_itself() -> None:
    organization = make_social_organization()
    entry = enter(organization)
    seen = CreditRecord.objects.visible_to
    assert list(seen(make_actor(Role.PU_BUY))) == [entry]
    assert list(seen(make_actor(Role.ORG, organization))) == [entry]
    assert not seen(make_actor(Role.ORG, make_social_organization())).exists()
    assert not seen(ANONYMOUS).exists()
    perform(entry, "credit.publish", actor=make_actor(Role.CIV))
    assert seen(ANONYMOUS).exists()


def test_sanction_of_a_record_merged_into_another_still_counts() -> None:
    kept = make_social_organization()
    old = make_social_organization(merged_into=kept)
    enter(old)
    assert eligibility_facts(kept, ON).penalties_within(2)


def test_same_head_means_same_controller() -> None:
    first = make_social_organization(legal_representative="田淑芬")
    assert same_controller(first, make_social_organization(legal_representative="田淑芬"), ON)
    assert not same_controller(first, make_social_organization(), ON)


def test_two_bodies_without_a_named_head_are_not_taken_for_one() -> None:
    first, second = (make_social_organization(legal_representative="") for _each in range(2))
    assert not same_controller(first, second, ON)


@pytest.mark.parametrize(("valid_to", "same"), [(None, True), (date(2026, 3, 1), False)])
def test_control_counts_both_ways_while_it_lasts(valid_to: date | None, same: bool) -> None:
    holder, held = make_organization(OrganizationKind.ENTERPRISE), make_social_organization()
    ControlRelation.objects.create(
        controller=holder,
        controlled=held,
        nature=ControlNature.HOLDING,
        valid_from=date(2020, 1, 1),
        valid_to=valid_to,
    )
    assert same_controller(holder, held, ON) is same
    assert same_controller(held, holder, ON) is same
