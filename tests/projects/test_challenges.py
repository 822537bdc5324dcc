"""Challenges: who may, until when, who answers, what is frozen, and who reads what (R-181 … R-183, R-188)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from procurement.access import Role, actor_for
from procurement.demo.stage import local
from procurement.documents.models import Job
from procurement.documents.services.generating import render_html
from procurement.lifecycle.engine import available, perform, refusals
from procurement.notices.models import Outbox
from procurement.rules import RuleViolation
from projects.guards import challenge as guards
from projects.models import Challenge, DocumentHolder, ReplyCopy
from projects.selectors import remedies, remedy_clocks
from projects.selectors.remedies import result_is_frozen
from projects.selectors.remedy_clocks import challenge_window, complaint_window
from projects.services import challenges, remedy_letters
from tests.factories import make_actor, make_social_organization
from tests.factories.remedies import MATTER, Dispute, at, ended

pytestmark = pytest.mark.django_db

#: What one bidder confided and another must never read.
SECRET = "成本构成单价8137元"


@pytest.fixture
def dispute() -> Dispute:
    return Dispute()


def refused(call: Any, rule_id: str) -> str:
    with pytest.raises(RuleViolation) as violation:
        call()
    assert [each.rule_id for each in violation.value.refusals] == [rule_id]
    return str(violation.value)


# --- until when ---------------------------------------------------------------------------------------------------


def test_result_is_challenged_until_seven_working_days_after_its_notice_period(dispute: Dispute) -> None:
    """Announced Monday 2 March, one working day of notice: counted from the 3rd, over at 24:00 of the 12th."""
    window = challenge_window(dispute.procedure, "result")
    assert (window.start, window.last) == (date(2026, 3, 3), date(2026, 3, 12))


def test_last_second_is_in_time_and_the_next_is_late(dispute: Dispute) -> None:
    last = local(2026, 3, 13) - timedelta(hours=9, seconds=1)
    filed = challenges.file_challenge(
        actor=dispute.operator, procedure=dispute.procedure, challenger=dispute.loser, step="result",
        matters=[MATTER], request="请求重新评审。", at=last,
    )  # fmt: skip
    assert filed.last_day == date(2026, 3, 12)
    sentence = refused(
        lambda: challenges.file_challenge(
            actor=dispute.operator, procedure=dispute.procedure, challenger=dispute.loser, step="result",
            matters=[MATTER], request="请求重新评审。", at=last + timedelta(seconds=1),
        ),
        "R-181",
    )  # fmt: skip
    assert "质疑期限自 2026-03-03 起算 7 工作日，已于 2026-03-12 24 时届满" in sentence
    assert "《政府采购法》第52条" in sentence


def test_database_refuses_a_late_challenge_when_the_service_does_not(
    dispute: Dispute, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with the computed refusal switched off the trigger still says the same."""
    monkeypatch.setattr(remedy_clocks.Window, "refusal", lambda *_args: None)
    with pytest.raises(IntegrityError, match="the time for this challenge is over"), transaction.atomic():
        dispute.challenge(on=9)


@pytest.mark.parametrize(
    ("step", "transition"),
    [("qualification", "procedure.finish_qualification"), ("evaluation", "procedure.record_review")],
)
def test_process_is_challenged_from_the_end_of_that_step(dispute: Dispute, step: str, transition: str) -> None:
    assert challenge_window(dispute.procedure, step) is None
    ended(dispute.procedure, transition, at(0))
    assert challenge_window(dispute.procedure, step).last == date(2026, 3, 11)


def test_document_is_challenged_from_receipt_or_the_end_of_its_notice_whichever_is_later() -> None:
    procedure = Dispute("bidding").procedure
    assert challenge_window(procedure, "document").start == date(2026, 3, 9)
    assert challenge_window(procedure, "document", received_on=date(2026, 3, 11)).last == date(2026, 3, 20)


def test_step_not_over_cannot_be_challenged(dispute: Dispute) -> None:
    assert "还不能针对它提出质疑" in refused(lambda: dispute.challenge("evaluation"), "R-181")


def test_right_is_not_lost_to_a_calendar_that_is_not_announced(dispute: Dispute) -> None:
    """Seven working days from 28 December run into 2027: filed in 2026 it is in time, in 2027 the clock refuses."""
    ended(dispute.procedure, "procedure.announce_result", local(2026, 12, 28))
    window = challenge_window(dispute.procedure, "result")
    assert window.last is None
    assert window.refusal(local(2026, 12, 31, 23), "R-181", "质疑") is None
    assert window.refusal(local(2027, 1, 4), "R-181", "质疑").rule_id == "R-305"


