"""The demo people on an empty stage; imported by the conftests whose tests play the real services."""

from __future__ import annotations

import pytest

from procurement.demo.stage import Stage


@pytest.fixture
def stage(standing: Stage) -> Stage:
    return standing
