"""What a run measures, in order, each part within its share of the time."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

from django.db import connection
from django.utils import timezone

from procurement.bench import commits, latency, papers, registers
from procurement.bench.dealing import dealing_figures
from procurement.bench.figures import Book, Figure, machine_facts
from procurement.bench.scale import analyse, grow
from procurement.embedded.supervisor import Console

#: Rounds of page and floor, and the seconds after which a part ends with fewer.
ROUNDS, PAGE_SECONDS = 40, 12.0
DRAFTS, DRAFT_SECONDS = 48, 45.0
PAPER_ROUNDS, PAPER_SECONDS = 5, 60.0
ENTRIES = 200

Say = Callable[[str], None]


def measure(*, web: str, floor: str, projects: int, entries: int, path: Path, urls: dict[str, str], say: Say) -> Book:
    """Run every part and return the figures; each is in the file as soon as it is known."""
    book = Book(path, machine_facts(postgresql=_postgresql(), projects=projects, entries=entries))
    few = max(20, projects // 10)
    _grow(few, urls["owner"], say)
    small = _time(latency.application_list(), web, floor)
    _grow(projects, urls["owner"], say)
    for page in latency.pages():
        timing = _time(page, web, floor)
        _note(book, latency.figures_of(page, timing), say)
        if page.name == "applications":
            _note(book, [_growth(small, timing, projects / few)], say)
    _commit_part(book, urls, say)
    _note(book, papers.dossier_figures(rounds=PAPER_ROUNDS, seconds=PAPER_SECONDS), say)
    say("Organisations in and out, and the search")
    _note(book, registers.import_figures(url=urls["app"]), say)
    _note(book, registers.export_figures(), say)
    say(f"Filling the search to {entries} entries")
    with commits.owner_session(urls["owner"]) as owner:
        registers.fill(entries, owner)
        owner.execute("ANALYZE orgs_organization, search_searchentry")
    _note(book, registers.search_figures(web=web, rounds=ROUNDS, seconds=PAGE_SECONDS), say)
    say("Dealing applications over reviewers")
    _note(book, dealing_figures(), say)
    return book


def _grow(projects: int, owner_url: str, say: Say) -> None:
    say(f"Growing to {projects} projects")
    grow(projects, now=timezone.now())
    with commits.owner_session(owner_url) as owner:
        analyse(owner)


def _time(page: latency.Page, web: str, floor: str) -> latency.Timing:
    return latency.time_page(page, web=web, floor=floor, rounds=ROUNDS, seconds=PAGE_SECONDS)


def _growth(small: latency.Timing, large: latency.Timing, factor: float) -> Figure:
    slope = latency.exponent(small, large, factor)
    return Figure("applications.growth", slope, "exponent", len(large.page), None, f"x{factor:g} rows; 0 is constant")


def _commit_part(book: Book, urls: dict[str, str], say: Say) -> None:
    say("Typing in drafts")
    ready = commits.drafts(DRAFTS, seconds=DRAFT_SECONDS, tell=lambda count: None)
    with commits.floor_tables(urls["owner"]):
        _note(book, commits.submit_figures(ready, url=urls["app"]), say)
        _note(book, [commits.journal_figure(url=urls["app"], count=ENTRIES)], say)


def _note(book: Book, figures: Any, say: Say) -> None:
    for figure in figures:
        book.note(figure)
        beside = f"  ({figure.ratio:.2f}x of {figure.floor:g})" if figure.ratio is not None else ""
        say(f"  {figure.name}: {figure.value:g} {figure.unit}{beside}")


def _postgresql() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])


def main() -> int:
    """The measuring process: started by launching.py with the addresses of what it measures."""
    parser = argparse.ArgumentParser(prog="python -m procurement.bench")
    for name in ("web", "floor", "app", "owner", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--projects", type=int, required=True)
    parser.add_argument("--entries", type=int, required=True)
    parser.add_argument("--began", type=float, default=monotonic(), help="the starter's clock, so that lines follow on")
    given = parser.parse_args()
    console = Console()
    console.began = given.began
    book = measure(
        web=given.web,
        floor=given.floor,
        projects=given.projects,
        entries=given.entries,
        path=Path(given.out),
        urls={"app": given.app, "owner": given.owner},
        say=console.say,
    )
    console.say(f"Done\n\n{book.table()}\n\n{given.out}")
    return 0
