"""Complaints: scope, clocks, suspension, decision and what it brings (R-184 … R-187)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orgs.models import CreditList, CreditRecord
from procurement.access import Duty, Role, conflict_for
from procurement.calendars import days_used
from procurement.lifecycle import engine
from procurement.lifecycle.engine import perform
from procurement.rules import RuleViolation
from projects.guards import complaint as guards
from projects.models import Award, Complaint, ComplaintMatter, Contract, OfficialNotice, Respondent
from projects.selectors.remedies import queue_at, result_is_frozen
from projects.selectors.remedy_clocks import complaint_clocks
from projects.services import challenges, complaint_decisions, complaints
from tests.factories import make_actor
from tests.factories.remedies import MONDAY, Dispute, at, decision, ended

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispute() -> Dispute:
    return Dispute()


def due(complaint: Complaint, label: str = "作出处理决定") -> date | None:
    return next(each.due for each in complaint_clocks(complaint) if each.label == label)


# --- filing -------------------------------------------------------------------------------------------------------


def test_complaint_comes_within_fifteen_working_days_after_the_reply(dispute: Dispute) -> None:
    """Replied on Tuesday 10 March: the last day is the 31st."""
    found = dispute.replied()
    assert dispute.complaint(found, on=21).last_day == date(2026, 3, 31)


def test_one_day_later_it_is_refused_with_the_computed_day(dispute: Dispute) -> None:
    with pytest.raises(RuleViolation, match=r"R-184 投诉期限自 2026-03-10 起算 15 工作日，已于 2026-03-31 24 时届满"):
        dispute.complaint(on=22)


def test_complaint_before_the_reply_waits_for_its_term(dispute: Dispute) -> None:
    found = dispute.challenge(on=3)
    with pytest.raises(RuleViolation, match="R-184 质疑尚在答复期限内"):
        dispute.complaint(found)
    challenges.sweep(at(11))
    found.refresh_from_db()
    assert dispute.complaint(found, on=12).status == "filed"


def test_scope_does_not_exceed_what_was_challenged(dispute: Dispute) -> None:
    found, other = dispute.replied(), Dispute().challenge()
    beyond = [complaints.Grievance(text="另一事项", facts="另有事实。", challenged=other.matters.get())]
    with pytest.raises(RuleViolation, match="R-184 投诉事项不得超出已质疑事项的范围"):
        dispute.complaint(found, grievances=beyond)
    answer = [complaints.Grievance(text="答复与事实不符", facts="第12页没有区间。")]
    filed = dispute.complaint(found, grievances=answer)
    assert filed.matters.get().from_answer
    with pytest.raises(IntegrityError, match="complaint_matter_was_challenged"), transaction.atomic():
        ComplaintMatter.objects.create(complaint=filed, number=9, text="无关事项", facts="无。")


def test_only_the_head_complains_and_once(dispute: Dispute) -> None:
    found = dispute.replied()
    dispute.complaint(found)
    with pytest.raises(RuleViolation, match="R-184 对该质疑已经提起投诉"):
        dispute.complaint(found)
    dispute.head = dispute.operator
    with pytest.raises(RuleViolation, match="S-02"):
        dispute.complaint(found)


# --- clocks -------------------------------------------------------------------------------------------------------


def test_clocks_count_from_the_receipt_and_stop_for_correction_and_test(dispute: Dispute) -> None:
    """Received Thursday 12 March; corrected from the 16th to the 19th; tested from 1 to 8 April over the holiday."""
    found = dispute.complaint()
    assert [(each.label, each.due) for each in complaint_clocks(found)] == [
        ("审查", date(2026, 3, 19)),
        ("发送副本", date(2026, 3, 24)),
        ("作出处理决定", date(2026, 4, 24)),
    ]
    perform(found, "complaint.request_correction", actor=dispute.supervisor, at=at(10), reason="补充证据。")
    assert due(found) is None
    grievances = [complaints.Grievance(text="评分标准", facts="见补充材料。", challenged=found.challenge.matters.get())]
    complaints.correct(actor=dispute.head, complaint=found, grievances=grievances, request="请求重新评审。", at=at(13))
    assert due(found, "审查") == date(2026, 3, 24)
    with pytest.raises(RuleViolation, match="补正须一次性告知"):
        perform(found, "complaint.request_correction", actor=dispute.supervisor, at=at(13), reason="再补。")
    perform(found, "complaint.accept", actor=dispute.supervisor, at=at(14))
    perform(found, "complaint.stop_clock", actor=dispute.supervisor, at=at(22), ground="test", note="检测报告")
    assert complaint_clocks(found)[-1].note == "计时中止，恢复后继续计算"
    with pytest.raises(RuleViolation, match="R-185 计时因“检验检测”中止"):
        perform(found, "complaint.decide", actor=dispute.supervisor, at=at(23), **decision(found))
    perform(found, "complaint.restart_clock", actor=dispute.supervisor, at=at(26))
    # Three days of correction and four of the test are given back.
    assert due(found) == date(2026, 5, 8)


def test_queue_shows_first_what_runs_out_first_and_what_stands_last() -> None:
    late, fresh, standing = Dispute(), Dispute(), Dispute()
    first = late.served()
    second = fresh.complaint(fresh.replied(), on=20)
    third = standing.served()
    perform(third, "complaint.stop_clock", actor=standing.supervisor, at=at(10), ground="appraisal")
    now = at(39)
    rows = queue_at(Complaint.objects.all(), now, timezone.localdate(now))
    assert [row.complaint for row in rows] == [second, first, third]
    assert [(row.due, row.is_overdue) for row in rows] == [
        (date(2026, 4, 7), True), (date(2026, 4, 24), True), (None, False),
    ]  # fmt: skip
    assert (rows[0].used, rows[1].used) == (days_used(at(20), now), 31)


def test_queue_asks_as_often_for_many_as_for_one() -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            queue_at(Complaint.objects.all(), at(12), timezone.localdate(at(12)))
        return len(captured)

    Dispute().complaint()
    few = asked()
    Dispute().served()
    assert asked() == few <= 3


# --- suspension ---------------------------------------------------------------------------------------------------


def test_suspension_stops_everything_and_ends_by_itself_after_thirty_days(dispute: Dispute) -> None:
    found = dispute.served()
    perform(found, "complaint.suspend", actor=dispute.supervisor, at=at(10), reason="可能影响采购结果。")
    procedure = dispute.procedure
    procedure.refresh_from_db()
    assert (procedure.status, procedure.paused_from, found.suspended_until) == ("paused", "awarded", date(2026, 4, 15))
    assert result_is_frozen(procedure)
    with pytest.raises(RuleViolation, match="S-01"):
        perform(procedure, "procedure.contract", actor=dispute.signer, at=at(11))
    with pytest.raises(RuleViolation, match="R-186 处理一件投诉只能通知暂停一次"):
        perform(found, "complaint.suspend", actor=dispute.supervisor, at=at(11), reason="再次暂停。")
    # The 15th of April is its last day: until 24:00 it stands.
    assert complaint_decisions.sweep(at(31, 23)) == 0
    assert complaint_decisions.sweep(at(32, 0)) == 1
    procedure.refresh_from_db()
    assert (procedure.status, procedure.paused_from) == ("awarded", "")


def test_database_allows_no_longer_suspension(dispute: Dispute) -> None:
    found = dispute.served()
    found.suspended_at, found.suspended_until = at(10), date(2026, 4, 16)
    with pytest.raises(IntegrityError, match="thirty days at most"), transaction.atomic():
        found.save()


def test_bidders_get_back_the_time_of_a_suspension() -> None:
    dispute = Dispute("bidding")
    deadline = dispute.procedure.deadline_at
    perform(dispute.procedure, "procedure.pause", actor=dispute.supervisor, at=at(5), reason="处理投诉")
    with pytest.raises(RuleViolation, match="R-186 暂停前不在该阶段"):
        perform(dispute.procedure, "procedure.resume_opened", actor=dispute.supervisor, at=at(6))
    perform(dispute.procedure, "procedure.resume_bidding", actor=dispute.supervisor, at=at(8))
    assert dispute.procedure.deadline_at == deadline + (at(8) - at(5))


def test_withdrawal_ends_the_complaint_and_the_suspension(dispute: Dispute) -> None:
    found = dispute.served()
    perform(found, "complaint.suspend", actor=dispute.supervisor, at=at(10), reason="可能影响采购结果。")
    perform(found, "complaint.withdraw", actor=dispute.head, at=at(12), reason="双方已沟通。")
    dispute.procedure.refresh_from_db()
    assert (found.status, dispute.procedure.status) == ("terminated", "awarded")


# --- decision -----------------------------------------------------------------------------------------------------


def test_respondents_are_heard_before_the_decision(dispute: Dispute) -> None:
    found = dispute.served(on=9)
    with pytest.raises(RuleViolation, match="R-185 还有 2 家被投诉人未说明且说明期限未满"):
        perform(found, "complaint.decide", actor=dispute.supervisor, at=at(14), **decision(found))
    perform(found, "complaint.decide", actor=dispute.supervisor, at=at(15), **decision(found, "unfounded"))
    assert found.status == "decided"


def test_without_the_hearing_guard_it_would_be_decided_at_once(
    dispute: Dispute, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = dispute.served(on=9)
    monkeypatch.setattr(guards.respondents_were_heard, "check", lambda attempt: None)
    perform(found, "complaint.decide", actor=dispute.supervisor, at=at(10), **decision(found, "unfounded"))
    assert found.status == "decided"


def test_decision_says_one_thing(dispute: Dispute) -> None:
    found = dispute.heard()
    for wrong in (
        decision(found, "upheld", ""),
        {**decision(found, "unfounded"), "remedy": "review"},
        {**decision(found), "findings": {}},
        decision(found, "false_evidence"),
    ):
        with pytest.raises(RuleViolation, match="R-187"):
            perform(found, "complaint.decide", actor=dispute.supervisor, at=at(12), **wrong)


def test_who_answered_the_challenge_does_not_decide_the_complaint(dispute: Dispute) -> None:
    found = dispute.complaint()
    both = make_actor(Role.FIN_SUP, dispute.procedure.finance, user=dispute.signer.person)
    with pytest.raises(RuleViolation, match="R-185 您在本项目中已承担“质疑答复”"):
        perform(found, "complaint.accept", actor=both, at=at(9))
    clash = conflict_for(person_id=both.id, case_id=found.duty_scope, duty=Duty.COMPLAINT_DECIDER)
    assert clash == (Duty.CHALLENGE_REPLIER, "R-185")


def test_false_evidence_bans_from_procurement(dispute: Dispute) -> None:
    found = dispute.heard()
    entered = decision(found, "false_evidence", ban_months=24)
    perform(found, "complaint.decide", actor=dispute.supervisor, at=at(12), **entered)
    record = CreditRecord.objects.get(organization=dispute.loser, credit_list=CreditList.BAD_CONDUCT)
    assert (record.status, record.starts_on, record.ends_on) == ("published", date(2026, 3, 18), date(2028, 3, 18))
    assert record.document_number == entered["decision_number"]


def test_third_unfounded_complaint_within_a_year_is_a_bad_record(dispute: Dispute) -> None:
    for number in (1, 2):
        earlier = Dispute()
        old = earlier.heard()
        perform(old, "complaint.decide", actor=earlier.supervisor, at=at(12), **decision(old, "unfounded"))
        Complaint.objects.filter(pk=old.pk).update(complainant=dispute.loser)
        assert CreditRecord.objects.filter(credit_list=CreditList.BAD_CONDUCT).count() == 0, number
    found = dispute.heard()
    perform(found, "complaint.decide", actor=dispute.supervisor, at=at(13), **decision(found, "unfounded"))
    assert CreditRecord.objects.get(organization=dispute.loser).status == "published"


def test_ordered_rerun_keeps_the_result_frozen_until_it_is_carried_out(dispute: Dispute) -> None:
    found = dispute.heard()
    perform(found, "complaint.decide", actor=dispute.supervisor, at=at(12), **decision(found, "upheld", "rerun"))
    dispute.procedure.refresh_from_db()
    assert dispute.procedure.status == "evaluated"
    assert result_is_frozen(dispute.procedure)


def test_decision_is_final_and_published_to_everybody(dispute: Dispute) -> None:
    found = dispute.heard()
    perform(found, "complaint.decide", actor=dispute.supervisor, at=at(12), **decision(found, "unfounded"))
    found.decision = "改写"
    with pytest.raises(IntegrityError, match="a decision stays"), transaction.atomic():
        found.save()
    found.refresh_from_db()
    address = dispute.procedure.get_absolute_url()
    assert found.decision_number not in Client().get(address).content.decode()
    perform(found, "complaint.publish", actor=dispute.supervisor, at=at(13))
    text = Client().get(address).content.decode()
    assert found.decision_number in text
    notice = OfficialNotice.objects.public().get(kind="complaint_result")
    assert notice.fields["complainant"] == dispute.loser.name
    assert found.decision_number in Client().get(notice.get_absolute_url()).content.decode()


# --- who reads what -----------------------------------------------------------------------------------------------


def test_statements_and_secrets_are_read_by_supervision_and_their_own_house(dispute: Dispute) -> None:
    filed = dispute.complaint(secret="投诉人成本明细8137元")
    perform(filed, "complaint.accept", actor=dispute.supervisor, at=at(9))
    own = filed.respondents.get(organization=dispute.winner)
    complaints.answer(actor=dispute.rival, respondent=own, text="我方报价构成为6213元。", at=at(10))
    third = make_actor(Role.ORG_H, dispute.bids[2].bidder)
    reads = {}
    for name, actor in {
        "head": dispute.head,
        "rival": dispute.rival,
        "buyer": dispute.buyer,
        "supervisor": dispute.supervisor,
    }.items():
        client = Client()
        client.force_login(actor.person)
        text = client.get(filed.get_absolute_url()).content.decode()
        reads[name] = ("8137" in text, "6213" in text)
    assert reads == {"head": (True, False), "rival": (False, True), "buyer": (False, False), "supervisor": (True, True)}
    client = Client()
    client.force_login(third.person)
    assert client.get(filed.get_absolute_url()).status_code == 404
    assert client.get(reverse("complaint-statement", args=[own.pk])).status_code == 404


def test_statement_is_given_once(dispute: Dispute) -> None:
    found = dispute.served()
    own = found.respondents.get(organization=dispute.winner)
    complaints.answer(actor=dispute.rival, respondent=own, text="程序合法。", at=at(10))
    with pytest.raises(RuleViolation, match="S-01 书面说明已经提交"):
        complaints.answer(actor=dispute.rival, respondent=own, text="补充。", at=at(10))
    own.refresh_from_db()
    own.answer = "改写"
    with pytest.raises(IntegrityError, match="an answer is given once"), transaction.atomic():
        own.save()


# --- two at once --------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_supervisors_deciding_at_once_one_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    dispute = Dispute()
    found = dispute.heard()
    second = make_actor(Role.FIN_SUP, dispute.procedure.finance)
    said = decide_at_once(found, [dispute.supervisor, second])
    assert sorted(said) == ["", "S-01"]
    assert found.history.filter(transition="complaint.decide").count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: read without a lock, both act on the same state; the database keeps the first decision."""
    dispute = Dispute()
    found = dispute.heard()
    second = make_actor(Role.FIN_SUP, dispute.procedure.finance)
    meeting = Barrier(2, timeout=20)

    def read_only(obj: Any) -> Any:
        row = type(obj)._base_manager.get(pk=obj.pk)
        if isinstance(row, Complaint):
            meeting.wait()
        return row

    monkeypatch.setattr(engine, "_lock", read_only)
    said = decide_at_once(found, [dispute.supervisor, second])
    assert "S-01" not in said
    assert sorted(said)[1] != ""


