"""Catalogues, codes and policy texts that ship with the portal. Installed after every ``migrate``, so that they come back after a flush.

An edition that is there is never touched: plans may rest on it, and the database would refuse.
"""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps as installed_apps
from django.db import DEFAULT_DB_ALIAS, transaction

DATA = Path(__file__).parent / "data"


def editions() -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((DATA / "guidance").glob("*.json"))]


def install(*, apps: Any = installed_apps, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Receiver of ``post_migrate``."""
    try:
        catalogue, item = apps.get_model("catalogs", "GuidanceCatalogue"), apps.get_model("catalogs", "CatalogueItem")
        code, region = apps.get_model("catalogs", "ProcurementCode"), apps.get_model("orgs", "Region")
    except LookupError:  # migrated back to before the tables
        return
    load_codes(code, using)
    known = set(catalogue.objects.using(using).values_list("pk", flat=True))
    for edition in editions():
        place = edition["region"]
        if UUID(edition["id"]) in known or (place and not region.objects.using(using).filter(pk=place).exists()):
            continue
        _load_edition(edition, catalogue, item, using)


def load_codes(model: Any, using: str = DEFAULT_DB_ALIAS) -> int:
    """Insert or refresh every code; returns how many there are."""
    with (DATA / "procurement_codes.csv").open(encoding="utf-8") as lines:
        rows = [
            model(
                code=row["code"],
                name=row["name"],
                level=int(row["level"]),
                parent_code=row["parent"],
                check_state=row["check"],
                pdf_page=int(row["pdf_page"]) if row["pdf_page"] else None,
            )
            for row in csv.DictReader(lines)
        ]
    model.objects.using(using).bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "level", "parent_code", "check_state", "pdf_page"],
    )
    return len(rows)


def _load_edition(edition: dict[str, Any], catalogue: Any, item: Any, using: str) -> None:
    """Items first: once the edition stands there as published, the database takes no more of them."""
    from catalogs.models.guidance import PUBLIC_SERVICE_REQUIREMENTS, padded

    row, lines = dict(edition), edition["items"]
    del row["items"]
    keys: dict[str, tuple[UUID, int]] = {}
    items = []
    for line in lines:
        parent, level = keys.get(line.get("parent", ""), (None, 0))
        is_public = line.get("is_public_service", False)
        made = item(
            catalogue_id=UUID(row["id"]),
            parent_id=parent,
            level=level + 1,
            sort_key=padded(line["code"]),
            requires=list(PUBLIC_SERVICE_REQUIREMENTS) if is_public else [],
            **{name: value for name, value in line.items() if name != "parent"},
        )
        keys[line["code"]] = (made.pk, made.level)
        items.append(made)
    place = row.pop("region")
    with transaction.atomic(using=using):
        item.objects.using(using).bulk_create(items)
        catalogue.objects.using(using).create(
            status="published", region_id=place, valid_from=date.fromisoformat(row.pop("valid_from")), **row
        )


def install_policies(*, apps: Any = installed_apps, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Receiver of ``post_migrate``: enter the documents that are not there yet; people's corrections stay."""
    try:
        policy, region = apps.get_model("catalogs", "PolicyDocument"), apps.get_model("orgs", "Region")
    except LookupError:
        return
    rows = json.loads((DATA / "policies" / "index.json").read_text(encoding="utf-8"))
    known = set(policy.objects.using(using).values_list("slug", flat=True))
    for row in rows:
        place = row.pop("region")
        if row["slug"] in known or (place and not region.objects.using(using).filter(pk=place).exists()):
            continue
        written = {name: row.pop(name) for name in ("issued_on", "valid_from")}
        days = {name: date.fromisoformat(day) if day else None for name, day in written.items()}
        text = (DATA / "policies" / f"{row['slug']}.txt").read_text(encoding="utf-8")
        policy.objects.using(using).create(region_id=place or None, text=text, **days, **row)
