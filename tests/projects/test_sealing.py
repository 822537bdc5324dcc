"""From the keys to the opening: what bidders, custodians and officers do, and what is refused to whom."""

from __future__ import annotations

import pytest

from procurement.documents.models import Document
from projects.models import Opening
from tests.factories.procedures import make_procedure
from tests.factories.sealing import (
    open_bids,
    seal_bids,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("mode", ["quorum", "platform"])
def test_three_bids_are_opened_with_their_prices_and_files(mode: str) -> None:
    procedure = make_procedure("bidding", seal_mode=mode)
    rooms = seal_bids(procedure, 3, prices=["510000.00", "520000.00", "530000.00"])
    bids = open_bids(procedure)
    assert procedure.status == "opened"
    assert {f"{bid.price}" for bid in bids} == {"510000.00", "520000.00", "530000.00"}
    assert {bid.bidder_id for bid in bids} == {room.organization_id for room in rooms}
    assert Document.objects.for_subject(bids[0].subject).count() == 2
    opening = Opening.objects.get(procedure=procedure)
    assert opening.shares_used == ([1, 2] if mode == "quorum" else [])
    assert [leaf["outcome"] for leaf in opening.leaves] == ["已开启"] * 3
