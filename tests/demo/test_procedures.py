"""Purchases by procedure in the demo world stand where their people meet them."""

import pytest
from django.utils import timezone

from procurement.demo import budget, guidance, hubs, market, people, plans, procedures, sealed_bids, standing
from projects.models import Addendum, DocumentQuestion, Procedure

pytestmark = pytest.mark.django_db


def test_procedures_stand_at_their_stages_and_building_again_changes_nothing() -> None:
    now = timezone.now()
    for part in (people, standing, hubs, budget, market, guidance, plans, procedures, procedures, sealed_bids):
        part.seed(now)
    found = sorted(Procedure.objects.values_list("status", flat=True))
    assert found == ["bidding", "checking", "draft", "draft", "failed"]
    again = Procedure.objects.get(retender_of__isnull=False)
    assert again.retender_of.status == "failed"
    assert Procedure.objects.get(status="bidding").deadline_at > now
    assert (Addendum.objects.get().status, DocumentQuestion.objects.get().status) == ("issued", "answered")
