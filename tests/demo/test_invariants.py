"""The demo world breaks none of the sentences that must hold of all data."""

from __future__ import annotations

import pytest

from procurement.demo import (
    awards,
    budget,
    guidance,
    hubs,
    market,
    newcomers,
    people,
    plans,
    prices,
    procedures,
    remedies,
    sealed_bids,
    standing,
)
from procurement.demo.stage import local
from procurement.invariants import check, invariants

pytestmark = pytest.mark.django_db
#: Everything but the cases of all eighteen steps, which take a minute; the order is the demo's own.
PARTS = (
    people, standing, hubs, budget, market, guidance, plans, prices, newcomers, awards, procedures, sealed_bids, remedies,
)  # fmt: skip


def test_everything_holds_of_the_demo_world() -> None:
    now = local(2026, 11, 23, 9)
    for part in PARTS:
        part.seed(now)
    assert [str(broken) for one in invariants() if (broken := check(one))] == []
