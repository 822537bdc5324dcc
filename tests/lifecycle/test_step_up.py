"""A grave act asks again who is there; what was typed stays, programs are told, and no page gets around it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.models import Membership
from orgs.services import memberships
from procurement.access import Proof, Role
from procurement.access.proof import SESSION_KEY
from procurement.demo.accounts import ACCOUNTS
from procurement.demo.stage import Stage
from procurement.lifecycle.definition import lifecycles
from procurement.lifecycle.engine import perform
from procurement.rules import RuleViolation
from projects.models import Payment
from projects.services.decisions import Verdict, decide_list
from tests.factories import make_actor, make_organization, make_seat, make_user
from tests.projects.decided import place_scored, to_contract, to_performing
from tests.stage import stage

__all__ = ["stage"]
pytestmark = pytest.mark.django_db
PASSWORD = "demo-2026"


def grow_stale(client: Client, minutes: int = 6) -> None:
    """The person last proved who they are some minutes ago."""
    session = client.session
    session[SESSION_KEY] = (timezone.now() - timedelta(minutes=minutes)).isoformat()
    session.save()


@pytest.fixture
def granting(client: Client) -> tuple[Client, str]:
    admin = make_seat(Role.SYS).person
    client.force_login(admin)
    make_user("newcomer")
    return client, reverse("organization-members", args=[make_organization().pk])


def entered(**more: str) -> dict[str, str]:
    return {"username": "newcomer", "role": "LGO", "valid_from": "2026-01-05", "valid_to": "", **more}


def test_a_fresh_session_is_not_asked(granting: tuple[Client, str]) -> None:
    client, url = granting
    grow_stale(client, minutes=4)
    assert "登录密码" not in client.get(url).text
    assert client.post(url, entered()).status_code == 302


def test_an_old_session_is_asked_and_keeps_what_was_typed(granting: tuple[Client, str]) -> None:
    client, url = granting
    grow_stale(client)
    assert "登录密码" in client.get(url).text
    for wrong in ({}, {"password": "not-mine"}):
        answer = client.post(url, entered(**wrong))
        assert answer.status_code == 422
        assert 'value="newcomer"' in answer.text
        assert not Membership.objects.filter(person__username="newcomer").exists()
    assert client.post(url, entered(password=PASSWORD)).status_code == 302
    assert "登录密码" not in client.get(url).text  # the proof holds for the next minutes


def test_a_service_called_past_the_page_refuses_too() -> None:
    """Control: the same call without a session, as a command makes it, goes through."""
    admin = make_actor(Role.SYS)
    stale = admin.with_proof(Proof(timezone.now() - timedelta(minutes=6)))
    person, body = make_user(), make_organization()
    with pytest.raises(RuleViolation, match="S-20"):
        memberships.grant(actor=stale, person=person, organization=body, role=Role.LGO)
    assert memberships.grant(actor=admin, person=person, organization=body, role=Role.LGO)


def test_wrong_passwords_at_a_grave_act_lock_the_account(granting: tuple[Client, str]) -> None:
    client, url = granting
    grow_stale(client)
    answers = [client.post(url, entered(password="guess")).status_code for _try in range(6)]
    assert answers[-1] == 429
    assert client.post(url, entered(password=PASSWORD)).status_code == 429


def test_the_engine_refuses_whoever_forgot_to_ask(stage: Stage) -> None:
    """A page that decides a whole list is told line by line; with a fresh proof the same call goes through."""
    application = place_scored(stage)
    verdicts = {application.pk: Verdict(application.requested_amount, "同意立项。")}
    leader, now = stage.actor("leader"), timezone.now()
    for age, rules in ((6, {"S-20"}), (1, set())):
        actor = leader.with_proof(Proof(now - timedelta(minutes=age)))
        (outcome,) = decide_list(actor=actor, verdicts=verdicts, at=stage.later(working_days=4))
        assert {refusal.rule_id for refusal in outcome.refusals} == rules


@pytest.mark.stands(after=to_contract)
def test_signing_asks_even_a_fresh_session(stage: Stage, client: Client) -> None:
    contract = stage.contract
    client.force_login(stage.actor("org-head").user)
    url = reverse("transition", args=["contract", contract.pk, "contract.sign_contractor"])
    assert "登录密码" in client.get(url).text
    assert client.post(url, {"seen_sha256": contract.content_sha256}).status_code == 422
    assert client.post(url, {"seen_sha256": contract.content_sha256, "password": PASSWORD}).status_code == 302


@pytest.mark.stands(after=to_performing)
def test_a_program_is_told_and_may_hand_in_the_password(stage: Stage, client: Client) -> None:
    payment = Payment.objects.get(tranche=1)
    perform(
        payment,
        "payment.request",
        actor=stage.actor("district"),
        at=stage.later(working_days=1),
        invoice_number="FP0001",
        invoiced_on=timezone.localtime(stage.now).date(),
    )
    client.force_login(stage.actor("finance").user)
    grow_stale(client)
    url = reverse("api-act", args=["payment", payment.pk, "payment.approve"])
    refused = client.post(url, {}, content_type="application/json")
    assert refused.status_code == 409
    assert refused.json()["refusals"][0]["rule"] == "S-20"
    assert client.post(url, {"password": "no"}, content_type="application/json").status_code == 422
    assert client.post(url, {"password": PASSWORD}, content_type="application/json").status_code == 200


def test_the_role_switcher_proves_nothing(client: Client) -> None:
    make_user(ACCOUNTS[0].username)
    client.post(reverse("demo-switch"), {"username": ACCOUNTS[0].username})
    assert client.session.get("_auth_user_id")
    assert SESSION_KEY not in client.session


def test_every_act_that_awards_signs_or_pays_asks() -> None:
    asking = {row.name for table in lifecycles() for row in table.transitions if row.step_up}
    assert asking >= {
        "application.propose", "application.not_select", "application.confirm_funds", "application.approve",
        "contract.sign_contractor", "contract.sign_purchaser",
        "payment.approve", "payment.pay", "refund.confirm",
    }  # fmt: skip


def test_handbook_shows_which_acts_ask(client: Client) -> None:
    page = client.get(reverse("handbook-lifecycle", args=["payment"])).text
    assert page.count("重新确认身份") == 2
