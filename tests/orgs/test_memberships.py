"""Seats: periods, overlap, who may give them, and what may not meet in one person."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError
from django.urls import reverse
from django.utils import timezone

from orgs.models import Membership
from orgs.services import memberships
from procurement.access import Role, actor_for, people_holding
from procurement.audit.models import AuditEvent
from procurement.lifecycle.engine import system_actor
from procurement.rules import RuleViolation
from tests.factories import make_actor, make_organization, make_seat, make_social_organization, make_user

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.mark.parametrize(
    ("start", "end", "holds"),
    [(-10, None, True), (0, None, True), (1, None, False), (-10, 0, False), (-10, 1, True)],
)
def test_seat_entitles_only_within_its_period(start: int, end: int | None, holds: bool) -> None:
    day = TODAY()
    seat = make_seat(
        Role.LGO,
        valid_from=day + timedelta(days=start),
        valid_to=None if end is None else day + timedelta(days=end),
    )
    assert actor_for(seat.person).holds(Role.LGO, seat.organization_id) is holds
    assert (seat.person in people_holding(Role.LGO, seat.organization_id)) is holds
    assert seat.is_valid_on(day) is holds


def test_reading_seats_takes_one_query(django_assert_num_queries) -> None:
    user = make_user()
    for _each in range(5):
        make_seat(Role.ORG, make_social_organization(), user=user)
    with django_assert_num_queries(1):
        assert len(actor_for(user).seats) == 5


def test_inactive_person_holds_nothing() -> None:
    seat = make_seat(Role.LGO)
    seat.person.is_active = False
    seat.person.save()
    assert actor_for(seat.person).seats == ()
    assert people_holding(Role.LGO, seat.organization_id) == []


def test_overlapping_seat_is_refused_by_service_and_by_database() -> None:
    seat = make_seat(Role.ORG, valid_from=date(2026, 1, 1), valid_to=date(2026, 6, 1))
    again = {"person": seat.person, "organization": seat.organization, "role": Role.ORG}
    with pytest.raises(ValidationError, match="重叠的任职期间"):
        memberships.grant(actor=system_actor(), valid_from=date(2026, 5, 31), **again)
    with pytest.raises(IntegrityError, match="membership_no_overlap"), transaction.atomic():
        Membership.objects.create(valid_from=date(2026, 5, 31), appointed_by=seat.person, **again)


def test_next_seat_may_begin_on_the_day_the_last_one_ends() -> None:
    seat = make_seat(Role.ORG, valid_from=date(2026, 1, 1), valid_to=date(2026, 6, 1))
    follower = memberships.grant(
        actor=system_actor(),
        person=seat.person,
        organization=seat.organization,
        role=Role.ORG,
        valid_from=date(2026, 6, 1),
    )
    assert follower.pk != seat.pk


def test_revoked_seat_ends_at_the_next_request_and_may_be_given_again_the_same_day() -> None:
    seat = make_seat(Role.ORG, valid_from=TODAY())
    memberships.revoke(actor=system_actor(), membership=seat, reason="离职")
    assert actor_for(seat.person).seats == ()
    memberships.grant(actor=system_actor(), person=seat.person, organization=seat.organization, role=Role.ORG)
    assert actor_for(seat.person).holds(Role.ORG)


def test_revoking_needs_a_reason_and_happens_once() -> None:
    seat = make_seat(Role.ORG)
    with pytest.raises(RuleViolation, match="S-03 免职须写明理由"):
        memberships.revoke(actor=system_actor(), membership=seat, reason=" ")
    memberships.revoke(actor=system_actor(), membership=seat, reason="离职")
    with pytest.raises(RuleViolation, match="S-01 该任职已于"):
        memberships.revoke(actor=system_actor(), membership=seat, reason="离职")


def test_giving_and_taking_a_seat_stand_in_the_journal() -> None:
    admin = system_actor()
    seat = memberships.grant(actor=admin, person=make_user(), organization=make_organization(), role=Role.LGO)
    memberships.revoke(actor=admin, membership=seat, reason="轮岗")
    actions = AuditEvent.objects.filter(subject=f"orgs.membership:{seat.pk}").values_list("action", flat=True)
    assert sorted(actions) == ["membership.grant", "membership.revoke"]


def test_seat_once_given_cannot_be_deleted() -> None:
    seat = make_seat(Role.ORG)
    with pytest.raises(DatabaseError), transaction.atomic():
        seat.delete()
    assert Membership.objects.filter(pk=seat.pk).exists()


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SYS, Role.PUB)])
def test_administrator_cannot_hold_any_business_seat(role: Role) -> None:
    admin = make_seat(Role.SYS)
    with pytest.raises(RuleViolation, match="系统管理员不得兼任"):
        memberships.grant(actor=system_actor(), person=admin.person, organization=make_organization(), role=role)


def test_holder_of_a_business_seat_cannot_become_administrator() -> None:
    seat = make_seat(Role.PU_BUY)
    with pytest.raises(RuleViolation, match="不得兼任系统管理员"):
        memberships.grant(actor=system_actor(), person=seat.person, organization=seat.organization, role=Role.SYS)
    with pytest.raises(IntegrityError, match="membership_sys_stands_alone"), transaction.atomic():
        make_seat(Role.SYS, user=seat.person)


def test_former_official_may_become_administrator() -> None:
    seat = make_seat(Role.PU_BUY, valid_to=date(2026, 1, 1))
    memberships.grant(
        actor=system_actor(),
        person=seat.person,
        organization=seat.organization,
        role=Role.SYS,
        valid_from=date(2026, 1, 1),
    )
    assert actor_for(seat.person).roles == {Role.SYS}


@pytest.mark.parametrize("role", [Role.FIN, Role.FIN_SUP, Role.TREAS])
def test_finance_regulator_cannot_be_an_expert(role: Role) -> None:
    seat = make_seat(role)
    with pytest.raises(RuleViolation, match="R-156 财政监管人员不得担任评审专家"):
        memberships.grant(actor=system_actor(), person=seat.person, organization=seat.organization, role=Role.EXP)


def test_head_gives_operator_seats_in_the_own_organisation_only() -> None:
    mine, other = make_social_organization(), make_social_organization()
    head, person = make_actor(Role.ORG_H, mine), make_user()
    assert memberships.grant(actor=head, person=person, organization=mine, role=Role.ORG).role == Role.ORG
    for organization, role in ((other, Role.ORG), (mine, Role.ORG_H), (mine, Role.FIN)):
        with pytest.raises(RuleViolation, match="S-02 您不能任免"):
            memberships.grant(actor=head, person=person, organization=organization, role=role)


@pytest.mark.parametrize("role", [Role.ORG, Role.LGO, Role.FIN, Role.AUD])
def test_nobody_else_gives_seats(role: Role) -> None:
    organization = make_organization()
    with pytest.raises(RuleViolation, match="S-02 您不能任免"):
        memberships.grant(
            actor=make_actor(role, organization), person=make_user(), organization=organization, role=Role.ORG
        )


def test_members_page_lets_the_head_appoint_and_dismiss(client) -> None:
    organization, person = make_social_organization(), make_user("newcomer", name="李新")
    head = make_seat(Role.ORG_H, organization)
    client.force_login(head.person)
    url = reverse("organization-members", args=[organization.pk])
    page = client.post(url, {"username": "newcomer", "role": Role.ORG, "valid_from": TODAY().isoformat()}, follow=True)
    assert "李新" in page.content.decode()
    seat = Membership.objects.get(person=person)
    refused = client.post(reverse("membership-revoke", args=[seat.pk]), {"reason": ""})
    assert refused.status_code == 422
    client.post(reverse("membership-revoke", args=[seat.pk]), {"reason": "离职"})
    assert actor_for(person).seats == ()


def test_members_page_explains_an_unknown_account_and_an_overlap(client) -> None:
    organization = make_social_organization()
    head, operator = make_seat(Role.ORG_H, organization), make_seat(Role.ORG, organization)
    client.force_login(head.person)
    url = reverse("organization-members", args=[organization.pk])
    entered = {"role": Role.ORG, "valid_from": TODAY().isoformat()}
    unknown = client.post(url, {"username": "nobody", **entered})
    assert (unknown.status_code, "没有账号“nobody”" in unknown.content.decode()) == (422, True)
    overlap = client.post(url, {"username": operator.person.username, **entered})
    assert (overlap.status_code, "重叠的任职期间" in overlap.content.decode()) == (422, True)


def test_members_page_and_seats_of_a_foreign_organisation_are_not_found(client) -> None:
    foreign = make_seat(Role.ORG, make_social_organization())
    client.force_login(make_seat(Role.ORG_H, make_social_organization()).person)
    assert client.get(reverse("organization-members", args=[foreign.organization_id])).status_code == 404
    assert client.post(reverse("membership-revoke", args=[foreign.pk]), {"reason": "x"}).status_code == 404
    assert Membership.objects.get(pk=foreign.pk).valid_to is None
