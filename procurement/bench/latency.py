"""How long pages take over HTTP, each answer followed by one of the bare floor, and how many queries they make."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from http.client import HTTPConnection
from time import monotonic, perf_counter
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluation.models import ScoreSheet
from procurement.access.models import User
from procurement.bench.figures import Figure, high, middle
from projects.models import Application, Guide

BACKEND = "django.contrib.auth.backends.ModelBackend"
#: What the floor lists beside a page that is no list.
ROWS = 50
#: Pages are warm before they are measured: templates compiled, connections open.
WARM_UP = 3


class PageFailed(Exception):
    """A page answered something else than 200; a fast error is no figure."""


@dataclass(frozen=True)
class Page:
    """``rows`` is how many the page lists; the floor renders as many, fifty where the page is no list."""

    name: str
    path: str
    account: str = ""
    rows: int = ROWS


@dataclass(frozen=True)
class Timing:
    """Milliseconds of the page and of the floor, taken in turn."""

    page: list[float]
    floor: list[float]


class Browser:
    """One kept connection; what it is told to open must answer 200."""

    def __init__(self, base: str, cookie: str = "") -> None:
        self.connection = HTTPConnection(urlsplit(base).netloc, timeout=60)
        self.headers = {"Cookie": cookie, "Accept-Language": "zh-CN", "Accept-Encoding": "identity"}

    def time(self, path: str) -> float:
        began = perf_counter()
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise PageFailed(f"{path} answered {answer.status}")
        return (perf_counter() - began) * 1000


def pages() -> list[Page]:
    """The pages people wait for most, on records that stand where the page has most to show."""
    guide = Guide.objects.filter(status="open").order_by("-created_at").first() or Guide.objects.published()[0]
    project = Application.objects.filter(status="closing", case__isnull=False).order_by("-created_at")[0]
    found = [
        Page("home", reverse("home")),
        Page("guide", reverse("guide", args=[guide.pk])),
        application_list(),
        Page("application", project.get_absolute_url(), "office"),
        Page("timeline", reverse("case", args=[project.case_id]), "office"),
        Page("worklist", reverse("worklist"), "office"),
    ]
    sheet = (
        ScoreSheet.objects.filter(status="draft", panel__status="in_session", seat__status="confirmed")
        .select_related("seat__person")
        .first()
    )
    if sheet is not None:
        found.insert(3, Page("scoring", reverse("sheet", args=[sheet.pk]), sheet.seat.person.username))
    return found


def application_list() -> Page:
    from procurement.ui.paging import PAGE_SIZE

    return Page("applications", reverse("applications"), "office", rows=PAGE_SIZE)


def signed_in(account: str) -> Client:
    client = Client(headers={"accept-language": "zh-CN"})
    if account:
        client.force_login(User.objects.get(username=account), backend=BACKEND)
    return client


def time_page(page: Page, *, web: str, floor: str, rounds: int, seconds: float) -> Timing:
    """Page and floor in turn, ``rounds`` times or until ``seconds`` have passed."""
    session = signed_in(page.account).cookies.get(settings.SESSION_COOKIE_NAME)
    browser = Browser(web, f"{settings.SESSION_COOKIE_NAME}={session.value}" if session else "")
    bare, bare_path = Browser(floor), f"/rows/?rows={page.rows}"
    for _turn in range(WARM_UP * 2):  # two worker processes, each compiles its own templates
        browser.time(page.path)
        bare.time(bare_path)
    timing, until = Timing([], []), monotonic() + seconds
    while len(timing.page) < rounds and (monotonic() < until or len(timing.page) < 5):
        timing.page.append(browser.time(page.path))
        timing.floor.append(bare.time(bare_path))
    return timing


def queries_of(page: Page) -> int:
    """Queries of one answer, counted in this process."""
    client = signed_in(page.account)
    client.get(page.path)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(page.path)
    if answer.status_code != 200:
        raise PageFailed(f"{page.path} answered {answer.status_code}")
    return len(captured)


def figures_of(page: Page, timing: Timing) -> Iterable[Figure]:
    n, note = len(timing.page), f"{page.rows} rows on both sides" if page.name == "applications" else ""
    yield Figure(f"{page.name}.p50", middle(timing.page), "ms", n, middle(timing.floor), note)
    yield Figure(f"{page.name}.p95", high(timing.page), "ms", n, high(timing.floor))
    yield Figure(f"{page.name}.queries", queries_of(page), "queries", 1, 1.0)


def exponent(small: Timing, large: Timing, factor: float) -> float:
    """The slope of log(time) over log(rows), each side divided by the floor beside it; 0 is constant, 1 linear."""
    before = middle(small.page) / middle(small.floor)
    after = middle(large.page) / middle(large.floor)
    return round(math.log(after / before) / math.log(factor), 3)
