"""Small procedures to try the engine on: the year's envelope (no case) and an endorsed application (with one)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from catalogs.lifecycle import ENVELOPE
from catalogs.models import FundEnvelope
from procurement.access import Actor, Role
from procurement.lifecycle import definition
from procurement.lifecycle.definition import Lifecycle
from tests.factories import make_actor, make_envelope
from tests.stage import stage

__all__ = ["stage"]


@dataclass
class Desk:
    """An envelope that waits for finance, and the people around it."""

    envelope: FundEnvelope
    preparer: Actor
    approver: Actor


@pytest.fixture
def desk(db: None) -> Desk:
    return make_desk()


def make_desk(status: str = "submitted") -> Desk:
    envelope = make_envelope(status=status)
    return Desk(envelope, make_actor(Role.LGO, envelope.office), make_actor(Role.FIN, envelope.finance))


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Lifecycle]:
    """Let the envelope follow the same table with one row changed, for what no real row needs on its own."""

    def change(name: str, **fields: Any) -> Lifecycle:
        rows = tuple(replace(row, **fields) if row.name == name else row for row in ENVELOPE.transitions)
        changed = replace(ENVELOPE, transitions=rows)
        monkeypatch.setitem(definition._lifecycles, "envelope", changed)
        return changed

    return change
