"""Every page every role can reach in the demo world is whole, accessible, Chinese, and fits a phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from procurement.access.models import User
from procurement.demo import world
from procurement.demo.stage import local
from tests.browser.clock import moved_clock
from tests.browser.crawler import Seen, Walk, kind_of
from tests.browser.desks import ANYONE, CONTEXT, DESK

pytestmark = [pytest.mark.browser, pytest.mark.walk, pytest.mark.django_db]

TODAY = local(2026, 11, 23, 10)
#: One account of every role.
ROLES = (
    ANYONE, "office", "leader", "district", "checker", "signer", "acceptor", "finance", "treasury", "supervisor",
    "civil", "hub", "union", "support", "org1", "org1-head", "org6", "expert1", "evaluator", "cpa", "auditor",
    "discipline", "resident", "sysadmin",
)  # fmt: skip


@dataclass
class DemoWorld:
    """Where it is served, and the session of everyone who has signed in."""

    address: str
    sessions: dict[str, str]


@pytest.fixture(scope="module")
def demo_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[DemoWorld]:
    """The demo world, served; built once for all roles, who only look. Its today is the day it was written for.

    A test's own transaction is not seen by the server, hence everyone signs in here.
    """
    with django_db_blocker.unblock(), moved_clock(TODAY):
        world.build(now=TODAY, say=lambda line: None)
        sessions = {name: sign_in(name) for name in ROLES if name != ANYONE}
        server = LiveServer("localhost")
        yield DemoWorld(server.url, sessions)
        server.stop()
        call_command("flush", verbosity=0, interactive=False, allow_cascade=True, inhibit_post_migrate=False)


@pytest.fixture(scope="module")
def seen() -> Seen:
    return Seen()


@pytest.mark.parametrize("username", ROLES)
def test_pages_are_whole_for(username: str, demo_world: DemoWorld, browser: Browser, seen: Seen) -> None:
    context = browser.new_context(viewport=DESK, **CONTEXT)  # type: ignore[arg-type]
    if username != ANYONE:
        session = {"name": settings.SESSION_COOKIE_NAME, "value": demo_world.sessions[username]}
        context.add_cookies([{**session, "url": demo_world.address}])  # type: ignore[typeddict-item]
    walk = Walk(page=context.new_page(), address=demo_world.address, seen=seen)
    faults = walk.go()
    context.close()
    assert not faults, "\n".join(dict.fromkeys(faults))
    assert walk.visited > 5


@pytest.mark.parametrize("username", ["office", "org1", "auditor"])
def test_pages_answer_in_english_for(username: str, demo_world: DemoWorld) -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = demo_world.sessions[username]
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    for path in ("/", "/work/", "/guides/", "/applications/", "/handbook/", "/statistics/", "/inbox/"):
        if kind_of(path):
            response = client.get(path, follow=True)
            assert response.status_code == 200, path
            assert '<html lang="en"' in response.content.decode(), path


def sign_in(username: str) -> str:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client.cookies[settings.SESSION_COOKIE_NAME].value
