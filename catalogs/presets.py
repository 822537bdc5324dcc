"""Reads the shipped category presets. Used by the migration and by tests of it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data" / "guide_categories.csv"


def load(preset_model: Any) -> int:
    """Insert or refresh every category; returns how many there are. Takes the model as a migration has it."""
    with DATA.open(encoding="utf-8") as lines:
        rows = [
            preset_model(
                **{**row, "in_sources": row["in_sources"] == "1", "is_demo": row["is_demo"] == "1"},
            )
            for row in csv.DictReader(lines)
        ]
    preset_model.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["preset", "code"],
        update_fields=["area_code", "area_identifier", "area_name", "name", "in_sources", "is_demo"],
    )
    return len(rows)
