"""The demo's remedies: a suspended purchase, a reply to approve, calls answered and waiting; safe to repeat."""

from __future__ import annotations

import pytest

from procurement.demo import budget, guidance, people, plans, remedies
from procurement.demo.stage import local
from projects.models import Challenge, Complaint, HotlineCall
from projects.selectors.remedies import result_is_frozen

pytestmark = pytest.mark.django_db


def test_remedies_stand_where_people_meet_them() -> None:
    now = local(2026, 11, 23, 10)
    for part in (people, budget, guidance, plans, remedies):
        part.seed(now)
    complaint = Complaint.objects.get()
    assert (complaint.status, complaint.procedure.status) == ("accepted", "paused")
    assert result_is_frozen(complaint.procedure)
    assert set(Challenge.objects.values_list("status", flat=True)) == {"replied", "dismissal_drafted"}
    calls = dict.fromkeys(HotlineCall.objects.values_list("status", flat=True))
    assert set(calls) == {"closed", "dispatched", "filed"}
    remedies.seed(now)
    assert (Challenge.objects.count(), HotlineCall.objects.count()) == (2, 6)