# --- who ----------------------------------------------------------------------------------------------------------


def test_stranger_has_no_standing(dispute: Dispute) -> None:
    stranger = make_social_organization()
    call = lambda: challenges.file_challenge(  # noqa: E731
        actor=make_actor(Role.ORG, stranger), procedure=dispute.procedure, challenger=stranger, step="result",
        matters=[MATTER], request="请求重新评审。", at=at(3),
    )  # fmt: skip
    assert "获取采购文件的或者参加采购活动的供应商" in refused(call, "R-181")


def test_nobody_files_for_another_house(dispute: Dispute) -> None:
    call = lambda: challenges.file_challenge(  # noqa: E731
        actor=dispute.rival, procedure=dispute.procedure, challenger=dispute.loser, step="result",
        matters=[MATTER], request="请求重新评审。", at=at(3),
    )  # fmt: skip
    refused(call, "S-02")


def test_outside_the_law_the_request_is_the_way() -> None:
    assert "按购买文件写明的渠道" in refused(lambda: Dispute(regime="other_purchase").challenge(), "R-189")


def test_second_challenge_of_a_step_is_refused_where_the_document_says_once(
    dispute: Dispute, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(challenges, "challenged_at_once", lambda procedure: True)
    dispute.challenge()
    assert "一次性提出" in refused(dispute.challenge, "R-188")


def test_database_keeps_one_per_step_when_the_service_does_not(
    dispute: Dispute, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the service looks for no earlier one."""
    monkeypatch.setattr(challenges, "challenged_at_once", lambda procedure: False)
    first = dispute.challenge()
    monkeypatch.undo()
    same = {
        "procedure": first.procedure, "challenger": first.challenger, "filed_by": first.filed_by, "step": "result",
        "request": "再次质疑", "filed_at": at(3), "counted_from": first.counted_from, "one_per_step": True,
    }  # fmt: skip
    Challenge.objects.create(number="ZY-1", **same)
    with pytest.raises(IntegrityError, match="challenge_once_per_step"), transaction.atomic():
        Challenge.objects.create(number="ZY-2", **same)


# --- correction and reply -----------------------------------------------------------------------------------------


def test_correction_is_asked_once_and_its_time_is_not_counted(dispute: Dispute) -> None:
    found = dispute.challenge(on=3)
    assert found.reply_due_on == date(2026, 3, 16)
    perform(found, "challenge.request_correction", actor=dispute.buyer, at=at(4), reason="请写明法律依据。")
    challenges.correct(actor=dispute.operator, challenge=found, matters=[MATTER], request="请求重新评审。", at=at(6))
    assert (found.status, found.reply_due_on) == ("filed", date(2026, 3, 18))
    with pytest.raises(RuleViolation, match="R-181 补正已经要求过一次"):
        perform(found, "challenge.request_correction", actor=dispute.buyer, at=at(7), reason="再补。")


def test_filed_text_is_not_rewritten(dispute: Dispute) -> None:
    found = dispute.challenge()
    found.request = "改写"
    with pytest.raises(IntegrityError, match="stays as it was filed"), transaction.atomic():
        found.save()


def test_reply_is_approved_by_another_person(dispute: Dispute) -> None:
    both = make_actor(Role.PU_SIGN, dispute.procedure.purchaser, user=dispute.buyer.person)
    found = dispute.drafted()
    with pytest.raises(RuleViolation, match="须由另一人批准"):
        perform(found, "challenge.dismiss", actor=both, at=at(6))
    assert guards.approver_is_another_person.rule_ids == ("R-182",)


def test_draft_cannot_contradict_its_findings(dispute: Dispute) -> None:
    found = dispute.accepted()
    reply = challenges.MatterReply(matter=found.matters.get(), finding="upheld", answer="确有重叠。")
    call = lambda: challenges.propose_reply(actor=dispute.buyer, challenge=found, replies=[reply], at=at(5))  # noqa: E731
    assert "须选择处理方式" in refused(call, "R-182")


def test_given_reply_is_final(dispute: Dispute) -> None:
    matter = dispute.replied().matters.get()
    matter.answer = "改口"
    with pytest.raises(IntegrityError, match="a reply that was given stays"), transaction.atomic():
        matter.save()


def test_late_reply_opens_the_way_to_complain(dispute: Dispute) -> None:
    found = dispute.challenge(on=3)
    assert complaint_window(found) is None
    challenges.sweep(at(11))
    found.refresh_from_db()
    assert found.overdue_at == at(11)
    assert complaint_window(found).start == date(2026, 3, 16)
    told = Outbox.objects.filter(template="challenge_overdue").values_list("recipient", flat=True)
    assert {dispute.head.id, dispute.operator.id, dispute.signer.id} <= set(told)
    challenges.sweep(at(12))
    assert Outbox.objects.filter(template="challenge_overdue", recipient=dispute.head.id, channel="inbox").count() == 1


def test_answered_challenge_closes_when_nobody_complains(dispute: Dispute) -> None:
    found = dispute.replied()
    assert challenges.sweep(at(21)) == 0
    assert challenges.sweep(at(22)) == 1
    found.refresh_from_db()
    assert found.status == "closed"


# --- freezing -----------------------------------------------------------------------------------------------------


def test_challenge_that_may_change_the_result_freezes_it_until_it_is_answered(dispute: Dispute) -> None:
    found = dispute.accepted()
    assert result_is_frozen(dispute.procedure)
    dispute.replied(found=found)
    assert not result_is_frozen(dispute.procedure)


def test_challenge_that_changes_nothing_freezes_nothing(dispute: Dispute) -> None:
    dispute.accepted(affects_result=False)
    assert not result_is_frozen(dispute.procedure)


def test_frozen_result_is_neither_decided_announced_nor_contracted(dispute: Dispute) -> None:
    dispute.accepted()
    procedure = dispute.procedure
    for status, row in (
        ("evaluated", "procedure.decide"),
        ("decided", "procedure.announce_result"),
        ("awarded", "procedure.contract"),
    ):
        procedure.status = status
        found = refusals(
            procedure, row, dispute.signer if row != "procedure.announce_result" else dispute.buyer, at=at(5)
        )
        assert "R-183" in [each.rule_id for each in found], row


def test_without_the_selector_the_result_would_be_signed(dispute: Dispute, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the test above."""
    dispute.accepted()
    monkeypatch.setattr(remedies, "result_is_frozen", lambda procedure: False)
    found = refusals(dispute.procedure, "procedure.contract", dispute.signer, at=at(5))
    assert "R-183" not in [each.rule_id for each in found]


# --- who reads what -----------------------------------------------------------------------------------------------


def test_only_the_parties_and_supervision_read_a_challenge(dispute: Dispute) -> None:
    found = dispute.challenge()
    purchaser = dispute.procedure.purchaser
    readers = {"operator", "head", "buyer", "signer", "supervisor"}
    people = {
        **{name: getattr(dispute, name) for name in readers},
        "rival": dispute.rival,
        "third": make_actor(Role.ORG_H, dispute.bids[2].bidder),
        "checker": make_actor(Role.PU_CHK, purchaser),
        "expert": make_actor(Role.EXP),
        "admin": make_actor(Role.SYS),
        "other_buyer": make_actor(Role.PU_BUY),
    }
    for name, actor in people.items():
        assert Challenge.objects.visible_to(actor).filter(pk=found.pk).exists() == (name in readers), name
        client = Client()
        client.force_login(actor.person)
        expected = 200 if name in readers else 404
        assert client.get(found.get_absolute_url()).status_code == expected, name
        text = client.get(dispute.procedure.get_absolute_url()).content.decode()
        assert (found.number in text) == (name in readers), name
    assert Client().get(found.get_absolute_url()).status_code == 302


def test_draft_and_inquiry_stay_inside_until_the_reply_is_given(dispute: Dispute) -> None:
    found = dispute.drafted()
    client, house = Client(), Client()
    client.force_login(dispute.head.person)
    house.force_login(dispute.signer.person)
    assert "已写明区间" not in client.get(found.get_absolute_url()).content.decode()
    assert "调阅了评审报告" in house.get(found.get_absolute_url()).content.decode()
    perform(found, "challenge.dismiss", actor=dispute.signer, at=at(6))
    text = client.get(found.get_absolute_url()).content.decode()
    assert "已写明区间" in text
    assert "调阅了评审报告" not in text


def secret_reply(dispute: Dispute) -> ReplyCopy:
    """A challenge that confides a secret, and a reply whose second matter is not for others."""
    other = challenges.Matter(text="中标人报价低于成本", facts="依据公开资料测算。")
    found = dispute.accepted(secret=SECRET, matters=[MATTER, other])
    replies = [
        challenges.MatterReply(matter=found.matters.get(number=1), finding="dismissed", answer="评分办法已写明区间。", internal_note=SECRET),
        challenges.MatterReply(
            matter=found.matters.get(number=2), finding="dismissed", answer="已核实，报价合理。", internal_note=f"中标人{SECRET}", is_shared=False
        ),
    ]  # fmt: skip
    challenges.propose_reply(actor=dispute.buyer, challenge=found, replies=replies, at=at(5))
    perform(found, "challenge.dismiss", actor=dispute.signer, at=at(6))
    return ReplyCopy.objects.get(challenge=found, organization=dispute.winner)


def everything_read_by(actor: Any, paths: list[str]) -> str:
    client = Client()
    client.force_login(actor.person)
    answers = [client.get(path) for path in paths]
    pages = "".join(answer.content.decode(errors="ignore") for answer in answers)
    told = "".join(str(row.context) for row in Outbox.objects.filter(recipient=actor.id))
    return pages + told + "".join(message.body + message.subject for message in mail.outbox)


def test_secrets_of_one_bidder_never_reach_another(dispute: Dispute) -> None:
    copy = secret_reply(dispute)
    found = copy.challenge
    paths = [
        copy.get_absolute_url(), found.get_absolute_url(), dispute.procedure.get_absolute_url(), reverse("remedies"),
        reverse("worklist"), reverse("inbox"), "/search/?q=评分标准未量化", f"/api/cases/?procedure={dispute.procedure.pk}",
    ]  # fmt: skip
    for reader in (dispute.rival, make_actor(Role.ORG, dispute.bids[2].bidder)):
        text = everything_read_by(actor_for(reader.person), paths)
        assert SECRET not in text
        assert "已核实，报价合理" not in text
    assert "评分办法已写明区间" in everything_read_by(dispute.rival, [copy.get_absolute_url()])
    assert SECRET in everything_read_by(dispute.buyer, [found.get_absolute_url()])
    # The challenger reads what it confided itself, not what was found out about its rival.
    assert f"中标人{SECRET}" not in everything_read_by(dispute.head, [found.get_absolute_url()])


def test_rivals_letter_holds_what_was_chosen_and_nothing_else(dispute: Dispute) -> None:
    copy = secret_reply(dispute)
    job = Job.objects.get(params__letter="challenge_copy", params__subject=f"projects.replycopy:{copy.pk}")
    template, context = remedy_letters.letter_of(job)
    text = render_html(template, context)
    assert "评分办法已写明区间" in text
    assert SECRET not in text
    assert "已核实，报价合理" not in text
    assert dispute.loser.name not in text


def test_without_the_choice_the_rival_would_read_it(dispute: Dispute, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a matter that is not withheld does reach the rival."""
    copy = ReplyCopy.objects.get(challenge=dispute.replied(), organization=dispute.winner)
    assert "评分办法第12页已写明区间。" in everything_read_by(dispute.rival, [copy.get_absolute_url()])


def test_copies_are_for_their_own_reader(dispute: Dispute) -> None:
    copy = secret_reply(dispute)
    third = make_actor(Role.ORG_H, dispute.bids[2].bidder)
    assert not ReplyCopy.objects.visible_to(third).filter(pk=copy.pk).exists()
    assert ReplyCopy.objects.visible_to(dispute.buyer).filter(pk=copy.pk).exists()


def test_buttons_follow_the_table(dispute: Dispute) -> None:
    found = dispute.challenge()
    names = [offer.transition.name for offer in available(found, dispute.buyer, at=at(4))]
    assert names == ["challenge.request_correction", "challenge.refuse", "challenge.accept"]


# --- before the opening -------------------------------------------------------------------------------------------


def test_holder_challenges_the_document_and_other_holders_stay_unknown_to_the_house() -> None:
    """A copy reaches whoever holds the document; the purchaser does not learn from it who that is (T3)."""
    dispute, quiet = Dispute("bidding"), make_social_organization()
    for organization, actor in ((dispute.loser, dispute.operator), (quiet, make_actor(Role.ORG, quiet))):
        DocumentHolder.objects.create(
            procedure=dispute.procedure, organization=organization, person=actor.person, taken_at=at(1)
        )
    found = dispute.accepted(step="document")
    dispute.replied(found=found)
    copy = ReplyCopy.objects.get(challenge=found)
    assert copy.organization == quiet
    for actor in (dispute.buyer, dispute.signer, dispute.supervisor, dispute.head, dispute.rival):
        assert not ReplyCopy.objects.visible_to(actor).filter(pk=copy.pk).exists()
        client = Client()
        client.force_login(actor.person)
        assert client.get(copy.get_absolute_url()).status_code == 404
        page = client.get(found.get_absolute_url())
        assert quiet.name not in page.content.decode()
    assert ReplyCopy.objects.visible_to(make_actor(Role.ORG_H, quiet)).filter(pk=copy.pk).exists()
