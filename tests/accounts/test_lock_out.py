"""Wrong passwords are counted one by one, also twenty at once, and a forged address does not start the count anew."""

from __future__ import annotations

import contextlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, ClassVar

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from procurement.access.models import User
from procurement.accounts.services import passwords
from tests.factories import make_user

GUESS = "guess"
TRIES, LIMIT = 20, settings.AXES_FAILURE_LIMIT


class CountingHasher(Argon2PasswordHasher):
    """As slow as in production, so that tries really overlap; keeps count of the passwords looked at."""

    looked_at: ClassVar[list[str]] = []

    def verify(self, password: str, encoded: str) -> bool:
        self.looked_at.append(password)
        return super().verify(password, encoded)


def try_once(username: str, password: str = GUESS, **headers: str) -> int:
    return Client().post(reverse("login"), {"username": username, "password": password}, headers=headers).status_code


def at_once(username: str) -> Counter[int]:
    """How twenty wrong tries that begin together are answered."""
    together = Barrier(TRIES)

    def one(_number: int) -> int:
        try:
            together.wait(timeout=30)
            return try_once(username)
        finally:
            connection.close()

    with ThreadPoolExecutor(TRIES) as pool:
        return Counter(pool.map(one, range(TRIES)))


@pytest.fixture
def slow_person(transactional_db: None, settings: Any) -> User:
    settings.PASSWORD_HASHERS = ["tests.accounts.test_lock_out.CountingHasher"]
    CountingHasher.looked_at.clear()
    return make_user()


def test_twenty_tries_at_once_are_counted_one_by_one(slow_person: User) -> None:
    answers = at_once(slow_person.username)
    assert answers == {200: LIMIT - 1, 429: TRIES - LIMIT + 1}
    assert CountingHasher.looked_at == [GUESS] * LIMIT
    assert AccessAttempt.objects.get(username=slow_person.username).failures_since_start >= LIMIT
    assert try_once(slow_person.username, "demo-2026") == 429


def test_without_the_queue_more_tries_slip_in(slow_person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: what stands between the tries is the queue, not luck."""
    monkeypatch.setattr(passwords, "one_try_at_a_time", lambda _username: contextlib.nullcontext())
    at_once(slow_person.username)
    assert len(CountingHasher.looked_at) > LIMIT


@pytest.mark.django_db
def test_a_forged_address_does_not_start_the_count_anew() -> None:
    person = make_user()
    answers = [try_once(person.username, x_forwarded_for=f"198.51.100.{number}") for number in range(LIMIT + 2)]
    assert answers == [200] * (LIMIT - 1) + [429] * 3


@pytest.mark.django_db
def test_behind_our_proxy_only_the_address_it_saw_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.PORTAL, "PROXY_COUNT", 1)
    person = make_user()
    for number in range(LIMIT):
        try_once(person.username, x_forwarded_for=f"198.51.100.{number}, 203.0.113.9")
    assert try_once(person.username, "demo-2026", x_forwarded_for="203.0.113.9") == 429
    assert try_once(person.username, "demo-2026", x_forwarded_for="203.0.113.10") == 302  # the person elsewhere


@pytest.mark.django_db
def test_believing_the_header_would_never_lock(settings: Any) -> None:
    """Control: the same tries under an address function that believes what the client says."""

    def gullible(request: HttpRequest) -> str:
        return str(request.META["HTTP_X_FORWARDED_FOR"]).split(",")[0]

    settings.AXES_CLIENT_IP_CALLABLE = gullible
    person = make_user()
    answers = {try_once(person.username, x_forwarded_for=f"198.51.100.{number}") for number in range(3 * LIMIT)}
    assert answers == {200}


@pytest.mark.django_db
def test_an_unknown_name_is_answered_as_a_known_one() -> None:
    make_user("known")
    known = [try_once("known") for _try in range(LIMIT)]
    unknown = [try_once("nobody-of-this-name") for _try in range(LIMIT)]
    assert known[:1] == unknown[:1] == [200]
    assert known[-1] == unknown[-1] == 429


def test_production_hashes_with_argon2_and_believes_one_proxy() -> None:
    from procurement.settings import base

    assert base.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
    assert base.AXES_CLIENT_IP_CALLABLE == "procurement.audit.origin.client_address"
