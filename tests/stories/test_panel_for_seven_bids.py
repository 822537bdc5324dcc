"""An open tender of 600 000 yuan with seven bids: a panel of five, from its composition to the signed report."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from evaluation.selectors.scoring import results
from evaluation.services.procedure_panels import appoint_representative, plan_for_procedure, recheck_ties
from evaluation.verify_draw import problems
from orgs.models import EmploymentHistory
from procurement.access import Role
from procurement.lifecycle.engine import perform
from tests.factories.panels import DRAWN_AT, REVIEW_AT, buyer_of, hand_in_all, make_pool, make_rubric, member
from tests.factories.people import make_actor, make_seat
from tests.factories.procedures import make_bid, make_procedure

pytestmark = pytest.mark.django_db
QUOTES = ("598000", "560000", "545000", "520000", "499000", "470000", "455000")


def test_a_panel_of_five_judges_seven_bids_to_a_signed_report(stage):
    # given an open tender whose seven bids are opened and qualified, and a pool of experts
    tender = make_procedure("qualified")
    bids = [make_bid(tender, "qualified", price=price) for price in QUOTES]
    make_rubric(tender)
    make_pool(16)
    officer, witness = buyer_of(tender), make_actor(Role.PU_CHK, tender.purchaser)

    # when the officer asks for four experts and one representative of the purchaser, and a witness draws
    panel = plan_for_procedure(
        actor=officer, procedure=tender, size=5, representatives=1, at=DRAWN_AT,
        review_on=REVIEW_AT.date(), scores_due_on=REVIEW_AT.date() + timedelta(days=2),
    )  # fmt: skip
    perform(panel, "panel.lock_pool", actor=officer, at=DRAWN_AT)
    perform(panel, "panel.draw", actor=witness, at=DRAWN_AT + timedelta(hours=1), words="掷骰 6 2 5 5")
    sent = make_seat(Role.PU_DEM, tender.purchaser).person
    appoint_representative(actor=officer, panel=panel, person=sent, at=DRAWN_AT)

    # and one of the drawn cannot come, and another turns out to have worked for a bidder
    first, second = panel.seats.exclude(kind="representative").order_by("kind", "rank")[:2]
    perform(first, "seat.decline", actor=member(first), at=DRAWN_AT, reason="当日有教学任务")
    EmploymentHistory.objects.create(
        expert=second.expert, organization=bids[0].bidder, position="director", started_on=DRAWN_AT.date()
    )
    assert recheck_ties(panel, at=REVIEW_AT) == 1
    for seat in panel.seats.filter(status="invited"):
        perform(seat, "seat.confirm", actor=member(seat), at=REVIEW_AT, declared=True)

    # then five sit, four of them experts who followed in the drawn order, and the draw is as recorded
    panel.refresh_from_db()
    assert panel.status == "confirmed"
    assert panel.seats.confirmed().count() == 5
    assert panel.seats.confirmed().filter(expert__isnull=False).count() == 4
    assert problems(panel.draw.record) == []

    # when they score by themselves, the officer draws up the report, and one member signs with a reason against it
    perform(panel, "panel.convene", actor=officer, at=REVIEW_AT)
    hand_in_all(panel, lambda bid, seat: Decimal(72 + 2 * bid - seat) / 100)
    panel.refresh_from_db()
    assert panel.status == "scored"
    assert not panel.findings.filter(settled_at__isnull=True).exists()
    perform(panel, "panel.report", actor=officer, at=REVIEW_AT + timedelta(hours=3))
    for place, seat in enumerate(panel.seats.confirmed()):
        words = (
            {"stance": "dissents", "opinion": "对履约能力一项另有看法"}
            if place == 0
            else {"stance": "agrees", "opinion": ""}
        )
        perform(seat, "seat.sign", actor=member(seat), at=REVIEW_AT + timedelta(hours=4), **words)

    # then the report is in force and the purchase knows its ranking: the best service at the lowest price leads
    panel.refresh_from_db()
    tender.refresh_from_db()
    review = tender.reviews.in_force().get()
    assert (panel.status, tender.status) == ("signed", "evaluated")
    assert [row.entry.bid for row in results(panel)] == list(reversed(bids))
    winner = bids[-1]
    winner.refresh_from_db()
    assert (winner.rank, winner.price_score) == (1, Decimal("20.00"))
    assert [line["rank"] for line in review.lines] == [1, 2, 3, 4, 5, 6, 7]
    assert sum(one["kind"] == "representative" for one in review.members) == 1
    assert review.members[0]["commitment"]
