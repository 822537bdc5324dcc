"""The demo world shows a result to decide and one announced, and repeats without change."""

from __future__ import annotations

import pytest

from procurement.demo import awards, budget, guidance, people, plans
from procurement.demo.stage import local
from projects.models import OfficialNotice, Procedure, ResultLetter

pytestmark = pytest.mark.django_db


def test_results_stand_where_people_meet_them_and_repeat_without_change() -> None:
    now = local(2026, 11, 23, 9)
    for part in (people, budget, guidance, plans, awards):
        part.seed(now)
    assert set(Procedure.objects.values_list("status", flat=True)) == {"evaluated", "awarded"}
    assert ResultLetter.objects.count() == 3
    assert OfficialNotice.objects.public().get().kind == "award"
    awards.seed(now)
    assert Procedure.objects.count() == 2
