"""Given one district, when everybody does their part by clicks, then one project goes from guide to archive.

The clock is moved (tests.browser.clock); everything else is done in Chromium by the people whose part it is.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from procurement.demo import budget, people
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
from tests.browser.desks import Desks

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: What is clicked, and up to which of the 18 steps the project's own case is then done.
STORY: tuple[tuple[tuple[Callable[[Desks], None], ...], int], ...] = (
    (calling.STEPS, 0),
    (applying.STEPS, 4),
    (reviewing.STEPS, 5),
    (deciding.STEPS, 8),
    (contracting.STEPS, 10),
    (delivering.STEPS, 12),
    (assessing.STEPS_MIDTERM, 13),
    (closing.STEPS, 16),
    (assessing.STEPS_FINAL, 17),
    (closing.STEPS_LAST, 18),
    (inspecting.STEPS, 18),
)


def set_the_stage(clock: Clock) -> None:
    """The people and this year's money; the guide is the office's first."""
    people.seed(clock.now)
    budget.seed(clock.now)


def test_one_case_is_clicked_from_guide_to_archive(desks: Desks) -> None:
    set_the_stage(desks.clock)
    for acts, done in STORY:
        for act in acts:
            act(desks)
            assert not desks.faults, act.__name__
        if done:
            then_the_timeline_shows(desks, done)
    assert desks.shots > 60


def then_the_timeline_shows(desks: Desks, done: int) -> None:
    """The case's page counts the steps done."""
    page = desks.open("auditor", desks.links["case"])
    expect(page.get_by_role("main")).to_contain_text(f"已办结 {done} / 18 步")
