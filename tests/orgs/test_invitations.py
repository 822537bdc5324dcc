"""An invitation gives one seat, once, while it stands."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.models import Invitation, Membership, Organization
from orgs.services import invitations, memberships
from procurement.access import Actor, Role, actor_for
from procurement.lifecycle.engine import database_now
from procurement.rules import RuleViolation
from tests.factories import make_actor, make_seat, make_social_organization, make_user


def offered(head: Actor | None = None, **fields: object) -> Invitation:
    head = head or make_actor(Role.ORG_H, make_social_organization())
    values = {"name": "任飞", "email": "renfei@example.org", "role": Role.ORG, **fields}
    organization = Organization.objects.get(pk=head.seats[0].organization_id)
    return invitations.invite(actor=head, organization=organization, **values)


@pytest.mark.django_db(transaction=True)
def test_same_invitation_used_by_two_people_at_once_gives_one_seat() -> None:
    invitation = offered()
    people, barrier = [make_user(), make_user()], Barrier(2, timeout=20)

    def take(person: object) -> str:
        try:
            actor = actor_for(person)
            barrier.wait()
            invitations.accept(actor=actor, token=invitation.token)
        except RuleViolation as refused:
            return str(refused)
        finally:
            connection.close()
        return "seated"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(take, people))
    assert answers[1] == "seated"
    assert answers[0].startswith("S-01 该邀请已被接受，一份邀请只能使用一次")
    assert Membership.objects.filter(organization=invitation.organization, role=Role.ORG).count() == 1


@pytest.mark.django_db
def test_accepted_invitation_without_its_seat_is_stopped_by_the_database() -> None:
    invitation = offered()
    with pytest.raises(IntegrityError, match="invitation_gives_one_seat"), transaction.atomic():
        Invitation.objects.filter(pk=invitation.pk).update(accepted_at=timezone.now())


@pytest.mark.django_db
def test_invitation_is_refused_once_expired_revoked_or_its_giver_has_lost_the_right() -> None:
    head = make_actor(Role.ORG_H, make_social_organization())
    person = make_actor(Role.REC)
    expired = offered(head)
    with pytest.raises(RuleViolation, match="该邀请已过期"):
        invitations.accept(actor=person, token=expired.token, at=database_now() + timedelta(days=15))
    revoked = offered(head, email="other@example.org")
    invitations.revoke(actor=head, invitation=revoked)
    with pytest.raises(RuleViolation, match="该邀请已被撤回"):
        invitations.accept(actor=person, token=revoked.token)
    with pytest.raises(RuleViolation, match="S-01"):
        invitations.revoke(actor=head, invitation=revoked)
    memberships.revoke(actor=make_actor(Role.SYS), membership=Membership.objects.get(person=head.user), reason="离任")
    with pytest.raises(RuleViolation, match="S-02 您不能任免"):
        invitations.accept(actor=person, token=expired.token)


@pytest.mark.django_db
def test_forged_token_is_not_there(client: Client) -> None:
    invitation = offered()
    for token in (str(invitation.pk), invitation.token[:-1] + "x", "abc:def"):
        assert client.get(reverse("invitation", args=[token])).status_code == 404
        with pytest.raises(RuleViolation, match="邀请链接无效"):
            invitations.accept(actor=make_actor(Role.REC), token=token)


@pytest.mark.django_db
def test_seat_has_the_role_and_period_offered() -> None:
    until = timezone.localdate() + timedelta(days=90)
    invitation = offered(valid_to=until)
    seat = invitations.accept(actor=make_actor(Role.REC), token=invitation.token)
    assert (seat.role, seat.valid_from, seat.valid_to) == (Role.ORG, timezone.localdate(), until)


@pytest.mark.django_db
def test_only_who_may_give_a_seat_may_offer_it_and_not_twice(client: Client) -> None:
    organization = make_social_organization()
    head, operator = make_seat(Role.ORG_H, organization), make_seat(Role.ORG, organization)
    offer = {"name": "任飞", "email": "renfei@example.org", "role": Role.ORG}
    page = reverse("organization-invite", args=[organization.pk])
    client.force_login(operator.person)
    assert client.post(page, offer).status_code == 404
    client.force_login(make_seat(Role.ORG_H, make_social_organization()).person)
    assert client.post(page, offer).status_code == 404
    client.force_login(head.person)
    assert client.post(page, {**offer, "role": Role.ORG_H}).status_code == 422
    assert client.post(page, offer).status_code == 302
    again = client.post(page, offer)
    assert (again.status_code, "尚未接受；可先撤回再邀请" in again.content.decode()) == (422, True)
    waiting = Invitation.objects.get()
    members = client.get(reverse("organization-members", args=[organization.pk])).content.decode()
    assert "renfei@example.org" in members
    assert waiting.token not in members
    client.post(reverse("invitation-revoke", args=[waiting.pk]))
    waiting.refresh_from_db()
    assert waiting.revoked_by == head.person


@pytest.mark.django_db
def test_letter_goes_out_once_and_waits_when_mail_is_down(settings) -> None:
    offered()
    settings.EMAIL_BACKEND = "django.core.mail.backends.nowhere"
    assert invitations.mail_waiting(timezone.now()) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert invitations.mail_waiting(timezone.now()) == 1
    assert invitations.mail_waiting(timezone.now()) == 0
    assert len(mail.outbox) == 1
