"""Reads about scoring schemes, and the library they are taken from."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from django.db.models import prefetch_related_objects

from evaluation.models import Aspect, Rubric, RubricFactor
from projects.models import Guide, Procedure, ProcurementDocument
from projects.models import ScoringMethod as DocumentMethod

#: Until here a scheme may still be replaced by another version; a procurement document is checked with its scheme.
CHANGEABLE_GUIDE = ("draft", "checking", "approved")
CHANGEABLE_PROCEDURE = ("draft",)
LIBRARY = Path(__file__).resolve().parents[1] / "data" / "rubrics.json"


@cache
def library() -> dict[str, dict[str, Any]]:
    """The schemes an office may take as a model, by code, in the order of the file."""
    return {entry["code"]: entry for entry in json.loads(LIBRARY.read_text(encoding="utf-8"))}


def library_for(occasion: Guide | Procedure) -> dict[str, dict[str, Any]]:
    """The schemes that fit this guide or this way of buying."""
    kind = "guide_application" if isinstance(occasion, Guide) else occasion.kind
    return {code: entry for code, entry in library().items() if kind in entry["methods"]}


def tree(rubric: Rubric) -> list[RubricFactor]:
    """Every factor with its levels, groups before their parts; two queries, for a frozen rubric only the first time."""
    if rubric.frozen_at is not None:
        # the database keeps a frozen scheme as it is, so the same object need not be asked for it again
        prefetch_related_objects([rubric], "factors__levels")
        rows = sorted(rubric.factors.all(), key=attrgetter("position"))
    else:
        rows = list(rubric.factors.prefetch_related("levels").order_by("position"))
    parents = {row.parent_id for row in rows}
    for row in rows:
        row.is_group = row.pk in parents  # type: ignore[attr-defined]
    return rows


def leaves(rubric: Rubric) -> list[RubricFactor]:
    """Everything that gives points, the computed price included; their maxima sum to a hundred."""
    return [row for row in tree(rubric) if not row.is_group]  # type: ignore[attr-defined]


def scored(rubric: Rubric) -> list[RubricFactor]:
    """What members score: every leaf but the price, which is computed (R-135)."""
    return [row for row in leaves(rubric) if row.aspect != Aspect.PRICE]


def groups(rubric: Rubric) -> list[tuple[RubricFactor, Decimal]]:
    """Each group with the sum of its parts."""
    rows = tree(rubric)
    return [
        (row, sum((part.maximum for part in rows if part.parent_id == row.pk), Decimal(0)))
        for row in rows
        if row.is_group  # type: ignore[attr-defined]
    ]


def rubric_of(occasion: Guide | Procedure) -> Rubric | None:
    return Rubric.objects.in_force().filter(**owner(occasion)).first()


def draft_of(occasion: Guide | Procedure) -> Rubric | None:
    return Rubric.objects.filter(**owner(occasion), status="draft").first()


def owner(occasion: Guide | Procedure) -> dict[str, Any]:
    """The field of a rubric or a panel that holds ``occasion``."""
    return {"guide" if isinstance(occasion, Guide) else "procedure": occasion}


def may_change(occasion: Guide | Procedure) -> bool:
    """Until it is published or checked; the price alone is a scheme the document states by itself, at any time."""
    if isinstance(occasion, Guide):
        return occasion.status in CHANGEABLE_GUIDE
    return occasion.status in CHANGEABLE_PROCEDURE or by_price_alone(occasion)


def document_of(procedure: Procedure | None) -> ProcurementDocument | None:
    return getattr(procedure, "document", None)


def by_price_alone(procedure: Procedure) -> bool:
    """The document ranks by the price of those who meet its requirements, and needs no table of points (R-137)."""
    document = document_of(procedure)
    return document is not None and document.scoring_method == DocumentMethod.LOWEST_PRICE


def conditions_of(rubric: Rubric) -> list[str]:
    """What admits an applicant or a bidder, as it is published, sentence by sentence (R-130)."""
    if rubric.guide is not None:
        return [rubric.guide.requirements]
    document = document_of(rubric.procedure)
    return list(document.conditions) if document else []


def price_points(rubric: Rubric) -> Decimal:
    """Points the price may earn; they are computed (R-135)."""
    return sum((row.maximum for row in leaves(rubric) if row.aspect == Aspect.PRICE), Decimal(0))


def aspect_shares(rubric: Rubric) -> list[tuple[str, Decimal]]:
    """(aspect, points) in the order of the aspects; the share of ability is shown beside the price (R-136)."""
    rows = leaves(rubric)
    sums = [(str(one.label), sum((row.maximum for row in rows if row.aspect == one), Decimal(0))) for one in Aspect]
    return [(label, points) for label, points in sums if points]


def content(rubric: Rubric) -> dict[str, Any]:
    """The scheme as plain data, the same for the same scheme."""
    rows = tree(rubric)
    codes = {row.pk: row.code for row in rows}
    return {
        "title": rubric.title,
        "note": rubric.note,
        "trimming": rubric.trimming,
        "method": rubric.method,
        "requirements": rubric.requirements,
        "fixed_price": rubric.fixed_price,
        "factors": [
            {
                "code": row.code,
                "parent": codes.get(row.parent_id, "") if row.parent_id else "",
                "name": row.name,
                "description": row.description,
                "maximum": str(row.maximum),
                "objective": row.objective,
                "aspect": row.aspect,
                "levels": [[level.label, str(level.low), str(level.high), level.anchor] for level in row.levels.all()],
            }
            for row in rows
        ],
    }


def digest_of(rubric: Rubric) -> str:
    """SHA-256 of the scheme's content; a published scheme is recognised by it."""
    text = json.dumps(content(rubric), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
