"""A district with its people and money, a published guide, and applications that passed the precheck."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from procurement.demo import budget, people
from procurement.demo.stage import Stage, local
from procurement.demo.steps.guiding import draft_guide, publish_guide
from projects.models import Application
from tests.evaluation.factories import prechecked


@pytest.fixture
def district(db: None) -> Stage:
    """The demo's people and the approved envelope, at the beginning of the year."""
    now = local(2026, 1, 12)
    people.seed(now)
    budget.seed(now)
    return Stage(now=now)


@pytest.fixture
def drafted(district: Stage) -> Stage:
    draft_guide(district, year=2026, title="2026年申报指南")
    return district


@pytest.fixture
def published(district: Stage) -> Stage:
    publish_guide(district, year=2026)
    return district


@pytest.fixture
def applications(published: Stage) -> Callable[..., list[Application]]:
    """So many prechecked applications under the published guide."""

    def make(count: int = 1, **fields: object) -> list[Application]:
        made = [prechecked(published.guide, number=n, **fields) for n in range(1, count + 1)]
        published.put("application", made[0])
        return made

    return make


@pytest.fixture
def no_demo_bar(settings: Any) -> None:
    """The role switcher of the demo names every account; an installation at work has none."""
    settings.PORTAL = {**settings.PORTAL, "DEMO": False}