def decide_at_once(found: Complaint, actors: list[Any]) -> list[str]:
    """What each of them is told: nothing when it went through, else the rule."""
    start = Barrier(len(actors), timeout=20)
    entered = [decision(found, "unfounded") for _actor in actors]

    def run(n: int) -> str:
        try:
            start.wait()
            perform(Complaint.objects.get(pk=found.pk), "complaint.decide", actor=actors[n], at=at(12), **entered[n])
        except RuleViolation as refused:
            return refused.refusals[0].rule_id
        else:
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actors)) as pool:
        return [future.result() for future in [pool.submit(run, n) for n in range(len(actors))]]


def test_respondent_rows_belong_to_their_house(dispute: Dispute) -> None:
    found = dispute.served()
    assert {each.organization_id for each in Respondent.objects.visible_to(dispute.rival)} == {dispute.winner.pk}
    assert Respondent.objects.visible_to(dispute.supervisor).filter(complaint=found).count() == 2


# --- signed contracts ---------------------------------------------------------------------------------------------


def signed_contract(dispute: Dispute, status: str) -> Contract:
    """A contract of the awarded bid as its signatures leave it."""
    bid = dispute.bids[0]
    award = Award.objects.create(
        procedure=dispute.procedure, lot=bid.lot, bid=bid, supplier=bid.bidder, amount=bid.price, rank=1,
        decided_at=at(0), announced_at=at(0), status="announced",
    )  # fmt: skip
    words = dict.fromkeys(
        ("scope", "quantity", "quality", "assessment_terms", "rights_and_duties", "breach_terms", "dispute_terms"),
        "见附件",
    )
    return Contract.objects.create(
        number=f"HT-{award.pk}"[:40], award=award, purchaser=dispute.procedure.purchaser, contractor=bid.bidder,
        treasury=dispute.procedure.finance, subject_matter="为老服务", amount=bid.price, starts_on=date(2026, 4, 1),
        ends_on=date(2027, 3, 31), status=status, **words,
    )  # fmt: skip


