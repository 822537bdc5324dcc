"""The list of invariants, and asking all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import islice

from django.db import connection
from django.utils.functional import Promise

#: Offenders named per invariant; after a wholesale fault every row is one.
NAMED = 20

Finder = Callable[[], Iterable[str]]


@dataclass(frozen=True)
class Invariant:
    """``find`` yields a few words about every row that breaks the sentence. ``slow`` ones read files or recompute."""

    id: str
    sentence: str | Promise
    find: Finder
    slow: bool = False


@dataclass(frozen=True)
class Broken:
    """An invariant that does not hold, with the first offenders."""

    invariant: Invariant
    offenders: tuple[str, ...]
    more: bool


_invariants: dict[str, Invariant] = {}


def invariant(id: str, sentence: str | Promise, *, slow: bool = False) -> Callable[[Finder], Finder]:
    """Register a function that finds the offenders in Python."""

    def register(find: Finder) -> Finder:
        _add(Invariant(id, sentence, find, slow))
        return find

    return register


def in_sql(id: str, sentence: str | Promise, query: str) -> None:
    """Register a query whose rows are the offenders; its first column says which."""

    def find() -> Iterator[str]:
        with connection.cursor() as cursor:
            cursor.execute(query)
            for row in cursor.fetchmany(NAMED + 1):
                yield str(row[0])

    _add(Invariant(id, sentence, find))


def _add(one: Invariant) -> None:
    if one.id in _invariants:
        raise ValueError(f"invariant {one.id} is already registered")
    _invariants[one.id] = one


def invariants() -> list[Invariant]:
    for room in ("money", "process", "procedures", "review", "evidence"):
        import_module(f"procurement.invariants.{room}")
    return sorted(_invariants.values(), key=lambda one: one.id)


def check(one: Invariant) -> Broken | None:
    """None when the sentence holds."""
    offenders = tuple(islice(one.find(), NAMED + 1))
    return Broken(one, offenders[:NAMED], len(offenders) > NAMED) if offenders else None
