"""Commits per second: a whole submission, a journal entry, and what the database does without any of our code.

The floor writes to tables of its own (`bench_*`), made and dropped by the schema's owner.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from time import monotonic, perf_counter
from typing import Any
from uuid import uuid4

import psycopg2
from django.db import connection, transaction
from django.utils import timezone

from orgs.models import Organization
from procurement import audit
from procurement.access import Actor, Role, actor_for
from procurement.access.models import User
from procurement.bench.figures import Figure
from procurement.demo.steps.applying import CINEMA, UPLOADS, sample, typed
from procurement.documents import store_generated
from procurement.lifecycle.engine import perform
from projects.forms.sections import check
from projects.models import Application, Guide
from projects.sections import SECTIONS
from projects.selectors.applications import file_kind
from projects.services.applications import start_application
from projects.services.drafts import save_section

TABLES = """
CREATE TABLE bench_row (id uuid PRIMARY KEY, body text NOT NULL);
CREATE TABLE bench_application (id uuid PRIMARY KEY, number text UNIQUE, title text, amount numeric(14,2), body jsonb);
CREATE TABLE bench_item (id uuid PRIMARY KEY, application_id uuid NOT NULL REFERENCES bench_application,
                         text text, amount numeric(14,2));
CREATE INDEX ON bench_item (application_id);
CREATE TABLE bench_journal (id uuid PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp(), body jsonb);
GRANT SELECT, INSERT ON bench_row, bench_application, bench_item, bench_journal TO portal_app;
"""
DROP = "DROP TABLE IF EXISTS bench_row, bench_item, bench_application, bench_journal"
#: About what an application's content weighs.
BODY = json.dumps({"answers": CINEMA["need"] * 12})
ITEMS = 5
THREADS = 4


@contextmanager
def owner_session(url: str) -> Iterator[Any]:
    owner = psycopg2.connect(url)
    owner.autocommit = True
    try:
        yield owner.cursor()
    finally:
        owner.close()


@contextmanager
def floor_tables(owner_url: str) -> Iterator[None]:
    with owner_session(owner_url) as owner:
        owner.execute(DROP)
        owner.execute(TABLES)
        yield
        owner.execute(DROP)


class Bare:
    """One plain connection with the application's role: what a commit costs here."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg2.connect(url)

    def one_row(self) -> None:
        with self.connection, self.connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_row VALUES (%s, %s)", [str(uuid4()), BODY])

    def seven_rows(self) -> None:
        """An application, five items and a journal line, in one transaction."""
        key = str(uuid4())
        with self.connection, self.connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO bench_application VALUES (%s, %s, %s, %s, %s)", [key, key, "项目", 156000, BODY]
            )
            for number in range(ITEMS):
                cursor.execute("INSERT INTO bench_item VALUES (%s, %s, %s, %s)", [str(uuid4()), key, "科目", number])
            cursor.execute("INSERT INTO bench_journal (id, body) VALUES (%s, %s)", [str(uuid4()), "{}"])

    def close(self) -> None:
        self.connection.close()


@dataclass(frozen=True)
class Ready:
    """A complete draft and the head who will submit it."""

    application: Application
    head: Actor


def drafts(count: int, *, seconds: float, tell: Callable[[int], None]) -> list[Ready]:
    """Complete drafts of as many organisations, typed in through the services; fewer when time runs out."""
    guide = _open_guide()
    heads = User.objects.filter(username__startswith="scale").order_by("username")[:count]
    made: list[Ready] = []
    until = monotonic() + seconds
    for head in heads:
        if monotonic() > until:
            break
        actor = actor_for(head)
        made.append(Ready(_complete_draft(guide, actor), actor))
        tell(len(made))
    return made


def _open_guide() -> Guide:
    now = timezone.now()
    return Guide.objects.accepting(now + timedelta(minutes=10)).order_by("-closes_at")[0]


def _complete_draft(guide: Guide, actor: Actor) -> Application:
    applicant = Organization.objects.get(pk=next(iter(actor.organization_ids(Role.ORG_H))))
    application = start_application(actor=actor, guide=guide, applicant=applicant)
    today = timezone.localdate()
    script = {
        **CINEMA,
        "title": f"{applicant.name}示例项目",
        "place": f"{applicant.name}服务点",
        "starts_on": (today + timedelta(days=60)).isoformat(),
        "ends_on": (today + timedelta(days=300)).isoformat(),
    }
    for section in SECTIONS:
        if section.code == "files":
            _attach(application, actor)
        else:
            _type(application, actor, section.code, script)
    application.refresh_from_db()
    return application


def _type(application: Application, actor: Actor, code: str, script: dict[str, Any]) -> None:
    save_section(
        actor=actor,
        application=application,
        code=code,
        raw=typed(application, code, script),
        check=lambda values: check(application, code, values),
        version=2**31,
        sitting="bench",
        reviewed=True,
    )
    application.refresh_from_db()


def _attach(application: Application, actor: Actor) -> None:
    """The required files without the inspection of an upload, which is not what a submission costs."""
    for kind, name in UPLOADS:
        store_generated(
            actor=actor,
            content=sample(name),
            filename=name,
            subject=application.subject,
            case_id=application.case_id,
            kind=kind,
            title=str(file_kind(kind).label),
        )


def submit_figures(ready: list[Ready], *, url: str) -> Iterable[Figure]:
    """One after the other beside the floor, then several at once."""
    one, several = ready[: len(ready) // 2], ready[len(ready) // 2 :]
    bare = Bare(url)
    ours, single, seven = [], [], []
    for each in one:
        single.append(_seconds(bare.one_row))
        seven.append(_seconds(bare.seven_rows))
        ours.append(_seconds(partial(_submit, each)))
    bare.close()
    yield Figure("submit", _rate(ours), "commits/s", len(ours), _rate(single), "against a bare INSERT")
    yield Figure(
        "submit.same_rows", _rate(ours), "commits/s", len(ours), _rate(seven), "against 7 rows inserted plainly"
    )
    began = perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(_submit_and_leave, several))
    together = round(len(several) / (perf_counter() - began), 2)
    yield Figure(f"submit.{THREADS}_at_once", together, "commits/s", len(several), _rate(ours), "against one at a time")


def journal_figure(*, url: str, count: int) -> Figure:
    """One entry and one link of the chain per commit."""
    bare = Bare(url)
    ours, single = [], []
    for _turn in range(count):
        single.append(_seconds(bare.one_row))
        ours.append(_seconds(_journal_entry))
    bare.close()
    return Figure("journal", _rate(ours), "entries/s", count, _rate(single), "against a bare INSERT")


def _submit(ready: Ready) -> None:
    perform(ready.application, "application.submit", actor=ready.head)


def _submit_and_leave(ready: Ready) -> None:
    try:
        _submit(ready)
    finally:
        connection.close()


def _journal_entry() -> None:
    with transaction.atomic():
        audit.record(action="bench.entry", subject="bench", body={"text": "基准测试"})


def _seconds(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began


def _rate(seconds: list[float]) -> float:
    """Commits per second at the pace of all samples together."""
    return round(len(seconds) / sum(seconds), 2)
