"""Rule sets that ship with the portal, read from `data/presets.json` and installed after every `migrate`.

Not a data migration: the rows must also come back after a flush, and a release that adds a place needs no migration.
"""

import datetime
import json
from typing import Any

from django.apps import apps as installed_apps
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from procurement.rules.jurisdictions import natural_level
from procurement.rules.rulebook import DATA_DIR


def presets() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DATA_DIR / "presets.json").read_text(encoding="utf-8"))
    return rows


def install_presets(*, apps: Any = installed_apps, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Create the presets that are not there yet; one that is, is never touched (it may govern cases)."""
    try:
        rule_sets = apps.get_model("rules", "RuleSet").objects.using(using)
    except LookupError:  # migrated back to before the table
        return
    for row in presets():
        rule_sets.get_or_create(
            jurisdiction=row["jurisdiction"],
            level=row.get("level", natural_level(row["jurisdiction"]).value),
            regime=row["regime"],
            version=row["version"],
            defaults={
                "jurisdiction_name": row["jurisdiction_name"],
                "valid_from": datetime.date.fromisoformat(row["valid_from"]),
                "valid_to": datetime.date.fromisoformat(row["valid_to"]) if row.get("valid_to") else None,
                "values": row["values"],
                "basis": row["basis"],
                "approved_at": timezone.now(),
            },
        )
