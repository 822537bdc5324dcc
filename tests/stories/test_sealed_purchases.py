"""Whole purchases with nothing taken for granted: from the published plan through sealed bids and a panel to the result."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from evaluation.services.procedure_panels import plan_for_procedure
from procurement.access import Role
from procurement.demo.stage import local
from procurement.lifecycle.engine import perform, system_actor
from procurement.rules import RuleViolation
from projects.models import Award, Procedure, ResultLetter
from projects.services import opening
from projects.services.official_notices import expire_due
from tests.factories import procurement as made
from tests.factories.awards import all_met, decide_first
from tests.factories.panels import buyer_of, fill, make_pool, make_rubric, member
from tests.factories.people import make_actor
from tests.factories.sealing import opened_keys, seal_bids

pytestmark = pytest.mark.django_db
QUOTES = ("598000.00", "560000.00", "545000.00", "520000.00", "499000.00", "470000.00", "455000.00")


def open_at(procedure: Procedure, moment: datetime) -> None:
    """Closed by the clock, opened by the officer before a second person."""
    perform(procedure, "procedure.close", actor=system_actor(), at=moment)
    opening.attend(actor=make_actor(Role.PU_CHK, procedure.purchaser), procedure=procedure, at=moment)
    officer = buyer_of(procedure)
    perform(procedure, "procedure.open", actor=officer, at=moment + timedelta(minutes=3), **opened_keys(procedure))


def qualify_all(procedure: Procedure, moment: datetime) -> None:
    for bid in procedure.bids.all():
        perform(bid, "bid.qualify", actor=buyer_of(procedure), at=moment, checks=all_met(bid))
    perform(procedure, "procedure.finish_qualification", actor=buyer_of(procedure), at=moment)


def review(procedure: Procedure, drawn: datetime, sitting: datetime) -> None:
    """Drawn before a witness, scored alone, reported, signed by everybody."""
    officer, witness = buyer_of(procedure), make_actor(Role.PU_CHK, procedure.purchaser)
    panel = plan_for_procedure(
        actor=officer, procedure=procedure, size=5, at=drawn,
        review_on=sitting.date(), scores_due_on=sitting.date() + timedelta(days=2),
    )  # fmt: skip
    perform(panel, "panel.lock_pool", actor=officer, at=drawn)
    perform(panel, "panel.draw", actor=witness, at=drawn + timedelta(hours=1), words="掷骰 6 2 5 5")
    for seat in panel.seats.filter(status="invited"):
        perform(seat, "seat.confirm", actor=member(seat), at=drawn + timedelta(hours=2), declared=True)
    perform(panel, "panel.convene", actor=officer, at=sitting)
    for seat in panel.seats.confirmed():
        for sheet in seat.sheets.filter(status="draft"):
            fill(sheet, Decimal(70 + sheet.entry.bid.position) / 100, sitting)
            perform(sheet, "sheet.lock", actor=member(seat), at=sitting + timedelta(hours=1))
    perform(panel, "panel.report", actor=officer, at=sitting + timedelta(hours=2))
    for seat in panel.seats.confirmed():
        perform(seat, "seat.sign", actor=member(seat), at=sitting + timedelta(hours=3), stance="agrees", opinion="")


def test_open_tender_of_600000_yuan_with_seven_sealed_bids_to_its_award(client: Client) -> None:
    # given: a tender announced on 2 March, its keys in three hands, seven bids handed in before the deadline
    procedure, house = made.announced()
    make_rubric(procedure)
    make_pool(16)
    seal_bids(procedure, 7, prices=QUOTES)
    assert (procedure.bids.count(), procedure.deadline_at) == (0, local(2026, 3, 23, 0))
    page = client.get(procedure.get_absolute_url()).content.decode()
    assert not any(price[:3] in page for price in ("598,", "455,"))

    # when: it is opened on the morning after the deadline
    open_at(procedure, local(2026, 3, 23, 9))
    # then: all seven are read, each as it was sealed
    procedure.refresh_from_db()
    assert procedure.status == "opened"
    assert sorted(str(bid.price) for bid in procedure.bids.all()) == sorted(QUOTES)

    # when: they are checked, and a panel drawn two days ahead judges them
    qualify_all(procedure, local(2026, 3, 23, 15))
    review(procedure, local(2026, 3, 24, 10), local(2026, 3, 26, 9))
    procedure.refresh_from_db()
    assert procedure.status == "evaluated"
    ranking = list(procedure.bids.order_by("rank"))
    assert [bid.rank for bid in ranking] == [1, 2, 3, 4, 5, 6, 7]
    assert [bid.total_score for bid in ranking] == sorted((bid.total_score for bid in ranking), reverse=True)

    # then: the head chooses the first, everybody has a letter, the experts' names are public with the result
    (award,) = decide_first(procedure, at=local(2026, 3, 27))
    assert award.bid == ranking[0]
    perform(procedure, "procedure.announce_result", actor=house.buyer, at=local(2026, 3, 27, 15))
    assert ResultLetter.objects.filter(bid__procedure=procedure).count() == 7
    notice = procedure.notices.get(kind="award")
    text = client.get(notice.get_absolute_url()).content.decode()
    assert award.supplier.name in text
    assert procedure.reviews.in_force().get().members[0]["name"] in text
    assert expire_due(local(2026, 4, 1)) >= 1


def test_venture_round_takes_whoever_is_best_and_its_simple_seal_is_shown(client: Client) -> None:
    # given: a venture philanthropy round below the limit, sealed with the platform's own key
    plan = made.published_plan(
        "200000.00", method="venture_philanthropy", method_reason="面向初创公益组织征集创新项目", method_ground=""
    )
    procedure, house = made.announced(plan)
    assert procedure.seal_mode == "platform"
    assert "平台密钥" in client.get(procedure.get_absolute_url()).content.decode()
    make_rubric(procedure, "venture_philanthropy")
    make_pool(16)
    seal_bids(procedure, 3, prices=("180000.00", "195000.00", "160000.00"))
    # when: it is opened by two, checked and judged
    assert procedure.deadline_at is not None
    morning = procedure.deadline_at + timedelta(hours=9)
    open_at(procedure, morning)
    qualify_all(procedure, morning + timedelta(hours=5))
    review(procedure, local(2026, 3, 24, 10), local(2026, 3, 26, 9))
    # then: the best idea wins, whatever it costs within the budget, and nobody past it
    best, second, _third = procedure.bids.order_by("rank")
    with pytest.raises(RuleViolation, match="R-170"):
        perform(
            procedure, "procedure.decide", actor=house.signer, at=local(2026, 3, 27),
            winners={str(second.lot_id): [str(second.pk)]},
        )  # fmt: skip
    decide_first(procedure, at=local(2026, 3, 27))
    assert Award.objects.get(procedure=procedure).bid == best
