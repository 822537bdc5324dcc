"""The entry follows its row, inside the transaction that writes the row."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models.signals import post_delete, post_save

from procurement.registers import rows_written
from procurement.search.kinds import SearchKind


def follow(kind: SearchKind) -> None:
    for signal, receiver in ((post_save, _saved), (post_delete, _deleted), (rows_written, _written)):
        signal.connect(partial(receiver, kind), sender=kind.model, weak=False, dispatch_uid=f"search.{kind.name}")


def _saved(kind: SearchKind, *, instance: Any, raw: bool = False, **_rest: Any) -> None:
    from procurement.search.services.indexing import put

    if not raw:
        put(kind, [instance])


def _deleted(kind: SearchKind, *, instance: Any, **_rest: Any) -> None:
    from procurement.search.services.indexing import drop

    drop(kind, [instance.pk])


def _written(kind: SearchKind, *, keys: list[Any], **_rest: Any) -> None:
    from procurement.search.services.indexing import put_keys

    put_keys(kind, keys)
