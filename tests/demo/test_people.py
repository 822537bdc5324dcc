"""The demo world's people: every promised account, built twice without doubling, and the role switcher."""

from collections import Counter

import pytest
from django.conf import settings as portal_settings
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import RequestFactory, override_settings
from django.urls import reverse
from django.utils import timezone

from catalogs.models import FundEnvelope
from orgs.models import Expert, ExpertKind, Membership, Organization
from orgs.selectors.recusal import recusal_grounds
from orgs.uscc import problems_of
from procurement.access import Role, actor_for
from procurement.access.models import User
from procurement.demo import budget, people
from procurement.demo.accounts import ACCOUNTS, PASSWORD, demo_accounts

pytestmark = pytest.mark.django_db

PROMISED = [
    "office",
    "leader",
    "district",
    "checker",
    "signer",
    "acceptor",
    "finance",
    "treasury",
    "supervisor",
    "civil",
    "civil2",
    "hub",
    "union",
    "org1",
    "org2",
    "org3",
    "org4",
    "org5",
    "org6",
    "org1-head",
    "org2-head",
    "org3-head",
    "org4-head",
    "org5-head",
    "org6-head",
    "support",
    "expert1",
    "expert2",
    "expert3",
    "expert4",
    "expert5",
    "expert6",
    "expert7",
    "expert8",
    "expert9",
    "evaluator",
    "auditor",
    "discipline",
    "resident",
    "sysadmin",
    "cpa",
    "union-head",
]
NO_DEMO = {**portal_settings.PORTAL, "DEMO": False}


@pytest.fixture
def world() -> None:
    people.seed(timezone.now())
    budget.seed(timezone.now())


def test_every_promised_account_signs_in_and_holds_its_seats(world: None) -> None:
    assert {account.username for account in ACCOUNTS} == set(PROMISED)
    assert authenticate(RequestFactory().post("/"), username="office", password=PASSWORD) is not None
    for account in ACCOUNTS:
        held = Counter(seat.role for seat in actor_for(User.objects.get(username=account.username)).seats)
        assert held == Counter(role for role, _key in account.seats), account.username


def test_building_twice_changes_nothing(world: None) -> None:
    counts = [model.objects.count() for model in (User, Organization, Membership, Expert, FundEnvelope)]
    people.seed(timezone.now())
    budget.seed(timezone.now())
    assert [model.objects.count() for model in (User, Organization, Membership, Expert, FundEnvelope)] == counts


def test_synthetic_codes_are_well_formed_and_marked(world: None) -> None:
    for organization in Organization.objects.exclude(uscc=None):
        assert organization.is_synthetic_code
        assert problems_of(str(organization.uscc), kind=organization.kind) == []


def test_pool_has_its_mix_and_two_experts_must_withdraw(world: None) -> None:
    assert Counter(Expert.objects.values_list("kind", flat=True)) == {
        ExpertKind.BUSINESS: 3,
        ExpertKind.MANAGEMENT: 2,
        ExpertKind.FINANCE: 2,
        ExpertKind.PRACTICE: 2,
    }
    today = timezone.localdate()
    conflicted = {
        (expert.person.username, account)
        for expert in Expert.objects.select_related("person")
        for account in [f"org{number}" for number in range(1, 7)]
        if recusal_grounds(expert, Membership.objects.get(person__username=account).organization, today)
    }
    assert conflicted == {("expert2", "org2"), ("expert5", "org3")}


def test_money_of_this_year_is_approved_and_of_next_year_drafted(world: None) -> None:
    states = dict(FundEnvelope.objects.values_list("fiscal_year", "status"))
    assert states == {2026: "approved", 2027: "draft"}


def test_experts_and_administrator_sit_outside_the_purchaser(world: None) -> None:
    office = Organization.objects.get(name__endswith="领导小组办公室")
    roles = set(office.memberships.values_list("role", flat=True))
    assert not roles & {Role.EXP, Role.SYS, Role.REC}


def test_system_account_exists_and_nobody_can_sign_in_with_it(world: None) -> None:
    system = User.objects.get(is_system=True)
    assert not system.has_usable_password()


def test_world_is_refused_where_there_is_no_demo() -> None:
    with override_settings(PORTAL=NO_DEMO), pytest.raises(CommandError, match="未启用演示环境"):
        call_command("seed_demo")
    assert not User.objects.filter(username="office").exists()


def test_switcher_changes_the_account_and_returns_to_the_page(client, world: None) -> None:
    answer = client.post(reverse("demo-switch"), {"username": "org1", "next": "/orgs/"})
    assert answer.url == "/orgs/"
    assert client.session["_auth_user_id"] == str(User.objects.get(username="org1").pk)
    assert client.post(reverse("demo-switch"), {"username": "office", "next": "//evil.example/"}).url == "/work/"


def test_switcher_knows_only_demo_accounts(client, world: None) -> None:
    User.objects.create_user("real", password="secret-password", name="真人")
    for username in ("real", "system", "nobody", ""):
        assert client.post(reverse("demo-switch"), {"username": username}).status_code == 404
    assert client.get(reverse("demo-switch")).status_code == 405


def test_switcher_is_absent_without_demo(client, world: None) -> None:
    with override_settings(PORTAL=NO_DEMO):
        assert client.post(reverse("demo-switch"), {"username": "org1"}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_page_head_offers_every_account_by_group() -> None:
    offered = demo_accounts()
    assert len(offered) == len(PROMISED)
    groups = [str(account.group) for account in offered]
    assert len(dict.fromkeys(groups)) == sum(1 for a, b in zip([None, *groups], groups, strict=False) if a != b)
