"""An open tender of 600 000 yuan with seven bids, from the opening to the contract; a consultation of two; a refusal."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from catalogs.models import PurchasePlan
from procurement.access import Role
from procurement.documents.models import Job
from procurement.lifecycle.engine import perform
from procurement.notices.models import Outbox
from procurement.rules import RuleViolation
from projects.models import Award, Bid, Procedure, ResultLetter
from projects.services.award_contracts import draft_for_award
from projects.services.official_notices import expire_due
from tests.factories import make_actor
from tests.factories.awards import all_met, announced, buyer_of, decide_first, published_plan, ranked, signer_of
from tests.factories.procedures import make_bid, make_procedure

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
PRICES = ["598000", "560000", "545000", "520000", "575000", "590000", "480000"]
POINTS = ["61.20", "70.40", "72.55", "66.00", "74.10", "58.30", "69.00"]


def on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 10, 0, tzinfo=SHANGHAI)


def test_open_tender_with_seven_bids_ends_in_a_signed_contract(client: Client):
    # given: seven bids opened under a published plan
    plan = published_plan()
    procedure = make_procedure("opened", plan=plan)
    bids = [make_bid(procedure, price=price) for price in PRICES]
    buyer, signer = buyer_of(procedure), signer_of(procedure)
    # when: the officer checks each against every condition; the seventh has no audit report
    for bid in bids[:6]:
        perform(bid, "bid.qualify", actor=buyer, at=on(9, 1), checks=all_met(bid))
    with pytest.raises(RuleViolation, match="R-118 第1包还有 1 份未审查"):
        perform(procedure, "procedure.finish_qualification", actor=buyer, at=on(9, 1))
    checks = all_met(bids[6])
    checks[3] = {**checks[3], "is_met": False, "reason": "未附财务审计报告"}
    perform(bids[6], "bid.disqualify", actor=buyer, at=on(9, 1), reason="资格证明材料不全", checks=checks)
    perform(procedure, "procedure.finish_qualification", actor=buyer, at=on(9, 1))
    # and: the panel's report ranks the six by technical points and price formula
    ranked(procedure, dict(zip(bids[:6], POINTS[:6], strict=True)), at=on(9, 2))
    for bid in bids:
        bid.refresh_from_db()
    assert [bid.rank for bid in bids] == [5, 3, 2, 4, 1, 6, None]
    assert (bids[4].price_score, bids[4].total_score) == (Decimal("18.09"), Decimal("92.19"))  # 20 × 520000 ÷ 575000
    # then: the head decides in that order, not past the first
    procedure.refresh_from_db()
    skipped = {str(bids[2].lot_id): [str(bids[2].pk)]}
    with pytest.raises(RuleViolation, match="R-170 第1包须确定排名第一的候选人"):
        perform(procedure, "procedure.decide", actor=signer, at=on(9, 3), winners=skipped)
    (award,) = decide_first(procedure, at=on(9, 3))
    assert (award.bid, award.amount, award.rank) == (bids[4], Decimal("575000.00"), 1)
    # and: the result is public with the experts' names, and every bidder has a letter with the own numbers only
    rival = make_actor(Role.ORG, bids[2].bidder)
    perform(procedure, "procedure.announce_result", actor=buyer, at=on(9, 4))
    assert Outbox.objects.filter(template="result_letter", recipient=rival.user).count() == 1
    notice = procedure.notices.get(kind="award")
    page = client.get(notice.get_absolute_url()).content.decode()
    assert all(text in page for text in (award.supplier.name, "评审专家1", "575,000.00"))
    assert str(notice.ends_on) == "2026-09-07"  # one working day after Friday 4 September
    letters = {letter.bid_id: letter for letter in ResultLetter.objects.all()}
    assert set(letters) == {bid.pk for bid in bids}
    second = letters[bids[2].pk]
    assert (second.body["reasons"], second.body["rank"]) == (["ranked_lower"], 2)
    assert str(second.challenge_by) == "2026-09-16"  # seven working days after the notice's last day
    unqualified = letters[bids[6].pk].body
    assert unqualified["reasons"] == ["not_qualified"]
    assert unqualified["unmet"][0]["reason"] == "未附财务审计报告"
    assert Job.objects.filter(kind="result_letter").count() == 7
    # and: no contract is signed before the notice has run
    contract = draft_for_award(actor=buyer, award=award, at=on(9, 4), account_bank="工行", account_number="1234567890")
    perform(contract, "contract.check", actor=make_actor(Role.PU_CHK, procedure.purchaser), at=on(9, 4))
    perform(contract, "contract.approve", actor=buyer, at=on(9, 4))
    client.force_login(buyer.person)
    for address in (contract.get_absolute_url(), award.get_absolute_url(), procedure.get_absolute_url()):
        assert client.get(address).status_code == 200
    sign = {"seen_sha256": contract.content_sha256, "confirmed": True}
    head = make_actor(Role.ORG_H, award.supplier)
    with pytest.raises(RuleViolation, match="R-171 结果公告期至 2026-09-07"):
        perform(contract, "contract.sign_contractor", actor=head, at=on(9, 7), **sign)
    assert expire_due(on(9, 8)) == 1
    perform(contract, "contract.sign_contractor", actor=head, at=on(9, 8), **sign)
    perform(contract, "contract.sign_purchaser", actor=signer, at=on(9, 8), **sign)
    procedure.refresh_from_db()
    award.refresh_from_db()
    assert (procedure.status, award.status) == ("contracted", "contracted")
    used = PurchasePlan.objects.get(pk=plan.pk)
    assert (used.status, used.awarded_amount) == ("used", Decimal("575000.00"))
    assert procedure.notices.filter(kind="contract", contract=contract).exists()
    announcement = client.get(reverse("contract-announcement", args=[contract.pk])).content.decode()
    assert award.supplier.name in announcement
    perform(contract, "contract.file", actor=make_actor(Role.FIN, procedure.finance), at=on(9, 9))
    assert contract.status == "performing"


def test_consultation_goes_on_with_two_and_ends_with_one():
    def consultation(met: int) -> Procedure:
        procedure = make_procedure("opened", kind="competitive_consultation", method_reason="政府购买服务项目")
        buyer = buyer_of(procedure)
        for number in range(3):
            bid = make_bid(procedure)
            checks = all_met(bid)
            if number < met:
                perform(bid, "bid.qualify", actor=buyer, checks=checks)
            else:
                checks[0] = {**checks[0], "is_met": False, "reason": "登记证书已过期"}
                perform(bid, "bid.disqualify", actor=buyer, reason="资格不符", checks=checks)
        return procedure

    two, one = consultation(2), consultation(1)
    perform(two, "procedure.finish_qualification", actor=buyer_of(two))
    assert two.status == "qualified"
    with pytest.raises(RuleViolation, match=r"R-119 .*只有 1 家"):
        perform(one, "procedure.finish_qualification", actor=buyer_of(one))


def test_winner_declines_and_the_second_moves_up(client: Client):
    # given: a result announced
    procedure, bids = announced(("500000", "80"), ("510000", "78"), ("520000", "60"), at=on(9, 1))
    first = Award.objects.get(procedure=procedure)
    assert first.bid == bids[0]
    with pytest.raises(RuleViolation, match="R-177 没有放弃"):
        perform(procedure, "procedure.next_candidate", actor=signer_of(procedure), at=on(9, 2))
    # when: its head declines, and the purchaser takes the next
    head = make_actor(Role.ORG_H, first.supplier)
    perform(first, "award.decline", actor=head, at=on(9, 2), reason="人员已调往其他项目，无法按期进场")
    perform(procedure, "procedure.next_candidate", actor=signer_of(procedure), at=on(9, 3))
    with pytest.raises(RuleViolation, match="R-170"):
        perform(
            procedure, "procedure.decide", actor=signer_of(procedure), at=on(9, 3),
            winners={str(bids[2].lot_id): [str(bids[2].pk)]},
        )  # fmt: skip
    (second,) = decide_first(procedure, at=on(9, 3))
    perform(procedure, "procedure.announce_result", actor=buyer_of(procedure), at=on(9, 3))
    # then: the second stands, the refusal is on record, the change is announced in place of the first notice
    assert second.bid == bids[1]
    assert "放弃中标（成交）" in second.grounds
    assert Bid.objects.get(pk=bids[0].pk).status == "declined"
    change = procedure.notices.get(kind="award_change")
    assert change.corrects.status == "superseded"
    assert second.supplier.name in client.get(change.get_absolute_url()).content.decode()
    letter = ResultLetter.objects.get(bid=bids[1], notice=change)
    assert letter.body["reasons"] == ["moved_up"]
    assert ResultLetter.objects.get(bid=bids[0], notice=change).body["reasons"] == ["declined"]
