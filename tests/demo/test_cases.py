"""The demo world: a case standing at each of the eighteen steps, whole and repeatable."""

from __future__ import annotations

import pytest

from procurement import audit
from procurement.demo import budget, cases, guidance, people, plans, prices
from procurement.demo.stage import local
from procurement.lifecycle.models import Case, CaseStep, StepState
from projects.models import Application, Guide

pytestmark = pytest.mark.django_db


def test_demo_world_has_a_case_at_every_step_and_repeats_without_change() -> None:
    now = local(2026, 11, 23, 9)
    for part in (people, budget, guidance, plans, prices, cases):
        part.seed(now)
    standing = set(CaseStep.objects.filter(state=StepState.OPEN).values_list("step__number", flat=True))
    assert standing == set(range(1, 19))
    assert Application.objects.filter(status="archived").exists()
    assert audit.verify().whole
    before = (Guide.objects.count(), Case.objects.count())
    cases.seed(now)
    assert (Guide.objects.count(), Case.objects.count()) == before
