"""A page as its person meets it: signed in, on desk and phone, without an accessibility violation or sideways scroll."""

from __future__ import annotations

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from procurement.access.models import User

SIZES = {"desk": (1366, 768), "phone": (360, 740)}
#: Set to a folder to keep pictures of every page looked at.
SHOTS = os.environ.get("SHOTS", "")


def sign_in(page: Page, base: str, person: User | str) -> Client:
    """Without the form: the page is what is looked at, not the way to it. Returns the client whose session it is."""
    user = User.objects.get(username=person) if isinstance(person, str) else person
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": base}])
    return client


def look(page: Page, base: str, path: str) -> None:
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        answer = page.goto(f"{base}{path}")
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        assert_sound(page, f"{path} {size}")


def look_here(page: Page, name: str) -> None:
    """The page that is open, at both sizes; it is left at the size of a desk."""
    for size, (width, height) in reversed(SIZES.items()):
        page.set_viewport_size({"width": width, "height": height})
        assert_sound(page, f"{name} {size}")


def assert_sound(page: Page, name: str) -> None:
    """The page as it stands now: no accessibility violation, no sideways scroll."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name.strip('/').replace('/', '-')[-80:]}.png"), full_page=True)
    report = Axe().run(page, options={"resultTypes": ["violations"]})
    assert report.violations_count == 0, f"{name}: {report.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
