"""Everyone who takes part in a case, each with a browser of their own, and the screens they see."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from procurement.demo.accounts import PASSWORD
from tests.browser.clock import Clock

SCREENS = Path(os.environ.get("SCREENS", "build/screens"))
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 360, "height": 740}
ANYONE = "anyone"
SESSION = timedelta(seconds=settings.SESSION_COOKIE_AGE)
CONTEXT = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@dataclass
class Desks:
    """The people of one case. ``links`` remembers addresses they would find in their bookmarks."""

    browser: Browser
    address: str
    clock: Clock
    links: dict[str, str] = field(default_factory=dict)
    shots: int = 0
    faults: list[str] = field(default_factory=list)
    patience: int = 15_000
    last: str = ""
    _contexts: dict[str, BrowserContext] = field(default_factory=dict)
    _signed_in_at: dict[str, datetime] = field(default_factory=dict)

    def open(self, username: str, path: str = "/work/") -> Page:
        """This person opens an address of the portal, signing in where they are not; a visitor has no account."""
        page = self._window(username)
        self.last = username
        if username != ANYONE and not self._is_signed_in(username):
            self._sign_in(page, username)
        page.goto(self.address + path)
        return page

    def keep(self, page: Page, name: str, *, phone: bool = False) -> None:
        """A numbered picture of what is on the screen now; on a phone nothing sticks out sideways."""
        SCREENS.mkdir(parents=True, exist_ok=True)
        self.shots += 1
        if phone:
            page.set_viewport_size(PHONE)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= PHONE["width"], f"{name}: {wide} px wide"
        page.screenshot(path=SCREENS / f"{self.shots:02d}-{name}.png", full_page=True)
        if phone:
            page.set_viewport_size(DESK)

    def take(self, username: str, path: str, act: str, **entered: str) -> Page:
        """Open an object's page, choose an act from its action bar, fill in what it asks, confirm."""
        page = self.open(username, path)
        choose(page, act)
        fill(page, entered)
        confirm(page, act)
        return page

    def remember(self, name: str, page: Page) -> str:
        self.links[name] = urlsplit(page.url).path
        return self.links[name]

    def leave(self) -> None:
        for context in self._contexts.values():
            context.close()
        self._contexts.clear()

    def _window(self, username: str) -> Page:
        context = self._contexts.get(username)
        if context is None:
            context = self.browser.new_context(viewport=DESK, accept_downloads=True, **CONTEXT)  # type: ignore[arg-type]
            context.set_default_timeout(self.patience)
            self._contexts[username] = context
        if context.pages:
            return context.pages[0]
        page = context.new_page()
        page.on("console", lambda line: self._heard(username, line.type, line.text, page.url))
        page.on("pageerror", lambda error: self.faults.append(f"{username} {page.url}: {error}"))
        return page

    def _heard(self, username: str, kind: str, text: str, url: str) -> None:
        """A refusal answers 409 or 422 and Chromium says so; a hint given up by leaving the page is reported as an
        aborted request; anything else in the console is a fault."""
        expected = r"status of (409|422)|^htmx:(sendAbort|afterRequest)\b"
        if kind == "error" and not re.search(expected, text):
            self.faults.append(f"{username} {url}: {text}")

    def _is_signed_in(self, username: str) -> bool:
        since = self._signed_in_at.get(username)
        return since is not None and self.clock.now - since < SESSION - timedelta(minutes=5)

    def _sign_in(self, page: Page, username: str) -> None:
        """The first time by the form; when the session has ended since, by the switcher in the head of every page."""
        if username in self._signed_in_at:
            page.goto(self.address + "/")
            page.get_by_label("切换身份").select_option(username)
            page.get_by_role("button", name="切换", exact=True).click()
        else:
            page.goto(f"{self.address}/accounts/login/")
            page.get_by_label("用户名").fill(username)
            page.get_by_label("密码").fill(PASSWORD)
            page.get_by_role("button", name="登录", exact=True).click()
        expect(page.get_by_role("button", name="退出登录")).to_be_visible()
        self._signed_in_at[username] = self.clock.now


def choose(page: Page, act: str) -> None:
    page.locator(".actions").get_by_role("link", name=act, exact=True).click()


def prove(page: Page) -> None:
    """Whoever is asked again who they are enters the password."""
    asked = page.get_by_role("main").get_by_label("登录密码")
    if asked.count():
        asked.fill(PASSWORD)


def confirm(page: Page, act: str) -> None:
    prove(page)
    page.get_by_role("main").get_by_role("button", name=act, exact=True).click()
    expect(page.get_by_text(f"已办理：{act}")).to_be_visible()


def fill(page: Page, entered: dict[str, str]) -> None:
    """Type into the fields whose labels begin with these words."""
    typed = page.locator("input:not([type=checkbox], [type=radio]), textarea")
    for label, value in entered.items():
        page.get_by_role("main").get_by_label(re.compile(f"^{re.escape(label)}")).and_(typed).first.fill(value)


def state(page: Page) -> Locator:
    """The badge beside the title."""
    return page.locator(".page-head h1 .badge")


def fact(page: Page, label: str) -> Locator:
    """What a summary list says under this label."""
    term = page.locator("dt").filter(has_text=re.compile(f"^{re.escape(label)}$"))
    return page.locator(".summary__row").filter(has=term).locator("dd")
