"""What the award may not do, each refused by the guard and again by the database; who reads what; who stays silent."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from procurement.access import Role
from procurement.lifecycle.engine import perform
from procurement.rules import RuleViolation, refusal_for_constraint
from projects.guards import award as guards
from projects.models import Award, Contract, FrameworkAgreement, ResultLetter
from projects.pricing import Offer
from projects.selectors.awards import candidates, offer_of
from projects.selectors.computation import computation_of
from projects.services.award_contracts import draft_for_award
from projects.services.awards import decide_overdue
from tests.factories import make_actor, make_user
from tests.factories.awards import announced, buyer_of, decide_first, make_evaluated, signer_of
from tests.factories.procedures import make_bid

pytestmark = pytest.mark.django_db
THREE = (("500000", "80"), ("510000", "78"), ("520000", "60"))
SHANGHAI = ZoneInfo("Asia/Shanghai")


def on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 10, 0, tzinfo=SHANGHAI)


def place(bid, **fields):
    values = {
        "procedure": bid.procedure, "lot": bid.lot, "bid": bid, "supplier": bid.bidder, "amount": bid.price, "rank": 1,
        "decided_at": timezone.now(), **fields,
    }  # fmt: skip
    return Award.objects.create(**values)


def said_by_database(act) -> str:
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        act()
    return str(refusal_for_constraint(refused.value))


def test_past_the_guards_the_database_still_allows_one_winner_at_the_bids_price_within_the_plan():
    procedure, bids = make_evaluated(*THREE)
    place(bids[0], amount=Decimal("90000"))
    again = said_by_database(lambda: place(bids[1], amount=Decimal("90000")))
    assert again.startswith("R-170 一个采购包只能有一个中标")
    assert said_by_database(lambda: place(bids[1], amount=Decimal("510000.01"))).startswith("R-201 ")
    dear = make_bid(procedure, "scored", price="600000.01", rank=4)
    over = said_by_database(lambda: place(dear))
    assert over.startswith("R-018 中标（成交）金额合计不得超过购买计划金额")
    with pytest.raises(DatabaseError, match="not rewritten"), transaction.atomic():
        Award.objects.update(amount=1)


def test_contract_past_the_guards_stays_within_the_award_and_with_the_winner():
    procedure, _bids = announced(*THREE)
    award = procedure.awards.get()
    contract = draft_for_award(actor=buyer_of(procedure), award=award)
    more = said_by_database(lambda: Contract.objects.filter(pk=contract.pk).update(amount=award.amount + 1))
    assert more.startswith("R-018 合同须与中标（成交）供应商订立")
    neither = said_by_database(lambda: Contract.objects.filter(pk=contract.pk).update(award=None))
    assert neither.startswith("R-201 合同须对应一项立项批复或者一项中标")
    with pytest.raises(RuleViolation, match=r"R-178 .*不能重复拟定"):
        draft_for_award(actor=buyer_of(procedure), award=award)


def test_purchaser_who_stays_silent_is_deemed_to_choose_the_first():
    procedure, bids = make_evaluated(*THREE, at=on(9, 1))
    assert decide_overdue(on(9, 8)) == 0  # the fifth working day is 8 September
    assert decide_overdue(on(9, 9)) == 1
    award = procedure.awards.get()
    assert (award.bid, award.decided_by) == (bids[0], None)
    record = procedure.history.get(transition="procedure.decide")
    assert "逾期" in record.justification


def test_late_decision_is_explained():
    procedure, _bids = make_evaluated(*THREE, at=on(9, 1))
    with pytest.raises(RuleViolation, match=r"R-170 .*2026-09-08 届满"):
        decide_first(procedure, at=on(9, 9))


def test_equals_are_the_purchasers_choice_and_never_the_clocks():
    procedure, bids = make_evaluated(("500000", "80"), ("500000", "80"), at=on(9, 1))
    assert [bid.rank for bid in bids] == [1, 1]
    assert decide_overdue(on(9, 9)) == 0
    choice = {str(bids[1].lot_id): [str(bids[1].pk)]}
    perform(procedure, "procedure.decide", actor=signer_of(procedure), at=on(9, 2), winners=choice)
    assert procedure.awards.get().bid == bids[1]


def test_without_its_guard_the_second_would_win(monkeypatch: pytest.MonkeyPatch):
    """The control: the order is upheld by this guard and by nothing else."""
    procedure, bids = make_evaluated(*THREE)
    past = {str(bids[1].lot_id): [str(bids[1].pk)]}
    with pytest.raises(RuleViolation, match="R-170"):
        perform(procedure, "procedure.decide", actor=signer_of(procedure), winners=past)
    monkeypatch.setattr(guards.choice_follows_the_ranking, "check", lambda attempt: None)
    perform(procedure, "procedure.decide", actor=signer_of(procedure), winners=past)
    assert procedure.awards.get().bid == bids[1]


def test_all_quotes_over_the_budget_leave_nothing_to_decide():
    procedure, bids = make_evaluated(("600000.01", "80"), ("700000", "90"))
    assert list(candidates(bids[0].lot)) == []
    with pytest.raises(RuleViolation, match="R-121 第1包的报价均超过采购预算"):
        perform(procedure, "procedure.decide", actor=signer_of(procedure), winners={})


def test_only_the_purchasers_head_decides():
    procedure, bids = make_evaluated(*THREE)
    choice = {str(bids[0].lot_id): [str(bids[0].pk)]}
    for actor in (buyer_of(procedure), make_actor(Role.PU_SIGN), make_actor(Role.ORG_H, bids[0].bidder)):
        with pytest.raises(RuleViolation, match="S-02"):
            perform(procedure, "procedure.decide", actor=actor, winners=choice)


def test_remedy_voids_the_award_and_the_bid_it_concerned_is_passed_over():
    procedure, bids = announced(*THREE)
    supervisor = make_actor(Role.FIN_SUP)
    perform(procedure, "procedure.redo_decision", actor=supervisor, reason="投诉成立，取消中标资格")
    award = Award.objects.get(procedure=procedure)
    assert (award.status, bids[0].__class__.objects.get(pk=bids[0].pk).status) == ("voided", "not_awarded")
    (second,) = decide_first(procedure)
    assert second.bid == bids[1]
    perform(procedure, "procedure.announce_result", actor=buyer_of(procedure))
    letter = ResultLetter.objects.filter(bid=bids[0]).order_by("-number").first()
    assert letter is not None
    assert letter.body["reasons"] == ["voided"]


def test_framework_takes_several_from_the_top_and_records_them():
    procedure, bids = make_evaluated(*THREE, kind="framework_agreement", method_reason="由服务对象自选")
    lot, signer = str(bids[0].lot_id), signer_of(procedure)
    for chosen, said in (([bids[0]], "R-100 .*至少须有两家"), ([bids[0], bids[2]], "R-170 .*不得跳过")):
        with pytest.raises(RuleViolation, match=said):
            perform(procedure, "procedure.decide", actor=signer, winners={lot: [str(bid.pk) for bid in chosen]})
    perform(procedure, "procedure.decide", actor=signer, winners={lot: [str(bid.pk) for bid in bids[:2]]})
    perform(procedure, "procedure.announce_result", actor=buyer_of(procedure))
    agreement = FrameworkAgreement.objects.get(procedure=procedure)
    assert {place.supplier for place in agreement.suppliers.all()} == {bid.bidder for bid in bids[:2]}
    assert bids[0].bidder.name in Client().get(reverse("frameworks")).content.decode()


def test_letter_and_computation_are_for_their_people_only(client: Client):
    procedure, bids = announced(*THREE)
    letter = ResultLetter.objects.get(bid=bids[1])
    computation = reverse("procedure-computation", args=[procedure.pk])
    own, rival = make_actor(Role.ORG, bids[1].bidder), make_actor(Role.ORG, bids[0].bidder)
    expected = (
        (own, 200, 404),
        (rival, 404, 404),
        (buyer_of(procedure), 200, 200),
        (make_actor(Role.PU_BUY), 404, 404),
    )
    for actor, reads_letter, follows in expected:
        client.force_login(actor.person)
        assert client.get(letter.get_absolute_url()).status_code == reads_letter
        assert client.get(computation).status_code == follows
    client.force_login(own.person)
    text = client.get(letter.get_absolute_url()).content.decode()
    assert bids[0].bidder.name in text  # the winner is public
    assert bids[2].bidder.name not in text
    assert str(bids[0].total_score) not in text


def test_undecided_award_is_nobody_elses_to_see(client: Client):
    procedure, _bids = make_evaluated(*THREE)
    (award,) = decide_first(procedure)
    assert client.get(award.get_absolute_url()).status_code == 404
    client.force_login(make_user())
    assert client.get(award.get_absolute_url()).status_code == 404
    assert "查看评分和排序的计算过程" not in client.get(procedure.get_absolute_url()).content.decode()


def test_computation_page_does_the_reports_sum_again():
    procedure, bids = make_evaluated(*THREE)
    found = computation_of(procedure.lots.get())
    assert found is not None
    assert all(line.agrees for line in found.lines)
    assert [line.bid for line in found.lines] == bids


def test_deduction_is_for_the_entitled_only():
    procedure, bids = make_evaluated(*THREE)
    social, enterprise = bids[0], bids[1]
    enterprise.bidder.kind = "enterprise"
    for bid in (social, enterprise):
        bid.offer = {"policy_claim": "small_enterprise"}
    assert [offer_of(bid).deduction for bid in (social, enterprise)] == [Decimal(0), Decimal("0.10")]  # type: ignore[union-attr]
    assert isinstance(offer_of(social), Offer)
    assert procedure.status == "evaluated"


def test_head_decides_from_the_page(client: Client):
    procedure, bids = make_evaluated(*THREE)
    signer = signer_of(procedure)
    client.force_login(signer.person)
    page = client.get(reverse("transition", args=["procedure", procedure.pk, "procedure.decide"])).content.decode()
    assert page.index(bids[0].bidder.name) < page.index(bids[1].bidder.name)
    answer = client.post(
        reverse("transition", args=["procedure", procedure.pk, "procedure.decide"]),
        {str(bids[0].lot_id): str(bids[0].pk), "password": "demo-2026"},
    )
    assert answer.status_code == 302, answer.content.decode()[:2000]
    assert procedure.awards.get().bid == bids[0]


def test_officer_checks_qualification_from_the_page(client: Client):
    from projects.selectors.qualification import conditions_of
    from tests.factories.procedures import make_procedure

    procedure = make_procedure("opened")
    bid = make_bid(procedure)
    client.force_login(buyer_of(procedure).person)
    address = reverse("transition", args=["bid", bid.pk, "bid.disqualify"])
    count = len(conditions_of(procedure))
    answers = {f"met_{n}": "yes" for n in range(count)} | {"reason": "材料不全"}
    assert "R-173" in client.post(address, answers).content.decode()  # all met is no reason to exclude
    answers |= {"met_1": "no", "why_1": "列入严重违法失信名单"}
    assert client.post(address, answers).status_code == 302
    bid.refresh_from_db()
    assert (bid.status, bid.qualification_checks.filter(is_met=False).count()) == ("disqualified", 1)
    assert "列入严重违法失信名单" in client.get(bid.get_absolute_url()).content.decode()
