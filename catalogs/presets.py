"""The shipped category presets. Installed after every ``migrate``, so that they also come back after a flush.

The real list of forty was not found in public sources; these are marked as examples (domain §3.1).
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.apps import apps as installed_apps
from django.db import DEFAULT_DB_ALIAS

DATA = Path(__file__).parent / "data" / "guide_categories.csv"


def load(preset_model: Any, using: str = DEFAULT_DB_ALIAS) -> int:
    """Insert or refresh every category; returns how many there are."""
    with DATA.open(encoding="utf-8") as lines:
        rows = [
            preset_model(**{**row, "in_sources": row["in_sources"] == "1", "is_demo": row["is_demo"] == "1"})
            for row in csv.DictReader(lines)
        ]
    preset_model.objects.using(using).bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["preset", "code"],
        update_fields=["area_code", "area_identifier", "area_name", "name", "in_sources", "is_demo"],
    )
    return len(rows)


def install(*, apps: Any = installed_apps, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Receiver of ``post_migrate``."""
    try:
        preset_model = apps.get_model("catalogs", "GuideCategoryPreset")
    except LookupError:  # migrated back to before the table
        return
    load(preset_model, using)
