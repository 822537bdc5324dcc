"""Acceptance by the responsible unit: recipients, standards, notice, objection, one chance to put things right."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from procurement.access import Duty, Role, record_duty
from procurement.calendars import add_working_days, end_of_day
from procurement.documents.models import Document, Job
from procurement.lifecycle.engine import available, perform, refusals
from procurement.lifecycle.models import CaseStep, StepState
from procurement.notices.models import Outbox
from procurement.rules import RuleViolation
from projects.models import Acceptance, AcceptanceStandard, Recipient
from projects.services.acceptances import (
    drop_recipient,
    give_opinion,
    judge_standards,
    name_recipient,
    plan_acceptance,
    report_rectification,
)
from projects.services.closeouts import closing_clocks
from projects.services.closing_papers import make_acceptance_certificate
from tests.factories.applications import make_hub
from tests.factories.closing import after, make_closing, make_final, make_noticed, make_project, make_visited
from tests.factories.people import make_actor

pytestmark = pytest.mark.django_db
HUB, HEAD, OFFICE = Role.RU, Role.ORG_H, Role.LGO


def refused(violation) -> str:
    return str(violation.value)


# --- organising -------------------------------------------------------------------------------------------------


def test_round_begins_with_the_standards_of_the_contract_and_every_indicator():
    closing = make_closing()
    acceptance = plan_acceptance(actor=closing.actor(HUB), application=closing.application)
    assert [row.text for row in acceptance.standards.all()] == [
        "每场有签到和照片",
        "服务对象满意度不低于 80%",
        "组织无障碍观影活动：40 场",
        "服务视障居民：1200 人次",
    ]
    assert acceptance.round == 1


def test_acceptance_before_the_closeout_report_is_refused():
    closing = make_project("closing")
    with pytest.raises(RuleViolation) as violation:
        plan_acceptance(actor=closing.actor(HUB), application=closing.application)
    assert "S-01 结项报告通过后才能组织验收" in refused(violation)


def test_acceptance_by_somebody_else_is_refused():
    closing = make_closing()
    for role in (Role.LGO, Role.PU_SIGN, Role.ORG_H):
        with pytest.raises(RuleViolation) as violation:
            plan_acceptance(actor=closing.actor(role), application=closing.application)
        assert "S-02" in refused(violation)
    with pytest.raises(RuleViolation):
        plan_acceptance(actor=make_actor(HUB), application=closing.application)


def test_second_round_while_one_is_under_way_is_refused_by_service_and_database():
    closing = make_closing()
    plan_acceptance(actor=closing.actor(HUB), application=closing.application)
    with pytest.raises(RuleViolation) as violation:
        plan_acceptance(actor=closing.actor(HUB), application=closing.application)
    assert "R-240 已有一次验收正在进行" in refused(violation)
    with pytest.raises(IntegrityError, match="acceptance_one_under_way"), transaction.atomic():
        Acceptance(application=closing.application, round=2).save()


@pytest.mark.parametrize("held", [Duty.CONTRACT_SIGNER, Duty.CONTRACT_DRAFTER, Duty.DOCUMENT_AUTHOR])
def test_who_signed_or_drafted_the_contract_does_not_accept(held):
    closing = make_closing()
    officer = closing.actor(Role.PU_ACC)
    record_duty(person_id=officer.id, case_id=closing.application.duty_scope, duty=held, at=timezone.now())
    with pytest.raises(RuleViolation) as violation:
        plan_acceptance(actor=officer, application=closing.application)
    assert f"R-247 您在本项目中已承担“{held.label}”，不得验收" in refused(violation)
    acceptance = make_visited(closing)
    found = refusals(acceptance, "acceptance.draft", officer)
    assert [refusal.rule_id for refusal in found] == ["R-247"]
    assert not next(
        offer for offer in available(acceptance, officer) if offer.transition.name == "acceptance.draft"
    ).allowed


def test_hub_is_never_the_contractor_it_would_accept():
    """The database takes no such project (R-084)."""
    body = make_hub()
    with pytest.raises(IntegrityError, match="application_hub_is_another_body"):
        make_closing(hub=body, applicant=body)


# --- recipients -------------------------------------------------------------------------------------------------


def test_two_recipients_only_is_refused():
    closing = make_closing()
    acceptance = plan_acceptance(actor=closing.actor(HUB), application=closing.application)
    for name in ("张*", "李*"):
        name_recipient(actor=closing.actor(HUB), acceptance=acceptance, masked_name=name, notified_by="visit")
    with pytest.raises(RuleViolation) as violation:
        perform(acceptance, "acceptance.notify_recipients", actor=closing.actor(HUB))
    assert "R-241 须通知不少于 3 名服务对象参与监督，现登记 2 名" in refused(violation)
    name_recipient(actor=closing.actor(HUB), acceptance=acceptance, masked_name="王*", notified_by="phone")
    perform(acceptance, "acceptance.notify_recipients", actor=closing.actor(HUB))
    assert acceptance.status == "recipients_notified"


def test_no_opinion_and_presence_unrecorded_are_refused():
    closing = make_closing()
    acceptance = make_visited(closing, spoken=0)
    silent = acceptance.recipients.first()
    Recipient.objects.filter(pk=silent.pk).update(present=None)
    with pytest.raises(RuleViolation) as violation:
        perform(acceptance, "acceptance.draft", actor=closing.actor(HUB), result="pass", opinion="同意")
    assert "R-242 须有不少于 1 份服务对象书面意见" in refused(violation)
    assert "R-241 请记录每名服务对象是否到场" in refused(violation)


def test_satisfaction_without_words_is_no_written_opinion():
    closing = make_closing()
    acceptance = make_visited(closing, spoken=0)
    give_opinion(recipient=acceptance.recipients.first(), satisfied=5, opinion="  ")
    found = refusals(acceptance, "acceptance.draft", closing.actor(HUB))
    assert [refusal.rule_id for refusal in found] == ["R-242"]


def test_opinion_is_given_once_and_says_by_which_way():
    closing = make_closing()
    acceptance = make_visited(closing, spoken=0)
    first, second = acceptance.recipients.all()[:2]
    give_opinion(recipient=first, satisfied=4, opinion="好")
    give_opinion(recipient=second, satisfied=3, opinion="一般", actor=closing.actor(HUB))
    with pytest.raises(RuleViolation, match="R-242 您的意见已经提交"):
        give_opinion(recipient=first, satisfied=1, opinion="改")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.opinion_channel, second.opinion_channel) == ("code", "site")
    assert first.opinion == "好"


def test_recipient_leaves_the_list_only_before_notification():
    closing = make_closing()
    hub = closing.actor(HUB)
    acceptance = plan_acceptance(actor=hub, application=closing.application)
    people = [
        name_recipient(actor=hub, acceptance=acceptance, masked_name=f"{name}*", notified_by="phone")
        for name in "张李王赵"
    ]
    drop_recipient(actor=hub, recipient=people[3])
    assert acceptance.recipients.count() == 3
    perform(acceptance, "acceptance.notify_recipients", actor=hub)
    with pytest.raises(RuleViolation, match="R-241"):
        drop_recipient(actor=hub, recipient=Recipient.objects.get(pk=people[0].pk))


def test_codes_are_ten_signs_without_look_alikes():
    closing = make_closing()
    acceptance = make_visited(closing, named=6)
    codes = [person.code for person in acceptance.recipients.all()]
    assert len(set(codes)) == 6
    assert all(len(code) == 10 and not set(code) & set("0O1IL") for code in codes)


# --- standards and opinion --------------------------------------------------------------------------------------


def test_unjudged_standard_is_refused():
    closing = make_closing()
    acceptance = make_visited(closing)
    last = acceptance.standards.last()
    judge_standards(actor=closing.actor(HUB), acceptance=acceptance, judged={last.pk: (None, "")})
    found = refusals(acceptance, "acceptance.draft", closing.actor(HUB))
    assert str(found[0]).startswith("R-240 还有 1 条标准未逐条验收")


def test_pass_with_a_standard_not_met_is_refused():
    closing = make_closing()
    acceptance = make_visited(closing, met=False)
    with pytest.raises(RuleViolation, match="R-240 有标准未达到，不能作出验收通过的结论"):
        perform(acceptance, "acceptance.draft", actor=closing.actor(HUB), result="pass", opinion="同意")


def test_visit_in_the_future_or_before_notification_is_refused():
    closing = make_closing()
    hub = closing.actor(HUB)
    acceptance = plan_acceptance(actor=hub, application=closing.application)
    for name in "张李王":
        name_recipient(actor=hub, acceptance=acceptance, masked_name=f"{name}*", notified_by="phone")
    perform(acceptance, "acceptance.notify_recipients", actor=hub)
    today = timezone.localdate()
    for day, sentence in ((today + timedelta(days=1), "不能晚于今天"), (today - timedelta(days=1), "不能早于通知")):
        with pytest.raises(RuleViolation, match=sentence):
            perform(acceptance, "acceptance.visit", actor=hub, visited_on=day, place="社区")


def test_evidence_stands_once_the_opinion_is_drafted():
    closing = make_closing()
    acceptance = make_noticed(closing)
    with pytest.raises(RuleViolation, match="S-01 验收意见已拟定"):
        judge_standards(actor=closing.actor(HUB), acceptance=acceptance, judged={})
    for statement in (
        lambda: AcceptanceStandard.objects.filter(acceptance=acceptance).update(met=False),
        lambda: Recipient.objects.filter(acceptance=acceptance).update(opinion="改写"),
        lambda: Recipient.objects.filter(acceptance=acceptance).delete(),
        lambda: AcceptanceStandard.objects.create(acceptance=acceptance, position=99, text="新增"),
    ):
        with pytest.raises(IntegrityError, match="the opinion is drafted"), transaction.atomic():
            statement()


def test_redraft_opens_the_visit_again():
    closing = make_closing()
    acceptance = make_visited(closing)
    perform(acceptance, "acceptance.draft", actor=closing.actor(HUB), result="pass", opinion="同意")
    perform(acceptance, "acceptance.redraft", actor=closing.actor(HUB), reason="补充核验")
    judge_standards(
        actor=closing.actor(HUB), acceptance=acceptance, judged={acceptance.standards.first().pk: (False, "签到缺失")}
    )
    assert acceptance.standards.first().met is False


# --- notice and objection ---------------------------------------------------------------------------------------


def test_notice_starts_the_time_to_object():
    closing = make_closing()
    closing.actor(HEAD)
    acceptance = make_noticed(closing)
    assert acceptance.objection_due_on == add_working_days(timezone.localdate(), 5)
    assert Outbox.objects.filter(case_id=closing.application.case_id, recipient=closing.actor(HEAD).user).exists()


def test_late_notice_needs_a_reason():
    closing = make_closing()
    hub = closing.actor(HUB)
    acceptance = make_visited(closing)
    perform(acceptance, "acceptance.draft", actor=hub, result="pass", opinion="同意")
    late = after(add_working_days(timezone.localdate(), 5))
    with pytest.raises(RuleViolation, match="R-244 验收意见已于"):
        perform(acceptance, "acceptance.send_notice", actor=hub, at=late)
    record = perform(acceptance, "acceptance.send_notice", actor=hub, at=late, justification="负责人住院，已补办。")
    assert record.warnings[0].startswith("R-244")


def test_contractor_reads_the_round_from_the_notice_on():
    closing = make_closing()
    head = closing.actor(HEAD)
    acceptance = make_visited(closing)
    assert not Acceptance.objects.visible_to(head).exists()
    perform(acceptance, "acceptance.draft", actor=closing.actor(HUB), result="pass", opinion="同意")
    assert not Acceptance.objects.visible_to(head).exists()
    perform(acceptance, "acceptance.send_notice", actor=closing.actor(HUB))
    assert Acceptance.objects.visible_to(head).get() == acceptance


def test_conclusion_waits_for_the_time_to_object_or_for_consent():
    closing = make_closing()
    acceptance = make_noticed(closing)
    hub = closing.actor(HUB)
    with pytest.raises(RuleViolation, match=f"R-245 承接主体的异议期至 {acceptance.objection_due_on}"):
        perform(acceptance, "acceptance.finalise", actor=hub)
    with pytest.raises(RuleViolation, match="R-245"):
        perform(
            acceptance,
            "acceptance.finalise",
            actor=hub,
            at=end_of_day(acceptance.objection_due_on) - timedelta(seconds=1),
        )
    perform(acceptance, "acceptance.finalise", actor=hub, at=after(acceptance.objection_due_on))
    assert acceptance.status == "final"


def test_objection_after_its_last_day_is_refused():
    closing = make_closing()
    acceptance = make_noticed(closing)
    with pytest.raises(RuleViolation, match="R-245 异议期已于"):
        perform(
            acceptance,
            "acceptance.object",
            actor=closing.actor(HEAD),
            reason="有误",
            at=after(acceptance.objection_due_on),
        )


def test_objection_is_answered_in_time_by_another_than_the_drafter():
    closing = make_closing()
    acceptance = make_noticed(closing, result="rectify")
    perform(acceptance, "acceptance.object", actor=closing.actor(HEAD), reason="签到表在另一册，请核对。")
    assert acceptance.reply_due_on == add_working_days(timezone.localdate(), 5)
    with pytest.raises(RuleViolation, match="R-245 异议须由验收经办人以外的人核实答复"):
        perform(acceptance, "acceptance.answer", actor=closing.actor(HUB), reason="维持")
    with pytest.raises(RuleViolation, match="R-240 有标准未达到，不能更正为通过"):
        perform(acceptance, "acceptance.answer", actor=closing.actor(OFFICE), reason="更正", result="pass")
    perform(acceptance, "acceptance.answer", actor=closing.actor(OFFICE), reason="经核对，结论有误。", result="fail")
    assert (acceptance.result, acceptance.replied_by) == ("fail", closing.actor(OFFICE).user)


def test_database_refuses_an_answer_by_the_drafter():
    closing = make_closing()
    acceptance = make_noticed(closing)
    with pytest.raises(IntegrityError, match="acceptance_reply_by_another"), transaction.atomic():
        Acceptance.objects.filter(pk=acceptance.pk).update(replied_by=acceptance.drafted_by)


def test_objection_upheld_goes_back_to_the_visit():
    closing = make_closing()
    hub, office = closing.actor(HUB), closing.actor(OFFICE)
    acceptance = make_noticed(closing, result="rectify")
    perform(acceptance, "acceptance.object", actor=closing.actor(HEAD), reason="签到表在另一册")
    perform(acceptance, "acceptance.rejudge", actor=office, reason="异议成立，请重新核验签到表。")
    assert (acceptance.status, acceptance.result, acceptance.drafted_by) == ("on_site", "", None)
    judged = {row.pk: (True, "另一册签到表") for row in acceptance.standards.all()}
    judge_standards(actor=hub, acceptance=acceptance, judged=judged)
    perform(acceptance, "acceptance.draft", actor=hub, result="pass", opinion="更正后达到")
    perform(acceptance, "acceptance.send_notice", actor=hub)
    assert acceptance.objection == "签到表在另一册"


def test_late_answer_is_told_once():
    closing = make_closing()
    closing.actor(OFFICE)
    closing.actor(HUB)
    acceptance = make_noticed(closing)
    perform(acceptance, "acceptance.object", actor=closing.actor(HEAD), reason="有误")
    late = after(acceptance.reply_due_on)
    told = Outbox.objects.filter(template="step_due", case_id=acceptance.case_id)
    closing_clocks(late - timedelta(days=1))
    assert not told.exists()
    closing_clocks(late)
    closing_clocks(late + timedelta(hours=1))
    assert told.filter(recipient=closing.actor(HUB).user).count() == 1
    assert told.filter(recipient=closing.actor(OFFICE).user).count() == 1


def test_objection_into_a_year_without_calendar_is_taken_and_dated_later():
    closing = make_closing()
    acceptance = make_noticed(closing)
    Acceptance.objects.filter(pk=acceptance.pk).update(objection_due_on=timezone.localdate().replace(month=12, day=31))
    last = timezone.localtime().replace(month=12, day=30, hour=10)
    perform(acceptance, "acceptance.object", actor=closing.actor(HEAD), reason="有误", at=last)
    assert acceptance.status == "objected"
    assert acceptance.reply_due_on is None


# --- the result -------------------------------------------------------------------------------------------------


def test_pass_completes_the_step_and_opens_the_audit():
    closing = make_closing()
    make_final(closing)
    states = dict(CaseStep.objects.filter(case=closing.application.case).values_list("step__code", "state"))
    assert states["responsible_unit_acceptance"] == StepState.DONE
    assert states["financial_audit"] == StepState.OPEN
    assert closing.fresh().status == "closing"


def test_concluded_round_cannot_be_altered():
    acceptance = make_final()
    with pytest.raises(IntegrityError, match="acceptance_result_stands"), transaction.atomic():
        Acceptance.objects.filter(pk=acceptance.pk).update(result="fail")
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM projects_acceptance WHERE id = %s", [acceptance.pk])


def test_failure_gives_one_term_and_a_second_failure_is_the_end():
    closing = make_closing()
    hub, head = closing.actor(HUB), closing.actor(HEAD)
    first = make_final(closing, result="rectify")
    assert closing.fresh().status == "rectifying_final"
    assert (first.rectify_due_on - timezone.localdate()).days >= 30
    step = CaseStep.objects.get(case=closing.application.case, step__code="responsible_unit_acceptance")
    assert step.due_on == first.rectify_due_on
    with pytest.raises(RuleViolation, match="R-240 承接主体尚未报告整改情况"):
        plan_acceptance(actor=hub, application=closing.fresh())
    report_rectification(actor=head, acceptance=first, text="补办三场活动，签到表已补齐。")
    closing.application.refresh_from_db()
    second = make_final(closing, result="fail")
    assert (second.round, closing.fresh().status, second.rectify_due_on) == (2, "rectifying_final", None)
    with pytest.raises(RuleViolation, match="R-240 结项整改只有一次，不能第三次验收"):
        plan_acceptance(actor=hub, application=closing.fresh())


def test_second_round_passed_returns_the_project_to_closing():
    closing = make_closing()
    first = make_final(closing, result="fail")
    report_rectification(actor=closing.actor(HEAD), acceptance=first, text="已补办")
    closing.application.refresh_from_db()
    make_final(closing, result="pass")
    assert closing.fresh().status == "closing"
    with pytest.raises(RuleViolation, match="R-240 验收已经通过"):
        plan_acceptance(actor=closing.actor(HUB), application=closing.fresh())


@pytest.mark.parametrize(
    ("role", "text", "late", "sentence"),
    [
        (Role.RU, "已补办", False, "S-02 整改情况由承接主体报告"),
        (Role.ORG_H, " ", False, "S-04 请写明整改情况"),
        (Role.ORG_H, "已补办", True, "R-240 整改期已于"),
    ],
)
def test_report_of_rectification_is_refused(role, text, late, sentence):
    closing = make_closing()
    first = make_final(closing, result="rectify")
    at = after(first.rectify_due_on) if late else None
    with pytest.raises(RuleViolation, match=sentence):
        report_rectification(actor=closing.actor(role), acceptance=first, text=text, at=at)


def test_acceptance_officer_of_the_purchaser_may_accept_and_fail():
    closing = make_closing()
    closing.actors[HUB] = closing.actor(Role.PU_ACC)
    make_final(closing, result="fail")
    assert closing.fresh().status == "rectifying_final"


def test_certificate_is_drawn_up_with_every_standard_and_no_code():
    closing = make_closing()
    acceptance = make_final(closing)
    job = Job.objects.get(kind="acceptance_certificate")
    document = make_acceptance_certificate(job, lambda percent, step: None)
    assert document.kind == "acceptance_certificate"
    assert document.page_count >= 1
    assert Document.objects.for_subject(acceptance.subject).get() == document
    again = make_acceptance_certificate(job, lambda percent, step: None)
    assert again == document


@pytest.mark.parametrize("name", ["acceptance.finalise", "acceptance.draft", "acceptance.object", "acceptance.answer"])
def test_acts_in_a_wrong_state_or_by_a_wrong_person_are_refused(name):
    closing = make_closing()
    acceptance = plan_acceptance(actor=closing.actor(HUB), application=closing.application)
    assert [r.rule_id for r in refusals(acceptance, name, closing.actor(HUB))] == ["S-01"]
    noticed = {"acceptance.finalise": "notice_sent", "acceptance.draft": "on_site", "acceptance.object": "notice_sent"}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.engine = 'on'")
        Acceptance.objects.filter(pk=acceptance.pk).update(status=noticed.get(name, "objected"))
        cursor.execute("SET LOCAL portal.engine = 'off'")
    acceptance.refresh_from_db()
    assert [r.rule_id for r in refusals(acceptance, name, make_actor(HUB))] == ["S-02"]
