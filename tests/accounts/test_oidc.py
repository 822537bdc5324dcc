"""Sign-in through the authority's service: only accounts linked beforehand, and only on claims that hold."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from joserfc.jwk import RSAKey

from procurement.access.models import User
from procurement.accounts.models import ExternalIdentity
from procurement.audit.models import AuditEvent
from tests.accounts.provider import CLIENT, SECRET, Provider, running
from tests.accounts.test_second_factor import equipped
from tests.factories import make_user

pytestmark = pytest.mark.django_db
SUBJECT = "gov-000117"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running() as one:
        yield one


@pytest.fixture(autouse=True)
def configured(provider: Provider, settings: Any) -> None:
    settings.OIDC = {
        "issuer": provider.issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "name": "政务统一身份认证",
    }
    provider.lies, provider.signing_key = {}, provider.key


@pytest.fixture
def linked(provider: Provider) -> User:
    person = make_user()
    call_command("link_identity", person.username, SUBJECT, verbosity=0)
    return person


def come_back(client: Client, provider: Provider, subject: str = SUBJECT, then: str = "", **changed: str) -> Any:
    away = client.get(reverse("oidc-login"), {"next": then})
    assert away.url.startswith(f"{provider.issuer}/authorize?")
    return client.get(reverse("oidc-callback"), {**provider.agree(away.url, subject), **changed})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_linked_account_signs_in_and_lands_where_it_was_going(
    client: Client, provider: Provider, linked: User
) -> None:
    assert "政务统一身份认证" in client.get(reverse("login")).text
    assert come_back(client, provider, then="/accounts/security/").url == "/accounts/security/"
    assert client.session["_auth_user_id"] == str(linked.pk)
    assert provider.seen[-1]["code_verifier"]
    assert AuditEvent.objects.filter(action="identity.link").count() == 1


def test_it_does_not_lead_off_the_portal(client: Client, provider: Provider, linked: User) -> None:
    assert come_back(client, provider, then="https://evil.example/").url == reverse("worklist")


def test_the_second_factor_is_still_asked_for(client: Client, provider: Provider, linked: User) -> None:
    equipped(linked)
    assert come_back(client, provider).url == reverse("second-step")
    assert not signed_in(client)


def test_a_stranger_gets_no_account_and_no_seat(client: Client, provider: Provider, linked: User) -> None:
    before = User.objects.count()
    assert come_back(client, provider, subject="gov-unknown").url == reverse("login")
    assert "尚未与平台账号关联" in client.get(reverse("login")).text
    assert (signed_in(client), User.objects.count(), ExternalIdentity.objects.count()) == (False, before, 1)


def test_a_name_that_is_the_same_links_nothing(client: Client, provider: Provider, linked: User) -> None:
    provider.lies = {"preferred_username": linked.username, "email": linked.email}
    come_back(client, provider, subject="gov-unknown")
    assert not signed_in(client)


@pytest.mark.parametrize(
    "lie",
    [
        {"aud": "another-client"},
        {"iss": "https://other.example"},
        {"nonce": "replayed"},
        {"exp": int(time.time()) - 3_600},
        {"sub": ""},
    ],
    ids=lambda lie: next(iter(lie)),
)
def test_claims_that_do_not_hold_open_nothing(
    client: Client, provider: Provider, linked: User, lie: dict[str, Any]
) -> None:
    provider.lies = lie
    assert come_back(client, provider).url == reverse("login")
    assert not signed_in(client)


def test_a_token_signed_by_somebody_else_opens_nothing(client: Client, provider: Provider, linked: User) -> None:
    provider.signing_key = RSAKey.generate_key(2048, parameters={"kid": "one"})
    assert come_back(client, provider).url == reverse("login")
    assert not signed_in(client)


def test_an_answer_nobody_asked_for_opens_nothing(client: Client, provider: Provider, linked: User) -> None:
    """Somebody slips their own sign-in under a visitor: the state is not this session's."""
    foreign = Client().get(reverse("oidc-login"))
    answer = client.get(reverse("oidc-callback"), provider.agree(foreign.url, SUBJECT))
    assert (answer.url, signed_in(client)) == (reverse("login"), False)


def test_a_closed_account_stays_shut(client: Client, provider: Provider, linked: User) -> None:
    User.objects.filter(pk=linked.pk).update(is_active=False)
    assert come_back(client, provider).url == reverse("login")
    assert not signed_in(client)


def test_a_silent_provider_is_said(client: Client, settings: Any) -> None:
    settings.OIDC = {**settings.OIDC, "issuer": "http://127.0.0.1:9"}
    assert client.get(reverse("oidc-login")).url == reverse("login")
    assert "暂时不可用" in client.get(reverse("login")).text


def test_off_by_default(client: Client, settings: Any) -> None:
    from procurement.settings import base

    assert base.OIDC["issuer"] == ""
    settings.OIDC = base.OIDC
    assert client.get(reverse("oidc-login")).status_code == 404
    assert client.get(reverse("oidc-callback")).status_code == 404
    assert reverse("oidc-login") not in client.get(reverse("login")).text
