"""A seat, an account or a password that is gone ends at the next request; people see and end their own sign-ins."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from orgs.services import memberships
from procurement.access import Role
from procurement.access.models import User
from procurement.accounts.models import SignIn
from procurement.audit.models import AuditEvent
from procurement.lifecycle.engine import system_actor
from tests.factories import make_seat, make_user

pytestmark = pytest.mark.django_db
PASSWORD, NEW = "demo-2026", "a-quite-new-sentence-7"
WORK = reverse("worklist")


def signed_in(person: User) -> Client:
    client = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/141.0"})
    assert client.post(reverse("login"), {"username": person.username, "password": PASSWORD}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get(WORK).status_code == 200


def test_a_lost_seat_ends_at_the_next_request() -> None:
    seat = make_seat(Role.ORG_H)
    client = signed_in(seat.person)
    edit = reverse("organization-edit", args=[seat.organization_id])
    assert client.get(edit).status_code == 200
    memberships.revoke(actor=system_actor(), membership=seat, reason="离职")
    assert client.get(edit).status_code == 404
    assert client.post(edit, {}).status_code == 404
    assert is_in(client)  # the account itself is untouched


def test_a_closed_account_is_out_at_the_next_request() -> None:
    person = make_user()
    client = signed_in(person)
    assert is_in(client)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert not is_in(client)
    assert client.get("/api/v1/cases/").status_code in {401, 403}


def test_a_new_password_ends_the_other_sign_ins_and_not_this_one() -> None:
    person = make_user()
    here, there = signed_in(person), signed_in(person)
    entered = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert here.post(reverse("password-change"), {**entered, "old_password": "no"}).status_code == 200
    assert is_in(there)
    assert here.post(reverse("password-change"), entered).status_code == 302
    assert (is_in(here), is_in(there)) == (True, False)
    assert AuditEvent.objects.filter(action="password.change").count() == 1


def test_signing_out_ends_the_session_on_the_server() -> None:
    client = signed_in(make_user())
    cookie = client.cookies["sessionid"].value
    client.post(reverse("logout"))
    client.cookies["sessionid"] = cookie
    assert not is_in(client)


def test_a_planted_session_key_is_not_taken_over() -> None:
    person, client = make_user(), Client()
    client.get(reverse("login"))
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    client.post(reverse("login"), {"username": person.username, "password": PASSWORD})
    assert client.session.session_key != before


def test_people_see_where_they_are_signed_in_and_end_the_rest() -> None:
    person, stranger = make_user(), make_user()
    here, there, foreign = signed_in(person), signed_in(person), signed_in(stranger)
    page = here.get(reverse("account-security")).text
    assert page.count("Chrome · Windows") == 2
    assert page.count("本次登录") == 1
    assert "已退出其他 1 处登录" in here.post(reverse("sessions-end"), follow=True).text
    assert (is_in(here), is_in(there), is_in(foreign)) == (True, False, True)
    assert SignIn.objects.filter(person=person).count() == 1
    assert AuditEvent.objects.filter(action="sessions.end_others").count() == 1


def test_the_page_is_for_signed_in_people() -> None:
    for name in ("account-security", "factor-set-up", "factor-codes", "factor-remove", "password-change"):
        assert Client().get(reverse(name)).status_code == 302
