"""Given one district, when everybody does their part by clicks, then one project goes from guide to archive."""

from __future__ import annotations

from procurement.demo import budget, people
from procurement.demo.stage import Stage, local
from procurement.demo.steps.guiding import draft_guide
from tests.browser.acts import (
    applying,
    assessing,
    calling,
    closing,
    contracting,
    deciding,
    delivering,
    inspecting,
    reviewing,
)
from tests.browser.clock import Clock

BEGINS = local(2026, 1, 12)
STEPS = (
    *calling.STEPS,
    *applying.STEPS,
    *reviewing.STEPS,
    *deciding.STEPS,
    *contracting.STEPS,
    *delivering.STEPS,
    *assessing.STEPS_MIDTERM,
    *closing.STEPS,
    *assessing.STEPS_FINAL,
    *closing.STEPS_LAST,
    *inspecting.STEPS,
)


def set_the_stage(clock: Clock) -> None:
    """The people, this year's money, and last year's guide, from which an office takes its authorities."""
    people.seed(clock.now)
    budget.seed(clock.now)
    draft_guide(Stage(now=local(2025, 1, 6)), year=2025, title="北京市朝阳区2025年申报指南")
