"""The demo's sealed bids: one in, one being prepared, and nobody else the wiser."""

from __future__ import annotations

import pytest
from django.utils import timezone

from procurement.demo import people, sealed_bids
from procurement.demo.budget import demo_actor
from procurement.demo.stage import local
from projects.models import BidRoom, SealedReceipt
from projects.selectors.sealing import rooms_not_in
from tests.factories.procedures import make_procedure

pytestmark = pytest.mark.django_db


def test_one_bid_is_in_and_one_is_being_prepared_however_often_it_is_seeded() -> None:
    people.seed(local(2026, 1, 12))
    make_procedure("bidding", seal_mode="platform")
    for _ in range(2):
        sealed_bids.seed(timezone.now())
    assert SealedReceipt.objects.visible_to(demo_actor("org1")).count() == 1
    assert [room.organization.pk for room in rooms_not_in(demo_actor("org5"))] == [
        BidRoom.objects.visible_to(demo_actor("org5")).get().organization_id
    ]
    assert not BidRoom.objects.visible_to(demo_actor("supervisor")).exists()
