"""Grounds on which an expert may not judge an organisation (R-154)."""

from datetime import date

import pytest

from orgs.models import EmploymentHistory, KinDeclaration, KinRelation, Position
from orgs.selectors.recusal import recusal_grounds
from orgs.selectors.standing import years_before
from procurement.access import Role
from tests.factories import make_expert, make_seat, make_social_organization

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 20)


def test_stranger_has_no_grounds() -> None:
    assert recusal_grounds(make_expert(), make_social_organization(), ON) == []


@pytest.mark.parametrize(
    ("ended_on", "counts"),
    [(None, True), (date(2024, 1, 1), True), (date(2023, 11, 20), True), (date(2023, 11, 19), False)],
)
def test_employment_counts_for_three_years(ended_on: date | None, counts: bool) -> None:
    expert, organization = make_expert(), make_social_organization()
    EmploymentHistory.objects.create(
        expert=expert, organization=organization, started_on=date(2015, 1, 1), ended_on=ended_on
    )
    assert bool(recusal_grounds(expert, organization, ON)) is counts


def test_employment_that_has_not_begun_does_not_count() -> None:
    expert, organization = make_expert(), make_social_organization()
    EmploymentHistory.objects.create(expert=expert, organization=organization, started_on=date(2026, 11, 21))
    assert recusal_grounds(expert, organization, ON) == []


@pytest.mark.parametrize("position", list(Position))
def test_every_position_is_named_in_the_sentence(position: Position) -> None:
    expert, organization = make_expert(), make_social_organization()
    EmploymentHistory.objects.create(
        expert=expert,
        organization=organization,
        position=position,
        started_on=date(2022, 3, 1),
        ended_on=date(2024, 3, 1),
    )
    sentence = f"近三年内（2022-03-01至2024-03-01）曾任{organization.name}{position.label}"
    assert recusal_grounds(expert, organization, ON) == [("R-154", sentence)]


@pytest.mark.parametrize("relation", list(KinRelation))
def test_kinship_with_the_head_counts_whenever_declared(relation: KinRelation) -> None:
    expert, organization = make_expert(), make_social_organization()
    KinDeclaration.objects.create(
        expert=expert, organization=organization, relation=relation, declared_on=date(2018, 1, 1)
    )
    ((rule_id, sentence),) = recusal_grounds(expert, organization, ON)
    assert rule_id == "R-154"
    assert str(relation.label) in sentence


def test_present_employer_counts_by_link_and_by_name() -> None:
    organization = make_social_organization()
    linked = make_expert(employer=organization, employer_text="")
    named = make_expert(employer_text=organization.name)
    expected = [("R-154", f"现就职于{organization.name}")]
    assert recusal_grounds(linked, organization, ON) == expected
    assert recusal_grounds(named, organization, ON) == expected


def test_seat_in_the_organisation_counts_for_three_years() -> None:
    expert, organization = make_expert(), make_social_organization()
    seat = make_seat(Role.ORG, organization, user=expert.person, valid_to=date(2024, 5, 1))
    assert recusal_grounds(expert, organization, ON)
    type(seat).objects.filter(pk=seat.pk).update(valid_to=date(2022, 5, 1))
    assert recusal_grounds(expert, organization, ON) == []


def test_ties_to_another_organisation_do_not_count() -> None:
    expert, tied, judged = make_expert(), make_social_organization(), make_social_organization()
    EmploymentHistory.objects.create(expert=expert, organization=tied, started_on=date(2025, 1, 1))
    assert recusal_grounds(expert, judged, ON) == []


def test_years_before_a_leap_day_fall_on_the_month_end() -> None:
    assert years_before(date(2028, 2, 29), 3) == date(2025, 2, 28)
