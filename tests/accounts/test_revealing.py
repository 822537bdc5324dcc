"""A whole number is shown to who needs it, for a reason, and the journal says so; to everybody else it stays masked."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from orgs.models import Organization
from procurement.access import Role
from procurement.access.models import User
from procurement.audit.models import AuditEvent
from tests.factories import make_actor, make_expert, make_seat, make_social_organization, make_user
from tests.factories.closing import ACCOUNT as CONTRACT_ACCOUNT
from tests.factories.closing import make_project

pytestmark = pytest.mark.django_db
PHONE, ACCOUNT = "13977001234", "6228990011223344"
REASON = "通知补交年度报告"


@pytest.fixture
def body() -> Organization:
    return make_social_organization(contact_phone=PHONE, bank_name="示例银行", bank_account=ACCOUNT)


def ask(name: str, pk: object) -> str:
    return reverse("reveal", args=[name, pk])


def client_of(role: Role) -> Client:
    client = Client()
    client.force_login(make_seat(role).person)
    return client


def test_who_needs_the_number_reads_it_for_a_reason(body: Organization) -> None:
    client = client_of(Role.LGO)
    page = client.get(body.get_absolute_url()).text
    url = ask("organization-phone", body.pk)
    assert url in page
    assert "139****1234" in page
    assert PHONE not in client.get(url).text
    without = client.post(url, {"reason": " "})
    assert (without.status_code, PHONE in without.text) == (422, False)
    answer = client.post(url, {"reason": REASON})
    assert PHONE in answer.text
    assert "no-store" in answer["Cache-Control"]
    event = AuditEvent.objects.get(action="personal.reveal")
    assert event.subject == f"orgs.organization:{body.pk}"
    assert REASON.encode() in bytes(event.body)
    assert PHONE.encode() not in bytes(event.body)


def test_looking_at_the_question_is_not_journalled(body: Organization) -> None:
    client_of(Role.LGO).get(ask("organization-phone", body.pk))
    assert not AuditEvent.objects.filter(action="personal.reveal").exists()


@pytest.mark.parametrize(
    ("name", "roles"),
    [
        ("organization-phone", {Role.LGO, Role.CIV, Role.PU_BUY, Role.RU, Role.AUD, Role.DIS, Role.FIN_SUP}),
        ("organization-account", {Role.TREAS, Role.FIN, Role.PU_PAY, Role.PU_FIN, Role.AUD, Role.DIS, Role.FIN_SUP}),
    ],
)
def test_only_roles_whose_work_needs_it(body: Organization, name: str, roles: set[Role]) -> None:
    """Every role asks; whoever is not named finds nothing, neither the page nor the way to it."""
    for role in sorted(set(Role) - {Role.PUB}):
        client = client_of(role)
        allowed = role in roles
        assert (client.post(ask(name, body.pk), {"reason": REASON}).status_code == 200) == allowed, role
        assert (ask(name, body.pk) in client.get(body.get_absolute_url()).text) == allowed, role


def test_a_stranger_to_the_row_gets_nothing(body: Organization) -> None:
    expert = make_expert(phone="13966005678")
    assert client_of(Role.CIV).post(ask("expert-phone", expert.pk), {"reason": REASON}).status_code == 404
    assert Client().post(ask("organization-phone", body.pk), {"reason": REASON}).status_code == 302
    assert client_of(Role.LGO).get(ask("no-such-number", body.pk)).status_code == 404
    Organization.objects.filter(pk=body.pk).update(is_published=False)
    assert client_of(Role.PU_BUY).post(ask("organization-phone", body.pk), {"reason": REASON}).status_code == 404


def test_leader_and_account_are_for_those_who_work_with_this_project() -> None:
    made = make_project(leader_phone=PHONE)
    application, contract = made.application, made.contract

    def reads(person: User, name: str, pk: object) -> bool:
        client = Client()
        client.force_login(person)
        return client.post(ask(name, pk), {"reason": REASON}).status_code == 200

    guide = application.guide
    office = make_actor(Role.LGO, guide.office).person
    payer = make_actor(Role.TREAS, contract.treasury).person
    assert reads(office, "leader-phone", application.pk)
    assert reads(payer, "contract-account", contract.pk)
    assert not reads(make_actor(Role.LGO).person, "leader-phone", application.pk)
    assert not reads(make_actor(Role.TREAS).person, "contract-account", contract.pk)
    assert not reads(make_user(), "contract-account", contract.pk)


def test_pages_of_the_project_show_masked_numbers_only() -> None:
    made = make_project(leader_phone=PHONE)
    client = Client()
    client.force_login(make_actor(Role.TREAS, made.contract.treasury).person)
    payment = made.contract.payments.get(tranche=2)
    for page in (made.contract.get_absolute_url(), payment.get_absolute_url()):
        text = client.get(page).text
        assert f"****{CONTRACT_ACCOUNT[-4:]}" in text
        assert CONTRACT_ACCOUNT not in text
    office = Client()
    office.force_login(make_actor(Role.LGO, made.application.guide.office).person)
    text = office.get(made.application.get_absolute_url()).text
    assert "139****1234" in text
    assert PHONE not in text