@pytest.mark.parametrize("status", ["signed", "performing"])
def test_signed_contract_stands_still_until_the_challenge_is_answered(dispute: Dispute, status: str) -> None:
    contract = signed_contract(dispute, status)
    found = dispute.accepted()
    contract.refresh_from_db()
    assert contract.status == "suspended"
    dispute.replied(found=found)
    contract.refresh_from_db()
    assert contract.status == status


def test_contract_its_purchaser_suspended_is_not_released_by_a_reply(dispute: Dispute) -> None:
    contract = signed_contract(dispute, "performing")
    perform(contract, "contract.suspend", actor=dispute.signer, at=at(1), reason="承接单位人员不到位。")
    dispute.replied(found=dispute.accepted())
    contract.refresh_from_db()
    assert contract.status == "suspended"


def test_rerun_ordered_after_the_contract_terminates_it() -> None:
    dispute = Dispute("contracted")
    contract = signed_contract(dispute, "performing")
    ended(dispute.procedure, "procedure.announce_result", MONDAY)
    found = dispute.heard()
    perform(found, "complaint.suspend", actor=dispute.supervisor, at=at(11), reason="可能影响采购结果。")
    contract.refresh_from_db()
    assert contract.status == "suspended"
    perform(found, "complaint.decide", actor=dispute.supervisor, at=at(12), **decision(found, "upheld", "rerun"))
    contract.refresh_from_db()
    assert contract.status == "terminated"
