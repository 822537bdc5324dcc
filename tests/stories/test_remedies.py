"""Remedies from end to end, in the words of those who use them (issue 4 §8)."""

from __future__ import annotations

from typing import Any

import pytest

from procurement.access import Actor, Role
from procurement.lifecycle.engine import perform
from procurement.lifecycle.models import TransitionRecord
from procurement.rules import RuleViolation
from projects.models import HotlineCall, Procedure
from projects.selectors.remedies import result_is_frozen
from projects.services import complaint_decisions, hotline
from tests.factories import make_actor, make_social_organization
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
