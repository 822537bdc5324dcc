"""Read the published figures shipped with the portal into the database, as often as wanted."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from django.db import transaction

from procurement.statistics.models import PublishedFigure, Source

DATA = Path(__file__).resolve().parents[1] / "data"
KEY = ("place", "period_from", "period_to", "indicator", "source_id", "standing")


@transaction.atomic
def import_statistics(*, folder: Path = DATA) -> int:
    """Make the database say what the files say, nothing more; the number of figures.

    Raises:
        ValidationError: a row names an unknown place, indicator, unit or source; nothing is imported.
    """
    for position, row in enumerate(_rows(folder / "sources.csv"), start=1):
        Source.objects.update_or_create(code=row["code"], defaults=_source(row, position))
    kept = [_store(row, position) for position, row in enumerate(_rows(folder / "figures.csv"), start=1)]
    PublishedFigure.objects.exclude(pk__in=kept).delete()
    Source.objects.filter(figures=None).delete()
    return len(kept)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _source(row: dict[str, str], position: int) -> dict[str, object]:
    day = row["published_on"]
    return {
        "citation": row["citation"],
        "published_on": date.fromisoformat(day) if day else None,
        "url": row["url"],
        "position": position,
    }


def _store(row: dict[str, str], position: int) -> UUID:
    values: dict[str, object] = {
        **row,
        "source_id": row["source"],
        "position": position,
        "value": Decimal(row["value"]),
    }
    del values["source"]
    key = {name: values[name] for name in KEY}
    figure = PublishedFigure.objects.filter(**key).first() or PublishedFigure(**key)
    for name, value in values.items():
        setattr(figure, name, value)
    figure.full_clean()
    figure.save()
    return figure.pk
