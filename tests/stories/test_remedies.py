"""Remedies from end to end, in the words of those who use them (issue 4 §8)."""

from __future__ import annotations

from typing import Any

import pytest

from procurement.access import Actor, Role
from procurement.documents import render_pdf
from procurement.documents.models import Job
from procurement.documents.services.generating import render_html
from procurement.lifecycle.engine import perform
from procurement.lifecycle.models import TransitionRecord
from procurement.rules import RuleViolation
from projects.models import HotlineCall, Procedure
from projects.selectors.remedies import result_is_frozen
from projects.services import challenges, complaint_decisions, hotline, remedy_letters
from projects.services.awards import first_choice
from tests.factories import make_actor, make_social_organization
from tests.factories.awards import announced
from tests.factories.remedies import Dispute, at, decision, make_call

pytestmark = pytest.mark.django_db


def acts_on(procedure: Procedure) -> list[str]:
    return list(procedure.history.values_list("transition", flat=True))


def test_an_upheld_challenge_promotes_the_second_candidate() -> None:
    """Given an announced result, the second candidate challenges it, is right, and the result is taken back for it."""
    dispute = Dispute()
    found = dispute.accepted()
    assert result_is_frozen(dispute.procedure)
    dispute.replied("upheld", "promote", found=found)
    perform(found, "challenge.remedy", actor=dispute.signer, at=at(7))
    dispute.procedure.refresh_from_db()
    assert (found.status, dispute.procedure.status) == ("closed", "evaluated")
    assert "procedure.redo_decision" in acts_on(dispute.procedure)
    assert not result_is_frozen(dispute.procedure)


def test_an_upheld_complaint_suspends_and_redoes_the_review() -> None:
    """Given a dismissed challenge, the complainant goes to finance, which suspends, hears everyone and orders a new review."""
    dispute = Dispute()
    complaint = dispute.heard()
    perform(complaint, "complaint.suspend", actor=dispute.supervisor, at=at(11), reason="可能影响采购结果。")
    procedure = dispute.procedure
    procedure.refresh_from_db()
    assert procedure.status == "paused"
    perform(complaint, "complaint.decide", actor=dispute.supervisor, at=at(15), **decision(complaint))
    procedure.refresh_from_db()
    assert (complaint.status, procedure.status) == ("decided", "qualified")
    assert acts_on(procedure)[-3:] == ["procedure.pause", "procedure.resume_awarded", "procedure.redo_review"]
    perform(complaint, "complaint.publish", actor=dispute.supervisor, at=at(16))
    assert complaint.published_at == at(16)
    assert complaint_decisions.sweep(at(60)) == 0


def test_a_late_challenge_is_refused_with_the_day_computed() -> None:
    with pytest.raises(RuleViolation, match="已于 2026-03-12 24 时届满"):
        Dispute().challenge(on=9)
    assert not TransitionRecord.objects.filter(lifecycle="challenge").exists()


def test_a_residents_call_is_handed_on_answered_and_rated() -> None:
    """Given a telephone call, the office hands it to the contractor, who answers; dissatisfied, she has it taken up again."""
    office = make_call().call.office
    staff, body = make_actor(Role.LGO, office), make_social_organization()
    received = make_call(office=office, actor=staff, channel="phone", contact="010-85001234")
    call = received.call
    perform(call, "hotline.dispatch", actor=staff, at=at(1), handler=body)
    answer(call, make_actor(Role.ORG, body), "已补送。", day=2)
    again = hotline.rate(
        call=hotline.call_of_code(received.code), rating="unsatisfied", note="还是没有送到。", at=at(3)
    )
    assert (again.status, again.handler) == ("dispatched", body)
    answer(again, make_actor(Role.ORG_H, body), "已上门致歉并补送，调整了配送路线。", day=5)
    done: Any = hotline.rate(call=hotline.call_of_code(received.code), rating="satisfied", at=at(6))
    assert (done.status, done.rating) == ("closed", "satisfied")


def answer(call: HotlineCall, actor: Actor, text: str, *, day: int) -> None:
    perform(call, "hotline.answer", actor=actor, at=at(day), answer=text)


def test_after_an_upheld_challenge_the_second_candidate_is_chosen_and_announced() -> None:
    """The same with a real ranking: the award is void, the purchaser may now choose the second, and everyone is told."""
    procedure, bids = announced(
        ("500000", "75.00"), ("510000", "72.00"), ("520000", "60.00"), at=at(0), regime="statutory"
    )
    first, second, _third = sorted(bids, key=lambda bid: bid.rank)
    buyer, signer = make_actor(Role.PU_BUY, procedure.purchaser), make_actor(Role.PU_SIGN, procedure.purchaser)
    found = challenges.file_challenge(
        actor=make_actor(Role.ORG, second.bidder), procedure=procedure, challenger=second.bidder, step="result",
        matters=[challenges.Matter("中标人业绩材料不实", "业绩合同编号在公告系统查无此项。")], request="请求取消中标资格。", at=at(2),
    )  # fmt: skip
    perform(found, "challenge.accept", actor=buyer, at=at(3), affects_result=True)
    replies = [challenges.MatterReply(found.matters.get(), "upheld", "经核查业绩合同不实，取消中标资格。")]
    challenges.propose_reply(actor=buyer, challenge=found, replies=replies, remedy="promote", at=at(4))
    perform(found, "challenge.uphold", actor=signer, at=at(5))
    perform(found, "challenge.remedy", actor=signer, at=at(5))
    procedure.refresh_from_db()
    perform(procedure, "procedure.decide", actor=signer, at=at(6), winners=first_choice(procedure))
    award = procedure.awards.standing().get()
    assert (award.bid, award.bid != first) == (second, True)
    perform(procedure, "procedure.announce_result", actor=buyer, at=at(6))
    assert procedure.status == "awarded"


def test_every_letter_of_a_complaint_is_drawn_up_from_what_its_reader_may_know() -> None:
    dispute = Dispute()
    complaint = dispute.heard()
    perform(complaint, "complaint.suspend", actor=dispute.supervisor, at=at(11), reason="可能影响采购结果。")
    perform(complaint, "complaint.decide", actor=dispute.supervisor, at=at(15), **decision(complaint))
    perform(complaint, "complaint.publish", actor=dispute.supervisor, at=at(16))
    drawn = {}
    for job in Job.objects.filter(kind=remedy_letters.JOB):
        template, context = remedy_letters.letter_of(job)
        drawn[job.params["letter"]] = render_html(template, context)
    assert set(drawn) == {
        "challenge_acceptance", "challenge_reply", "challenge_copy", "complaint_copy", "complaint_acceptance",
        "complaint_suspension", "complaint_decision",
    }  # fmt: skip
    assert all("None" not in text and "调阅了评审报告" not in text for text in drawn.values())
    assert "至 2026年4月16日二十四时止" in drawn["complaint_suspension"]
    assert "投诉事项成立" in drawn["complaint_decision"]
    assert render_pdf("documents/complaint_decision.html", context).startswith(b"%PDF-")
