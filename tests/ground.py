"""The ground tests stand on: what many of them begin with is played once, and each works in a savepoint above it.

A test that asks for ``stage`` begins at the opening of the year, people and money in place; with
``@pytest.mark.stands(after=to_launched)`` it begins where that function leads. The ground stays as long as the tests that
follow stand on it, and is taken back before one that does not begins: an empty database stays empty. Every test gets
its own copy of the stage.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby

import pytest
from django.db import connection, transaction

from procurement.demo import budget, people
from procurement.demo.stage import Stage, local

Way = Callable[[Stage], object]
#: The fixture through which a test stands on this ground.
FIXTURE = "standing"
#: Fixtures that lead further by themselves, as the conftest of their directory registers them.
WAYS: dict[str, tuple[Way, ...]] = {}


def opening() -> Stage:
    opened = local(2026, 1, 12)
    people.seed(opened)
    budget.seed(opened)
    return Stage(now=opened)


def ways_of(item: pytest.Item) -> tuple[Way, ...] | None:
    """The ways a test asks to have gone before it begins; None when it does not stand on this ground."""
    names = set(getattr(item, "fixturenames", ()))
    if FIXTURE not in names or commits(item, names):
        return None
    return asked_for(item, names)


def commits(item: pytest.Item, names: set[str]) -> bool:
    """Other connections see what such a test does, so nothing may lie open beneath it."""
    marker = item.get_closest_marker("django_db")
    return bool(names & {"transactional_db", "live_server"} or (marker and marker.kwargs.get("transaction")))


def asked_for(item: pytest.Item, names: set[str]) -> tuple[Way, ...]:
    marker = item.get_closest_marker("stands")
    further = next((ways for name, ways in WAYS.items() if name in names), ())
    return (*further, marker.kwargs["after"]) if marker else further


@dataclass
class Layer:
    way: Way | None
    stage: Stage
    block: transaction.Atomic


@dataclass
class Ground:
    layers: list[Layer] = field(default_factory=list)

    def stand(self, ways: tuple[Way, ...] | None) -> None:
        """Take back what these ways do not share, and go the rest."""
        self.leave(ways)
        if ways is None:
            return
        for way in (None, *ways)[len(self.layers) :]:
            block = transaction.atomic()
            block.__enter__()
            try:
                self.layers.append(Layer(way, self._go(way), block))
            except BaseException:
                transaction.set_rollback(True)
                block.__exit__(None, None, None)
                raise

    def leave(self, ways: tuple[Way, ...] | None) -> None:
        wanted: tuple[Way | None, ...] = () if ways is None else (None, *ways)
        shared = 0
        while shared < min(len(wanted), len(self.layers)) and self.layers[shared].way is wanted[shared]:
            shared += 1
        while len(self.layers) > shared:
            block = self.layers.pop().block
            transaction.set_rollback(True)
            block.__exit__(None, None, None)

    def anew(self, item: pytest.Item) -> Stage:
        """The same for a test that commits: played for it alone."""
        stage = opening()
        for way in asked_for(item, set(getattr(item, "fixturenames", ()))):
            way(stage)
        return stage

    def copy(self) -> Stage:
        return copy.deepcopy(self.layers[-1].stage)

    def _go(self, way: Way | None) -> Stage:
        if way is None:
            stage = opening()
        else:
            stage = self.copy()
            way(stage)
        with connection.cursor() as cursor:
            # What waits for the commit is done now, or every test would do it again before it is taken back.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        return stage


GROUND = Ground()


def in_walking_order(items: list[pytest.Item]) -> None:
    """Among neighbours of a directory, tests that stand on the same ground follow each other."""

    def trail(item: pytest.Item) -> str:
        ways = ways_of(item)
        return "" if ways is None else " ".join(["opening", *(getattr(way, "__name__", "") for way in ways)])

    neighbours = groupby(items[:], key=lambda item: item.path.parent)
    items[:] = [item for _directory, run in neighbours for item in sorted(run, key=trail)]
