"""A panel that sits over opened bids, without the way to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from evaluation.models import PanelEntry, PanelSeat, ReviewPanel, Rubric, RubricFactor, ScoreSheet
from projects.models import Bid, Procedure
from projects.services.bid_reviews import admit_reader
from tests.factories.people import make_expert
from tests.factories.procedures import make_bid, make_procedure

FACTORS = (("A", "服务方案", "60", "service"), ("B", "履约能力", "30", "ability"), ("C", "报价", "10", "price"))


def sitting_panel(prices: Sequence[str] = ("500000.00", "520000.00", "210000.00")) -> ReviewPanel:
    """Three experts in session over as many bids as there are prices; nobody has scored anything."""
    procedure = make_procedure("evaluating")
    now = timezone.now()
    panel = ReviewPanel.objects.create(
        number=f"PS-{procedure.number}",
        procedure=procedure,
        office=procedure.purchaser,
        rubric=_rubric(procedure),
        size=3,
        quota={"business": 3},
        review_on=now.date(),
        scores_due_on=now.date() + timedelta(days=2),
        convened_at=now,
        status="in_session",
    )
    for rank in (1, 2, 3):
        expert = make_expert()
        PanelSeat.objects.create(
            panel=panel, expert=expert, person=expert.person, kind="business", rank=rank, invited_at=now,
            order_seed=str(rank) * 64, status="confirmed",
        )  # fmt: skip
    for price in prices:
        _enter(panel, make_bid(procedure, "qualified", price=price, panel_id=panel.pk))
    return panel


def _rubric(procedure: Procedure) -> Rubric:
    rubric = Rubric.objects.create(
        procedure=procedure, code="test", title="综合评分办法", status="frozen", total=Decimal(100)
    )
    for position, (code, name, maximum, aspect) in enumerate(FACTORS):
        RubricFactor.objects.create(
            rubric=rubric, code=code, name=name, maximum=Decimal(maximum), aspect=aspect, position=position
        )
    rubric.frozen_at = timezone.now()
    rubric.save()
    return rubric


def _enter(panel: ReviewPanel, bid: Bid) -> None:
    entry = PanelEntry.objects.create(panel=panel, bid=bid)
    for seat in panel.seats.all():
        admit_reader(bid=bid, person_id=seat.person_id, at=timezone.now())
        ScoreSheet.objects.create(panel=panel, seat=seat, entry=entry, position=bid.position, salt="0")
