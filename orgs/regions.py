"""The shipped table of divisions. Installed after every ``migrate``, so that it also comes back after a flush."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

from django.apps import apps as installed_apps
from django.db import DEFAULT_DB_ALIAS

DATA = Path(__file__).parent / "data" / "regions.csv"


def load(region_model: Any, using: str = DEFAULT_DB_ALIAS) -> int:
    """Insert or refresh every division of the table; returns how many rows it holds. Parents come first in the file."""
    with DATA.open(encoding="utf-8") as lines:
        rows = [
            region_model(
                code=row["code"],
                name=row["name"],
                level=int(row["level"]),
                parent_id=row["parent"] or None,
                valid_from=_day(row["valid_from"]),
                valid_to=_day(row["valid_to"]),
                successor_id=row["successor"] or None,
            )
            for row in csv.DictReader(lines)
        ]
    region_model.objects.using(using).bulk_create(
        rows,
        batch_size=2_000,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "level", "parent", "valid_from", "valid_to", "successor"],
    )
    return len(rows)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def install(*, apps: Any = installed_apps, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Receiver of ``post_migrate``."""
    try:
        region_model = apps.get_model("orgs", "Region")
    except LookupError:  # migrated back to before the table
        return
    load(region_model, using)
