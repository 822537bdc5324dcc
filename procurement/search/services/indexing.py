"""Writing the entries: one at a time beside a save, many at once after bulk work, all of them in a rebuild."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils import timezone, translation

from procurement.search.kinds import SearchKind, kinds
from procurement.search.models import SearchEntry
from procurement.search.words import fold

BATCH = 1_000
BODY_MAX = 2_000
_KEPT = ("title", "body", "is_public", "district", "street", "field", "year", "fund", "stage", "amount", "on")


def entry_of(kind: SearchKind, row: Any) -> SearchEntry:
    found = kind.entry(row)
    facts = {name: getattr(found, name) for name in _KEPT}
    facts["title"] = found.title.replace("\x00", "")[:300]
    facts["body"] = found.body.replace("\x00", "")[:BODY_MAX]
    folded = fold(f"{facts['title']}\n{facts['body']}")
    return SearchEntry(kind=kind.name, object_id=row.pk, folded=folded, indexed_at=timezone.now(), **facts)


def put(kind: SearchKind, rows: Sequence[Any]) -> None:
    """Insert or replace; the texts of an entry are Chinese whatever language the writer reads in."""
    with translation.override("zh-hans"):
        entries = [entry_of(kind, row) for row in rows]
    SearchEntry.objects.bulk_create(
        entries,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=[*_KEPT, "folded", "indexed_at"],
    )


def put_keys(kind: SearchKind, keys: Sequence[Any]) -> None:
    for start in range(0, len(keys), BATCH):
        rows = kind.model._default_manager.filter(pk__in=keys[start : start + BATCH])
        put(kind, list(rows.select_related(*kind.select_related)))


def drop(kind: SearchKind, keys: Sequence[Any]) -> None:
    SearchEntry.objects.filter(kind=kind.name, object_id__in=keys).delete()


def rebuild(say: Callable[[str, int], None] = lambda kind, count: None) -> int:
    """Every entry anew, kind by kind, while the portal runs; what no longer exists goes at the end."""
    total = 0
    for kind in kinds().values():
        began, done, batch = timezone.now(), 0, []
        rows = kind.model._default_manager.order_by("pk").select_related(*kind.select_related)
        for row in rows.iterator(chunk_size=BATCH):
            batch.append(row)
            if len(batch) == BATCH:
                put(kind, batch)
                done, batch = done + len(batch), []
                say(kind.name, done)
        put(kind, batch)
        done += len(batch)
        SearchEntry.objects.filter(kind=kind.name, indexed_at__lt=began).delete()
        say(kind.name, done)
        total += done
    return total
