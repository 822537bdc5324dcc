"""The conditions a guide adds to those every procedure asks."""

from __future__ import annotations

from orgs.selectors.eligibility import register_condition
from projects.selectors.eligibility import OF_A_GUIDE


def register() -> None:
    for condition in OF_A_GUIDE:
        register_condition(condition)
