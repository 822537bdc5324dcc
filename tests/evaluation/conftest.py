"""A district with its people and money, a published guide, and applications that passed the precheck."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from procurement.demo.stage import Stage
from procurement.demo.steps.guiding import draft_guide, publish_guide
from projects.models import Application
from tests.evaluation.factories import prechecked
from tests.ground import WAYS


def with_guide_drafted(stage: Stage) -> None:
    draft_guide(stage, year=2026, title="2026年申报指南")


def with_guide_published(stage: Stage) -> None:
    publish_guide(stage, year=2026)


WAYS["drafted"] = (with_guide_drafted,)
WAYS["published"] = (with_guide_published,)


@pytest.fixture
def district(standing: Stage) -> Stage:
    """The demo's people and the approved envelope, at the beginning of the year."""
    return standing


@pytest.fixture
def drafted(standing: Stage) -> Stage:
    return standing


@pytest.fixture
def published(standing: Stage) -> Stage:
    return standing


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
