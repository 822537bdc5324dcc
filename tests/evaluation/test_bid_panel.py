"""A panel for bids: composed by the law, drawn in public, free of ties, and heard only once (R-150 … R-162)."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from evaluation.models import FactorScore, PanelSeat, RecusalRequest, ReviewPanel, ScoreSheet
from evaluation.selectors.panels import field_for, least_members
from evaluation.selectors.rubrics import price_points, scored
from evaluation.services.procedure_panels import appoint_representative, plan_for_procedure, recheck_ties
from evaluation.services.recusals import ask_recusal, decide_recusal
from evaluation.services.validity import invalidate_entry
from evaluation.verify_draw import problems
from orgs.models import EmploymentHistory, Expert
from procurement.access import Role, actor_for
from procurement.access.models import User
from procurement.lifecycle.engine import perform, refusals
from procurement.lifecycle.models import TransitionRecord
from procurement.notices.models import Outbox
from procurement.rules import RuleViolation
from projects.models import Bid, Procedure
from tests.factories.panels import (
    DRAWN_AT,
    REVIEW_AT,
    buyer_of,
    fill,
    hand_in_all,
    make_pool,
    make_rubric,
    member,
    panel_at,
    sign_all,
)
from tests.factories.people import make_actor, make_seat
from tests.factories.procedures import make_bid, make_procedure

pytestmark = pytest.mark.django_db


@pytest.fixture
def tender(district):
    """An open tender with three qualified bids."""
    procedure = make_procedure("qualified")
    for price in ("450000.00", "480000.00", "500000.00"):
        make_bid(procedure, "qualified", price=price)
    return procedure


@pytest.fixture
def called(district):
    """An open tender whose bids are still sealed."""
    return make_procedure("bidding")


def texts(panel, name, actor, at=DRAWN_AT, **data):
    return [str(refusal) for refusal in refusals(panel, name, actor, at=at, **data)]


# --- composition ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "budget", "least"),
    [
        ("open_tender", "600000.00", 5),
        ("open_tender", "12000000.00", 7),
        ("competitive_consultation", "600000.00", 3),
        ("competitive_negotiation", "5000000.00", 5),
    ],
)
def test_the_way_of_buying_and_the_money_say_how_many_sit(district, kind, budget, least):
    procedure = make_procedure("draft")
    procedure.kind, procedure.budget = kind, Decimal(budget)
    assert least_members(ReviewPanel(procedure=procedure)) == least
    if kind == "open_tender":
        assert least_members(ReviewPanel(procedure=procedure, is_major=True)) == 7


def test_four_of_five_are_experts_and_the_fifth_may_be_the_purchasers_own(called):
    panel = panel_at(called, "planned", size=5, representatives=1)
    buyer = buyer_of(called)
    assert texts(panel, "panel.lock_pool", buyer) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewPanel.objects.filter(pk=panel.pk).update(representatives=2)
    panel.quota, panel.representatives = {"business": 3}, 1
    panel.save()
    found = texts(panel, "panel.lock_pool", buyer)
    assert any("评审专家不得少于 4 人，现为 3 人" in text for text in found)


def test_a_representative_is_appointed_confirms_and_signs_but_is_never_drawn(called):
    panel = panel_at(called, "drawn", size=5, representatives=1)
    assert panel.seats.count() == 4
    sent = make_seat(Role.PU_DEM, called.purchaser).person
    seat = appoint_representative(actor=buyer_of(called), panel=panel, person=sent, at=DRAWN_AT)
    for one in panel.seats.filter(status="invited"):
        perform(one, "seat.confirm", actor=member(one), at=DRAWN_AT, declared=True)
    panel.refresh_from_db()
    assert (panel.status, seat.kind, seat.record_key) == ("confirmed", "representative", "")
    with pytest.raises(RuleViolation, match="R-151 采购人代表在全体成员确认前委派"):
        appoint_representative(actor=buyer_of(called), panel=panel, person=sent, at=DRAWN_AT)


def test_who_wrote_the_document_or_comes_from_elsewhere_represents_nobody(called):
    panel = panel_at(called, "planned", size=5, representatives=1)
    for person in (buyer_of(called).person, make_seat(Role.PU_DEM).person):
        with pytest.raises(RuleViolation, match="R-156"):
            appoint_representative(actor=buyer_of(called), panel=panel, person=person, at=DRAWN_AT)


def test_only_experts_of_the_wanted_field_are_drawn_and_none_of_the_house(called):
    pool = make_pool()
    Expert.objects.filter(pk=pool[0].pk).update(specialties=["审计"])
    Expert.objects.filter(pk=pool[1].pk).update(employer=called.purchaser)
    panel = panel_at(called, "planned", specialties=["社会工作", "为老服务"])
    out = {row.id: " ".join(row.reasons) for row in field_for(panel).exclusions}
    assert "R-153 专业领域不符合要求" in out[str(pool[0].pk)]
    assert "R-156" in out[str(pool[1].pk)]


def test_one_panel_at_a_time_and_no_draw_long_before_the_review(called):
    panel = panel_at(called, "pool_locked", review_on=REVIEW_AT.date() + timedelta(days=7),
                     scores_due_on=REVIEW_AT.date() + timedelta(days=9))  # fmt: skip
    witness = make_actor(Role.PU_CHK, called.purchaser)
    found = texts(panel, "panel.draw", witness, words="见证人掷骰子")
    assert any("R-153" in text and "不得早于评审前 2 个工作日" in text for text in found)
    with pytest.raises(RuleViolation, match="R-153"):
        plan_for_procedure(
            actor=buyer_of(called), procedure=called, review_on=REVIEW_AT.date(), scores_due_on=REVIEW_AT.date()
        )


# --- the public draw -----------------------------------------------------------------------------------------------


def test_anybody_recomputes_the_draw_and_names_open_with_the_result(client, called, no_demo_bar):
    panel = panel_at(called, "drawn")
    page = client.get(reverse("procedure-experts", args=[called.pk])).content.decode()
    record = json.loads(client.get(reverse("procedure-experts-record", args=[called.pk, panel.number])).content)
    assert problems(record) == []
    known = {str(pk) for pk in Expert.objects.values_list("pk", flat=True)}
    assert not known & {row["id"] for row in (*record["pool"], *record["exclusions"])}
    names = [seat.person.name for seat in panel.seats.all()]
    assert not any(name in page for name in names)
    seat = panel.seats.first()
    text = "|".join((seat.name_salt, seat.record_key, str(seat.person), seat.employer_name))
    assert seat.name_commitment == hashlib.sha256(text.encode()).hexdigest()
    assert seat.record_key in {pick["id"] for pick in record["selected"]}
    assert seat.name_salt not in page


def test_the_names_and_their_salts_are_public_once_the_result_is(client, district, no_demo_bar):
    procedure = make_procedure("qualified")
    make_bid(procedure, "qualified")
    panel = panel_at(procedure, "confirmed")
    awarded = make_procedure("awarded")
    ReviewPanel.objects.filter(pk=panel.pk).update(procedure=awarded)
    page = client.get(reverse("procedure-experts", args=[awarded.pk])).content.decode()
    for seat in panel.seats.confirmed():
        assert seat.person.name in page
        assert seat.name_salt in page
        assert seat.name_commitment in page


def test_two_draws_of_the_same_pool_share_no_pseudonym(district):
    first, second = (panel_at(make_procedure("bidding"), "drawn") for _ in range(2))
    ids = [{row["id"] for row in panel.draw.record["pool"]} for panel in (first, second)]
    assert len(ids[0]) > 5
    assert not ids[0] & ids[1]


# --- ties ----------------------------------------------------------------------------------------------------------


def test_a_tie_that_shows_at_the_opening_costs_the_seat_and_the_next_in_order_follows(tender):
    make_pool()
    panel = panel_at(tender, "confirmed")
    seat = panel.seats.confirmed().first()
    bidder = tender.bids.first().bidder
    EmploymentHistory.objects.create(
        expert=seat.expert, organization=bidder, position="employee", started_on=DRAWN_AT.date() - timedelta(days=400)
    )
    found = texts(panel, "panel.convene", buyer_of(tender), REVIEW_AT)
    assert any("应当回避" in text for text in found)
    assert recheck_ties(panel, at=REVIEW_AT) == 1
    assert recheck_ties(panel, at=REVIEW_AT) == 0
    seat.refresh_from_db()
    panel.refresh_from_db()
    following = panel.seats.get(replaces=seat)
    order = panel.draw.record["orders"][seat.kind]
    assert (seat.status, panel.status) == ("recused", "drawn")
    assert following.kind != seat.kind or following.rank > seat.rank
    assert seat.record_key in order


def test_nobody_is_set_aside_without_a_tie(tender):
    panel = panel_at(tender, "confirmed")
    with pytest.raises(RuleViolation, match="没有该成员应当回避的情形"):
        perform(panel.seats.confirmed().first(), "seat.find_tie", actor=buyer_of(tender), at=REVIEW_AT, reason="不合意")


def test_who_confirmed_before_the_opening_declares_again_when_the_bidders_are_known(called):
    panel = panel_at(called, "confirmed")
    seat = panel.seats.confirmed().first()
    assert any("尚未开启" in text for text in texts(seat, "seat.declare", member(seat)))
    opened = make_procedure("qualified")
    make_bid(opened, "qualified")
    ReviewPanel.objects.filter(pk=panel.pk).update(procedure=opened)
    panel.refresh_from_db()
    assert any("5 名成员未声明" in text for text in texts(panel, "panel.convene", buyer_of(opened), REVIEW_AT))
    for one in panel.seats.confirmed():
        perform(one, "seat.declare", actor=member(one), at=REVIEW_AT, declared=True)
    assert texts(panel, "panel.convene", buyer_of(opened), REVIEW_AT) == []


def test_a_bidder_asks_for_recusal_without_learning_who_sits(client, tender, no_demo_bar):
    panel = panel_at(tender, "confirmed")
    bid, seat = tender.bids.first(), panel.seats.confirmed().first()
    head = make_actor(Role.ORG, bid.bidder)
    client.force_login(head.user)
    answer = client.post(
        reverse("bid-recusal", args=[bid.pk]), {"about": seat.person.name, "ground": "该专家系竞争单位的顾问。"}
    )
    assert answer.status_code == 302
    asked = RecusalRequest.objects.get(bid=bid)
    assert any("R-155" in text for text in texts(panel, "panel.convene", buyer_of(tender), REVIEW_AT))
    buyer = buyer_of(tender)
    client.force_login(buyer.user)
    address = reverse("recusal", args=[asked.pk])
    assert client.get(address).status_code == 200
    client.post(
        address, {"seat": seat.pk, "statement": "确系顾问", "upheld": "yes", "decision": "属其他可能影响公正的情形"}
    )
    seat.refresh_from_db()
    assert seat.status == "recused"
    told = Outbox.objects.get(template="recusal_decided", recipient=head.user)
    assert seat.person.name not in json.dumps(told.context, ensure_ascii=False)
    client.force_login(head.user)
    assert "已核实并决定" in client.get(bid.get_absolute_url()).content.decode()


def test_an_upheld_request_needs_the_member_and_a_strangers_request_is_refused(tender):
    panel_at(tender, "confirmed")
    bid = tender.bids.first()
    with pytest.raises(RuleViolation, match="S-02"):
        ask_recusal(actor=make_actor(Role.ORG_H), bid=bid, about="某人", ground="没有参加本项目的单位")
    asked = ask_recusal(actor=make_actor(Role.ORG, bid.bidder), bid=bid, about="某人", ground="与我单位有过节的人")
    with pytest.raises(RuleViolation, match="请选择申请所指的成员"):
        decide_recusal(actor=buyer_of(tender), request=asked, upheld=True, statement="", decision="属实")
    decide_recusal(actor=buyer_of(tender), request=asked, upheld=False, statement="", decision="该人员不参加评审")
    assert asked.__class__.objects.get(pk=asked.pk).upheld is False


# --- scores --------------------------------------------------------------------------------------------------------


def test_the_database_refuses_points_of_a_recused_member_and_for_the_price(tender):
    panel = panel_at(tender, "in_session")
    seat = panel.seats.confirmed().first()
    sheet = seat.sheets.first()
    price = panel.rubric.factors.get(aspect="price")
    factor = scored(panel.rubric)[0]
    assert price_points(panel.rubric) == 20
    with pytest.raises(IntegrityError), transaction.atomic():
        FactorScore.objects.create(sheet=sheet, factor=price, value=20, maximum=20, saved_at=REVIEW_AT)
    perform(seat, "seat.recuse", actor=member(seat), at=REVIEW_AT, reason="发现利害关系", entry=sheet.entry)
    with pytest.raises(IntegrityError), transaction.atomic():
        FactorScore.objects.create(sheet=sheet, factor=factor, value=1, maximum=10, saved_at=REVIEW_AT)
    assert not Bid.objects.visible_to(member(seat)).exists()


def test_the_control_without_the_guard_would_take_the_points(tender):
    """With the trigger off the same row is written: what refuses above is the guard and nothing else."""
    import pgtrigger

    panel = panel_at(tender, "in_session")
    seat = panel.seats.confirmed().first()
    sheet = seat.sheets.first()
    perform(seat, "seat.recuse", actor=member(seat), at=REVIEW_AT, reason="发现利害关系", entry=sheet.entry)
    with pgtrigger.ignore("evaluation.FactorScore:score_by_sitting_member"):
        FactorScore.objects.create(sheet=sheet, factor=scored(panel.rubric)[0], value=1, maximum=10, saved_at=REVIEW_AT)
    assert sheet.scores.count() == 1


def test_members_read_the_bids_only_while_they_sit(tender):
    panel = panel_at(tender, "in_session")
    seat = panel.seats.confirmed().first()
    assert Bid.objects.visible_to(member(seat)).count() == 3
    outsider = Expert.objects.exclude(seats__panel=panel).first()
    assert not Bid.objects.visible_to(actor_for(outsider.person)).exists()
    hand_in_all(panel)
    panel.refresh_from_db()
    perform(panel, "panel.report", actor=buyer_of(tender), at=REVIEW_AT)
    sign_all(panel)
    assert not Bid.objects.visible_to(member(seat)).exists()


def test_the_signed_report_ranks_the_bids_and_names_nobody_in_the_record(tender):
    panel = panel_at(tender, "signed")
    tender.refresh_from_db()
    assert tender.status == "evaluated"
    review = tender.reviews.in_force().get()
    assert len(review.members) == 5
    assert {line["rank"] for line in review.lines} == {1, 2, 3}
    for bid in tender.bids.all():
        line = next(line for line in review.lines if line["bid"] == str(bid.pk))
        assert bid.status == "scored"
        assert bid.total_score == bid.technical_score + bid.price_score
        assert (str(bid.total_score), bid.rank) == (line["total"], line["rank"])
    assert [bid.price_score for bid in tender.bids.order_by("price")] == [
        Decimal("20.00"), Decimal("18.75"), Decimal("18.00"),
    ]  # fmt: skip
    people = {str(seat.person_id) for seat in panel.seats.all()}
    for record in TransitionRecord.objects.filter(object_id__in=[tender.pk, *tender.bids.values_list("pk", flat=True)]):
        assert str(record.actor_id) not in people
        assert not any(seat.person.name in json.dumps(record.data, ensure_ascii=False) for seat in panel.seats.all())


def test_a_bid_found_invalid_by_majority_leaves_the_ranking(tender):
    panel = panel_at(tender, "in_session")
    entry = panel.entries.order_by("bid__position").last()
    seats = list(panel.seats.confirmed())
    votes = {seat.pk: place < 2 for place, seat in enumerate(seats)}
    chair = member(seats[0])
    with pytest.raises(RuleViolation, match="R-142 未过半数成员同意"):
        invalidate_entry(actor=chair, entry=entry, reason="报价低于成本且不能说明", votes=votes, at=REVIEW_AT)
    votes[seats[2].pk] = True
    invalidate_entry(actor=chair, entry=entry, reason="报价低于成本且不能说明", votes=votes, at=REVIEW_AT)
    hand_in_all(panel)
    panel.refresh_from_db()
    perform(panel, "panel.report", actor=buyer_of(tender), at=REVIEW_AT)
    assert panel.reports.get().lines.count() == 2


# --- what may still change -----------------------------------------------------------------------------------------


def test_after_the_signatures_only_the_four_grounds_open_the_review_again_and_finance_is_told(tender):
    panel = panel_at(tender, "signed")
    buyer = buyer_of(tender)
    sheet = panel.sheets.order_by("entry__bid__position").first()
    supervisor = make_actor(Role.FIN_SUP, tender.finance)
    with pytest.raises(RuleViolation, match="R-141 只有四种法定情形可以重新评审"):
        perform(panel, "panel.reopen_signed", actor=buyer, at=REVIEW_AT, reason="结果不理想", sheets=[sheet])
    perform(
        panel, "panel.reopen_signed", actor=buyer, at=REVIEW_AT + timedelta(days=1), reason="第三项汇总有误",
        ground="sum_error", sheets=[sheet],
    )  # fmt: skip
    tender.refresh_from_db()
    sheet.refresh_from_db()
    assert (panel.status, tender.status, sheet.status) == ("in_session", "evaluating", "draft")
    assert Outbox.objects.filter(template="review_redone", recipient=supervisor.user).exists()
    assert tender.reviews.in_force().count() == 0
    fill(sheet, Decimal("0.5"))
    perform(sheet, "sheet.lock", actor=member(sheet.seat), at=REVIEW_AT + timedelta(days=1))
    panel.refresh_from_db()
    panel.findings.update(settled_at=REVIEW_AT)
    perform(panel, "panel.report", actor=buyer, at=REVIEW_AT + timedelta(days=1))
    sign_all(panel, REVIEW_AT + timedelta(days=2))
    assert tender.reviews.in_force().get().report_version == 2
    assert tender.reviews.count() == 2


def test_a_bribed_opinion_falls_and_the_result_with_it(tender):
    make_pool(16)
    panel = panel_at(tender, "signed")
    seat = panel.seats.confirmed().first()
    supervisor = make_actor(Role.FIN_SUP, tender.finance)
    perform(seat, "seat.void_opinion", actor=supervisor, at=REVIEW_AT + timedelta(days=1), reason="收受供应商财物")
    panel.refresh_from_db()
    tender.refresh_from_db()
    assert (panel.status, seat.status, tender.status) == ("annulled", "voided", "qualified")
    assert set(tender.bids.values_list("status", flat=True)) == {"qualified"}
    assert not ScoreSheet.objects.filter(panel=panel).exclude(status="void").exists()
    again = plan_for_procedure(
        actor=buyer_of(tender), procedure=tender, review_on=REVIEW_AT.date() + timedelta(days=7),
        scores_due_on=REVIEW_AT.date() + timedelta(days=9), at=REVIEW_AT,
    )  # fmt: skip
    judged = PanelSeat.objects.filter(panel=panel, sheets__isnull=False).values_list("expert_id", flat=True)
    out = {row.id for row in field_for(again).exclusions}
    assert {str(pk) for pk in judged} <= out


# --- pages ---------------------------------------------------------------------------------------------------------


def test_officers_plan_a_panel_on_the_page_and_strangers_find_nothing(client, called):
    make_pool()
    make_rubric(called)
    address = reverse("procedure-panel-new", args=[called.pk])
    client.force_login(make_actor(Role.PU_BUY).user)
    assert client.get(address).status_code == 404
    client.force_login(buyer_of(called).user)
    assert "组建评审组" in client.get(called.get_absolute_url()).content.decode()
    form = {"size": "5", "representatives": "2", "review_on": "2026-03-04", "scores_due_on": "2026-03-06"}
    assert client.post(address, form).status_code == 422
    answer = client.post(address, {**form, "representatives": "1", "specialties": ["社会工作"]})
    panel = ReviewPanel.objects.get()
    assert answer.headers["Location"] == panel.get_absolute_url()
    assert sum(panel.quota.values()) == 4
    assert client.get(panel.get_absolute_url()).status_code == 200
    assert client.get(reverse("panel-representative", args=[panel.pk])).status_code == 200
    assert isinstance(panel.occasion, Procedure)
    assert User.objects.filter(panel_seats__panel=panel).count() == 0
