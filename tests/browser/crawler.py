"""Walks the portal as one person does, by the links on its pages, and notes everything that is not as promised."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urldefrag, urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import Error, Page, Response

from tests.browser.desks import DESK, PHONE

MOST_PAGES = 60
STARTS = ("/work/", "/")
#: Names whose pages differ by more than the object: one of each kind is opened.
TELLING = {"transition": ("lifecycle", "transition"), "application-section": ("code",), "assessment-plan": ("kind",)}
#: Signing out and switching are posts; these are files, feeds and pictures, opened by other tests.
SKIPPED = ("/static/", "/media/", "/i18n/", "/documents/", "/api/", "/healthz")

#: What a page shows of itself to a crawler.
LOOK = """() => {
  const own = new URL(location.href);
  const quiet = 'code, .code, kbd, pre, [lang=en], script, style, input, select, .switch-form, textarea, svg, noscript';
  const shown = document.body.cloneNode(true);
  shown.querySelectorAll(quiet).forEach(node => node.remove());
  return {
    links: [...document.querySelectorAll('a[href]')].map(a => a.href),
    dead: [
      ...[...document.querySelectorAll('a.button:not([href]), a[href=""], a[href="#"]')].map(a => a.outerHTML),
      ...[...document.querySelectorAll('a[href^="#"]')].filter(a => a.hash.length > 1
         && !document.getElementById(decodeURIComponent(a.hash.slice(1)))).map(a => a.outerHTML),
    ].map(html => html.slice(0, 140)),
    forms: [...document.querySelectorAll('form')].map(f => f.getAttribute('action') || own.pathname),
    buttons: [...document.querySelectorAll('button:not([type=button]):not([formaction])')]
      .filter(b => !b.form && !b.closest('dialog')).map(b => b.outerHTML.slice(0, 140)),
    text: shown.innerText || shown.textContent,
  };
}"""

LATIN_SENTENCE = re.compile(r"[A-Za-z][a-z]+(?:[ ,;:]+[A-Za-z][a-z'’-]*){2,}")
#: Proper names of methods and formats that have no other spelling.
LATIN_ALLOWED = ("Fisher", "SHA", "Open Contracting Data Standard", "English")


@dataclass
class Seen:
    """What has been looked at closely already, by anyone: each kind of page once at each width."""

    kinds: set[str] = field(default_factory=set)


@dataclass
class Walk:
    """One person's way through the portal."""

    page: Page
    address: str
    seen: Seen
    faults: list[str] = field(default_factory=list)
    visited: int = 0

    def go(self) -> list[str]:
        """Open every kind of page once, up to ``MOST_PAGES``; the faults found on the way."""
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self._fault(f"script failed: {error}"))
        waiting, known = deque((path, "") for path in STARTS), set(map(kind_of, STARTS))
        while waiting and self.visited < MOST_PAGES:
            path, linked_on = waiting.popleft()
            for link in self._visit(path, linked_on):
                kind = kind_of(link)
                if kind is None:
                    self._fault(f"link leads nowhere: {link}")
                elif kind not in known and not link.startswith(SKIPPED):
                    known.add(kind)
                    waiting.append((link, path))
        return self.faults

    def _visit(self, path: str, linked_on: str) -> list[str]:
        response = self._open(path)
        if response is None:
            return []
        self.visited += 1
        if response.status != 200:
            self._fault(f"answers {response.status}, linked on {linked_on}")
            return []
        if "text/html" not in response.headers.get("content-type", ""):
            return []
        look = self.look()
        kind = kind_of(path) or path
        if kind not in self.seen.kinds:
            self.seen.kinds.add(kind)
            self.look_closely()
        return [local for link in look["links"] if (local := self._local(link))]

    def _open(self, path: str) -> Response | None:
        try:
            return self.page.goto(self.address + path)
        except Error as error:
            if "Download is starting" not in str(error):
                self._fault(f"{path}: {error}")
            return None

    def look(self) -> dict[str, Any]:
        """What the open page shows of itself, judged."""
        look: dict[str, Any] = self.page.evaluate(LOOK)
        for html in look["dead"]:
            self._fault(f"dead link: {html}")
        for html in look["buttons"]:
            self._fault(f"button without a form: {html}")
        for action in look["forms"]:
            if (target := urlsplit(action).path) and kind_of(target) is None:
                self._fault(f"form posts to nowhere: {action}")
        for sentence in LATIN_SENTENCE.findall(look["text"]):
            if not sentence.startswith(LATIN_ALLOWED):
                self._fault(f"not Chinese: {sentence}")
        return look

    def look_closely(self) -> None:
        """Accessible on a desk and on a phone, and nothing sticks out sideways."""
        for size in (PHONE, DESK):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            if wide > size["width"]:
                self._fault(f"{wide} px wide on {size['width']} px")
            for found in Axe().run(self.page, options={"resultTypes": ["violations"]}).response["violations"]:
                where = [node["html"][:120] for node in found["nodes"][:3]]
                self._fault(f"axe {found['id']} at {size['width']} px: {where}")

    def _local(self, link: str) -> str | None:
        """The path of a link inside the portal, without fragment and query."""
        plain = urldefrag(link).url
        if not plain.startswith(self.address):
            return None
        return urlsplit(plain).path

    def _heard(self, line: Any) -> None:
        """Only Chromium itself asks for a favicon, beside a bare file that names no icon."""
        if line.type in ("error", "warning") and not line.location.get("url", "").endswith("/favicon.ico"):
            self._fault(f"console: {line.text}")

    def _fault(self, what: str) -> None:
        self.faults.append(f"{urlsplit(self.page.url).path}: {what}")


def kind_of(path: str) -> str | None:
    """The name of the page at a path, with what tells kinds of it apart; None where nothing is mounted."""
    if path.startswith(SKIPPED):
        return path
    try:
        match = resolve(path)
    except Resolver404:
        return None
    telling = TELLING.get(match.url_name or "", ())
    return ":".join([match.url_name or path, *(str(match.kwargs[name]) for name in telling)])
