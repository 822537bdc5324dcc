"""The demo people and generated projects, a few or many."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from procurement.access.models import User
from procurement.bench.scale.cast import Cast, Player, assemble
from procurement.bench.scale.growing import play_round
from procurement.bench.scale.plans import Round
from procurement.bench.scale.routes import DECIDING, PAST, RUNNING, Standing
from procurement.demo import budget, people
from procurement.demo.stage import local

NOW = local(2026, 11, 23, 10)


def standing(status: str) -> Standing:
    return next(each for each in (*PAST, *RUNNING, *DECIDING) if each.status == status)


@pytest.fixture
def now(db: None) -> datetime:
    """Today in the demo world, whose people are there."""
    people.seed(NOW)
    budget.seed(NOW)
    return NOW


@pytest.fixture
def cast(now: datetime) -> Cast:
    """Everything is applied for by the demo's first organisation, so that its own lists grow too."""
    cast = assemble(1)
    head = User.objects.get(username="org1-head")
    cast.applicants = [Player(head, cast.bodies["org1"])]
    return cast


@pytest.fixture
def stand(cast: Cast, now: datetime) -> Callable[..., None]:
    """Put ``count`` more projects where ``status`` says, under one guide of their own."""
    given = {"serial": 0, "guide": 0}

    def more(count: int, status: str) -> None:
        first = given["serial"]
        opened = local(2026, 8, 24) if status in ("submitted", "endorsed") else local(2025, 1, 12)
        round_ = Round(opened.year, "年度", opened, (standing(status),))
        play_round(range(first, first + count), given["guide"], round_, cast, now)
        given["serial"], given["guide"] = first + count, given["guide"] + 1

    return more
