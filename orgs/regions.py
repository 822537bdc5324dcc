"""Reads the shipped table of divisions. Used by the migration and by ``load_regions``."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data" / "regions.csv"


def load(region_model: Any) -> int:
    """Insert or refresh every division of the table; returns how many rows it holds.

    Takes the model so that a migration can pass its historical one. Parents come first in the file.
    """
    with DATA.open(encoding="utf-8") as lines:
        rows = [
            region_model(
                code=row["code"],
                name=row["name"],
                level=int(row["level"]),
                parent_id=row["parent"] or None,
                valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            )
            for row in csv.DictReader(lines)
        ]
    region_model.objects.bulk_create(
        rows,
        batch_size=2_000,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "level", "parent", "valid_to"],
    )
    return len(rows)
