"""Reads of the bench: a sheet's state unit by unit, and the pages a member may point to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from evaluation.models import PanelEntry, ScoreSheet
from evaluation.selectors.entries import document_of
from evaluation.selectors.rubrics import scored
from evaluation.selectors.scoring import scores_by_factor
from projects.selectors.sheets import Sheet

#: A page of a document of the entry: (document, page from 1).
Pin = tuple[str, int]
#: Unit → its texts: points, words and pages of a factor, or the one text of a field of the whole sheet.
State = dict[str, list[str]]


def state_of(sheet: ScoreSheet) -> State:
    """What the sheet holds, in the words in which the page sends it."""
    scores = scores_by_factor(sheet)
    found: State = {}
    for factor in scored(sheet.panel.rubric):
        score = scores.get(factor.pk)
        found[str(factor.pk)] = (
            [plain_number(score.value), score.comment, pins_text(score.pins)] if score else ["", "", ""]
        )
    found["comment"] = [sheet.comment]
    found["suggested_amount"] = [plain_number(sheet.suggested_amount)]
    return found


def stamp_of(sheet: ScoreSheet) -> str:
    """Changes with every change of the sheet: what a workbook carries to be known again."""
    text = json.dumps(state_of(sheet), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{sheet.pk}{sheet.status}{text}".encode()).hexdigest()[:24]


def plain_number(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def shown(state: Iterable[str]) -> str:
    """Points and words of a unit as people compare them; pages by number."""
    points, *rest = state
    words = rest[0] if rest else ""
    pages = [f"P{pin.rpartition('/')[2]}" for pin in (rest[1].split() if len(rest) > 1 else [])]
    return " · ".join(part for part in (points, words, " ".join(pages)) if part)


def pages_of(entry: PanelEntry) -> dict[UUID, int]:
    """Document → number of its pages, for the documents of the entry that can be looked at page by page."""
    files = [file for part in document_of(entry) for file in part.files]
    return {file.pk: file.page_count for file in files if file.page_count}


@dataclass(frozen=True)
class PinnedPage:
    """A pinned page as a link of the bench; ``anchor`` is where it stands on the page."""

    label: str
    anchor: str


def page_anchor(document: object, page: int) -> str:
    return f"page-{document}-{page}"


def pinned_pages(sheet: ScoreSheet, parts: Sequence[Sheet]) -> dict[UUID, list[PinnedPage]]:
    """Factor → its pinned pages, for every factor of the scheme."""
    titles = {str(file.pk): str(file.title) for part in parts for file in part.files}
    scores = scores_by_factor(sheet)
    return {
        factor.pk: [
            PinnedPage(page_label(titles.get(document, ""), page), page_anchor(document, page))
            for document, page in (scores[factor.pk].pins if factor.pk in scores else [])
        ]
        for factor in scored(sheet.panel.rubric)
    }


def page_label(title: str, page: int) -> str:
    return _("%(title)s 第%(page)s页") % {"title": title[:14], "page": page}


def pins_text(pins: Iterable[Pin]) -> str:
    return " ".join(f"{document}/{page}" for document, page in pins)


def pins_of(text: str, pages: Mapping[UUID, int]) -> list[Pin]:
    """The pins named in the text. ValueError for a page the entry's documents do not have."""
    found: dict[Pin, None] = {}
    for word in text.split():
        document, _slash, page = word.partition("/")
        try:
            pin, last = (str(UUID(document)), int(page)), pages.get(UUID(document), 0)
        except ValueError:
            raise ValueError(word) from None
        if not 1 <= pin[1] <= last:
            raise ValueError(word)
        found[pin] = None
    return list(found)
