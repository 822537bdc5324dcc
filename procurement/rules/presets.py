"""Rule sets that ship with the portal, read from `data/presets.json`; the migration loads them, tests check them."""

import datetime
import json
from typing import Any

from django.utils import timezone

from procurement.rules.jurisdictions import natural_level
from procurement.rules.rulebook import DATA_DIR


def presets() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DATA_DIR / "presets.json").read_text(encoding="utf-8"))
    return rows


def install_presets(rule_set_model: Any) -> int:
    """Create the presets that are not there yet; never touches one that is. The model may be a migration's."""
    created = 0
    for row in presets():
        key = {"jurisdiction": row["jurisdiction"], "regime": row["regime"], "version": row["version"]}
        level = row.get("level", natural_level(row["jurisdiction"]).value)
        fields = {
            "jurisdiction_name": row["jurisdiction_name"],
            "valid_from": datetime.date.fromisoformat(row["valid_from"]),
            "valid_to": datetime.date.fromisoformat(row["valid_to"]) if row.get("valid_to") else None,
            "values": row["values"],
            "basis": row["basis"],
            "approved_at": timezone.now(),
        }
        _, fresh = rule_set_model.objects.get_or_create(**key, level=level, defaults=fields)
        created += fresh
    return created
