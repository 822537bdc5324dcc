"""Dossier pages per second, beside the plain library on the same HTML."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter

import pikepdf
from django.db.models import Count

from procurement.bench import plain_pdf
from procurement.bench.figures import Figure, middle
from procurement.documents.services.generating import pdf_from_html, render_html, shipped_assets
from procurement.dossier.binding import TEMPLATE, bind, paper, seal_of
from procurement.dossier.content import build
from procurement.lifecycle.models import Case

#: A project that went all the way has the longest dossier.
FINISHED = ("archived", "closed", "closing", "in_progress")


class PlainLibrary:
    """The floor's process; each call renders the same HTML once and gives the seconds it took."""

    def __init__(self, html: str, folder: Path) -> None:
        path = folder / "paper.html"
        path.write_text(html)
        self.child = subprocess.Popen(
            [sys.executable, plain_pdf.__file__, json.dumps(shipped_assets())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._tell(str(path))
        self._seconds()  # the warm-up: fonts are read once

    def render(self) -> float:
        self._tell("again")
        return self._seconds()

    def stop(self) -> None:
        self.child.kill()
        self.child.wait()

    def _tell(self, line: str) -> None:
        if self.child.stdin is not None:
            self.child.stdin.write(f"{line}\n")
            self.child.stdin.flush()

    def _seconds(self) -> float:
        if self.child.stdout is None:
            return 0.0
        return float(self.child.stdout.readline())


def dossier_figures(*, rounds: int, seconds: float) -> Iterable[Figure]:
    """The whole dossier (reading, laying out in the sandbox, sealing) and its layout alone."""
    case = longest_case()
    dossier = build(case)
    html = render_html(TEMPLATE, paper(dossier, seal_of(dossier)["signature"]))
    whole: list[float] = []
    layout: list[float] = []
    floor: list[float] = []
    with TemporaryDirectory() as folder:
        plain = PlainLibrary(html, Path(folder))
        until = monotonic() + seconds
        try:
            while len(whole) < rounds and (monotonic() < until or not whole):
                floor.append(plain.render())
                began = perf_counter()
                content = pdf_from_html(html, progress=lambda percent, step: None)
                layout.append(perf_counter() - began)
                began = perf_counter()
                bind(build(case), progress=lambda percent, step: None)
                whole.append(perf_counter() - began)
        finally:
            plain.stop()
    with pikepdf.open(BytesIO(content)) as pdf:
        pages = len(pdf.pages)
    bare = round(pages / middle(floor), 2)
    note = f"{pages} pages, case {case.number}"
    yield Figure("dossier", round(pages / middle(whole), 2), "pages/s", len(whole), bare, note)
    yield Figure("dossier.layout", round(pages / middle(layout), 2), "pages/s", len(layout), bare, "sandbox, PDF/A-3")


def longest_case() -> Case:
    """The played case with most acts; generated ones have no papers."""
    cases = Case.objects.exclude(number__startswith="SB-S").filter(number__startswith="SB-")
    return cases.annotate(acts=Count("records")).order_by("-acts", "number")[0]
