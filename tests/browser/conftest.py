"""The desks of one case: a served portal with a working queue, a moved clock, a browser for everyone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.clock import BEGINS, moved_clock
from tests.browser.desks import Desks


@pytest.fixture
def desks(live_portal: str, celery_worker: Any, browser: Browser) -> Iterator[Desks]:
    """Time begins in January; jobs asked for by a click are run by a real worker."""
    with moved_clock(BEGINS) as clock:
        desks = Desks(browser=browser, address=live_portal, clock=clock)
        yield desks
        desks.leave()
