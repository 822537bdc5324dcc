"""A person who decides sets up an authenticator, signs in with it, and gets in with a paper code when the phone is gone."""

from __future__ import annotations

import re
from typing import Any

import pyotp
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from procurement.access import Role, actor_for
from procurement.access.models import User
from procurement.access.roles import DECIDING
from procurement.accounts.models import RecoveryCode, SecondFactor
from procurement.accounts.selectors.factors import lacks_factor
from procurement.accounts.services import factors
from procurement.audit.models import AuditEvent
from tests.factories import make_seat, make_user
from tests.lifecycle.test_step_up import grow_stale

pytestmark = pytest.mark.django_db
PASSWORD = "demo-2026"


def code_of(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(timezone.now().timestamp()) + 30 * steps)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation where second factors are asked for, as in production."""
    monkeypatch.setitem(settings.PORTAL, "DEMO_MFA", True)


def equipped(person: User) -> tuple[str, list[str]]:
    """The secret of an authenticator that has shown the code before the present one, and paper codes."""
    secret = factors.new_secret()
    return secret, factors.set_up(actor=actor_for(person), secret=secret, code=code_of(secret, -1))


def sign_in(client: Client, person: User, password: str = PASSWORD) -> Any:
    return client.post(reverse("login"), {"username": person.username, "password": password})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_leader_is_led_to_set_up_and_then_signs_in_with_a_code(client: Client, asked: None) -> None:
    leader = make_seat(Role.LG).person
    assert sign_in(client, leader).url == reverse("factor-set-up")
    act = reverse("sessions-end")
    page = client.get(reverse("factor-set-up")).text
    assert "data:image/svg+xml" in page
    secret = client.session["new_factor"]
    assert secret[:4] in page
    wrong = client.post(reverse("factor-set-up"), {"code": "000000"})
    assert (wrong.status_code, SecondFactor.objects.count()) == (422, 0)
    done = client.post(reverse("factor-set-up"), {"code": code_of(secret, -1)})
    codes = re.findall(r"<code>([0-9A-Z]{5}-[0-9A-Z]{5})</code>", done.text)
    assert len(codes) == 10
    assert client.post(act).status_code == 302

    other = Client()
    assert sign_in(other, leader).url == reverse("second-step")
    assert not signed_in(other)
    assert other.get(reverse("worklist")).status_code == 302
    assert other.post(reverse("second-step"), {"code": code_of(secret)}).url == reverse("worklist")
    assert signed_in(other)


def test_who_must_have_a_factor_reads_but_does_not_act_without(client: Client, asked: None) -> None:
    seat = make_seat(Role.ORG_H)
    client.force_login(seat.person)
    edit = reverse("organization-edit", args=[seat.organization_id])
    assert client.get(edit).status_code == 200
    assert client.post(edit, {}).url == reverse("factor-set-up")
    act = reverse("api-act", args=["payment", seat.organization_id, "payment.confirm"])
    refused = client.post(act, {}, content_type="application/json")
    assert (refused.status_code, refused.json()["refusals"][0]["rule"]) == (403, "S-21")


@pytest.mark.parametrize("role", sorted(set(Role) - DECIDING - {Role.PUB}))
def test_who_decides_nothing_is_not_held_up(role: Role, asked: None) -> None:
    assert not lacks_factor(actor_for(make_seat(role).person))


def test_demo_accounts_need_none_unless_the_demo_asks() -> None:
    assert not lacks_factor(actor_for(make_seat(Role.TREAS).person))


def test_a_code_works_once(client: Client) -> None:
    person = make_user()
    secret, _codes = equipped(person)
    code = code_of(secret)
    sign_in(client, person)
    assert client.post(reverse("second-step"), {"code": code}).status_code == 302
    again = Client()
    sign_in(again, person)
    assert again.post(reverse("second-step"), {"code": code}).status_code == 422
    assert not signed_in(again)


def test_a_paper_code_opens_once_and_is_kept_as_a_digest(client: Client) -> None:
    person = make_user()
    _secret, codes = equipped(person)
    for expected in (302, 422):
        door = Client()
        sign_in(door, person)
        assert door.post(reverse("second-step"), {"code": codes[0].lower()}).status_code == expected
    assert RecoveryCode.objects.filter(person=person, used_at__isnull=True).count() == 9
    with connection.cursor() as cursor:
        cursor.execute("select string_agg(t::text, '') from accounts_recoverycode t")
        dump = cursor.fetchone()[0]
    assert not any(code.replace("-", "") in dump for code in codes)
    assert AuditEvent.objects.filter(action="factor.code_used").count() == 1


def test_the_secret_is_not_readable_in_the_table() -> None:
    person = make_user()
    secret, _codes = equipped(person)
    with connection.cursor() as cursor:
        cursor.execute("select t::text from accounts_secondfactor t")
        assert secret not in cursor.fetchone()[0]


def test_guessing_codes_locks_the_account(client: Client) -> None:
    person = make_user()
    secret, _codes = equipped(person)
    sign_in(client, person)
    answers = [client.post(reverse("second-step"), {"code": "000000"}).status_code for _try in range(5)]
    assert answers == [422, 422, 422, 422, 429]
    assert client.post(reverse("second-step"), {"code": code_of(secret)}).status_code == 429
    assert not signed_in(client)


def test_step_up_asks_for_the_code_where_there_is_one(client: Client) -> None:
    person = make_user()
    secret, _codes = equipped(person)
    client.force_login(person)
    grow_stale(client)
    url = reverse("factor-codes")
    page = client.get(url).text
    assert "动态验证码或备用码" in page
    assert "登录密码" not in page
    assert client.post(url, {"password": PASSWORD}).status_code == 422
    assert client.post(url, {"code": code_of(secret)}).status_code == 200


def test_giving_up_the_factor_is_journalled(client: Client) -> None:
    person = make_user()
    equipped(person)
    client.force_login(person)
    client.post(reverse("factor-remove"))
    assert not SecondFactor.objects.exists()
    assert AuditEvent.objects.filter(action="factor.remove").count() == 1


def test_the_second_step_is_nobodys_without_the_first(client: Client) -> None:
    assert client.get(reverse("second-step")).url == reverse("login")
    assert client.post(reverse("second-step"), {"code": "123456"}).url == reverse("login")
