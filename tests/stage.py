"""The demo people on an empty stage; imported by the conftests whose tests play the real services."""

from __future__ import annotations

import pytest

from procurement.demo import budget, people
from procurement.demo.stage import Stage, local


@pytest.fixture
def stage(db: None) -> Stage:
    opened = local(2026, 1, 12)
    people.seed(opened)
    budget.seed(opened)
    return Stage(now=opened)
