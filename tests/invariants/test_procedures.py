"""Each sentence over the procedures holds of what was honestly done, and names what was slipped in past every guard."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pgtrigger
import pytest
from django.utils import timezone

from procurement.invariants import check, invariants
from procurement.invariants.registry import Broken
from projects.models import Award, Bid, Opening, Procedure, SealedSubmission
from tests.factories.procedures import make_bid, make_procedure
from tests.factories.sealing import make_keys, open_bids, seal_bids

pytestmark = pytest.mark.django_db


def broken(one: str) -> Broken | None:
    return check(next(found for found in invariants() if found.id == one))


def slip_in(obj: Any, **values: Any) -> None:
    """As somebody would who owns the tables and switches their guards off."""
    with pgtrigger.ignore():
        type(obj)._base_manager.filter(pk=obj.pk).update(**values)


@pytest.fixture
def opened() -> Procedure:
    procedure = make_procedure("bidding")
    make_keys(procedure)
    seal_bids(procedure, 3)
    open_bids(procedure)
    procedure.refresh_from_db()
    return procedure


def make_award(bid: Bid, *, rank: int = 1, amount: str = "500000.00") -> Award:
    return Award.objects.create(
        status="decided", procedure=bid.procedure, lot=bid.lot, bid=bid, supplier=bid.bidder, amount=Decimal(amount),
        rank=rank, decided_at=timezone.now(),
    )  # fmt: skip


def test_opening_in_time_by_two_is_no_offence(opened: Procedure):
    assert broken("T-02") is None
    assert broken("T-03") is None


def test_bid_received_after_the_deadline_is_named(opened: Procedure):
    """The factory lets time pass by moving the deadline; put before it, all were in time."""
    for submission in SealedSubmission.objects.of(opened):
        slip_in(submission, received_at=opened.deadline_at - timedelta(hours=1))
    assert broken("T-01") is None
    bid = opened.bids.first()
    late = SealedSubmission.objects.get(pk=bid.submission_id)
    slip_in(late, received_at=opened.deadline_at)
    found = broken("T-01")
    assert found is not None
    assert found.offenders == (str(bid.pk),)


def test_opening_alone_or_too_early_is_named(opened: Procedure):
    early = opened.deadline_at + timedelta(seconds=119)
    slip_in(Opening.objects.get(procedure=opened), opened_at=early)
    assert broken("T-02") is not None


def test_opened_bid_of_a_closed_procedure_is_named():
    make_bid(make_procedure("closed"))
    assert broken("T-03") is not None


def test_second_place_without_a_reason_is_named():
    procedure = make_procedure("decided")
    make_bid(procedure, "not_awarded", rank=1)
    second = make_bid(procedure, "awarded", rank=2)
    award = make_award(second, rank=2)
    assert broken("T-04") is not None
    slip_in(award, grounds="第一名放弃")
    assert broken("T-04") is None


def test_result_without_notice_or_letters_is_named():
    make_bid(make_procedure("awarded"), "awarded", rank=1)
    assert broken("T-05") is not None
    assert broken("T-06") is not None


def test_suspension_nobody_decided_is_named():
    make_procedure("paused")
    assert broken("T-07") is not None
