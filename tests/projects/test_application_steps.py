"""Steps two to four through the one door: receipts, the hub's opinion, the one correction, the formal check."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, connections
from django.urls import reverse
from django.utils import timezone

from procurement.access import Role, actor_for
from procurement.calendars import add_working_days
from procurement.lifecycle.engine import available, perform, refusals
from procurement.lifecycle.models import StepState, TransitionRecord
from procurement.notices.models import Outbox
from procurement.rules import RuleViolation
from projects.models import Application, Receipt
from projects.selectors.applications import CHECKLIST
from projects.services.drafts import DraftRefused
from projects.services.prechecks import Verdict, record_check
from projects.services.receipts import is_genuine, proofs_for
from tests.factories.applications import (
    make_applicant,
    make_applying,
    make_endorsed,
    make_guide,
    make_hub,
    make_plain_application,
    make_prechecked,
    make_submitted,
    type_in,
)
from tests.factories.people import make_actor

pytestmark = pytest.mark.django_db


def rule_ids(violation) -> set[str]:
    return {refusal.rule_id for refusal in violation.value.refusals}


# --- handing in -------------------------------------------------------------------------------------------------


def test_submission_names_the_parties_completes_the_step_and_tells_the_hub():
    applying = make_applying()
    hub_officer = applying.actor(Role.RU)
    perform(applying.application, "application.submit", actor=applying.head)
    application = applying.application
    assert application.status == "submitted"
    assert set(application.case.parties.values_list("part", flat=True)) == {
        "office", "applicant", "hub", "purchaser", "finance", "treasury", "civil",
    }  # fmt: skip
    steps = {step.step.code: step for step in application.case.steps.select_related("step")}
    assert steps["apply_online"].state == StepState.DONE
    assert steps["responsible_unit_endorse"].state == StepState.OPEN
    assert steps["responsible_unit_endorse"].due_on == add_working_days(timezone.localdate(), 10)
    assert Outbox.objects.filter(template="application_submitted", recipient=hub_officer.user).exists()
    assert application.case.title == application.title


def test_receipt_seals_content_files_and_time():
    application = make_submitted().application
    receipt = application.receipts.get()
    assert receipt.number == f"HZ-{application.number}-1"
    assert receipt.issued_at == application.submitted_at
    assert len(receipt.files) == 3
    assert receipt.snapshot["requested_amount"] == f"{application.requested_amount:.2f}"
    assert is_genuine(receipt)

    receipt.snapshot = {**receipt.snapshot, "requested_amount": "1.00"}
    assert not is_genuine(receipt)
    receipt.refresh_from_db()
    receipt.issued_at -= timedelta(seconds=1)
    assert not is_genuine(receipt)


def test_double_click_gives_one_receipt(client):
    applying = make_applying()
    client.force_login(applying.head.user)
    act = reverse("transition", args=["application", applying.application.pk, "application.submit"])
    click = {"request_id": str(uuid4())}
    first, second = client.post(act, click), client.post(act, click)
    receipt = Receipt.objects.get()
    assert first.status_code == second.status_code == 302
    assert first.url == second.url == reverse("application-receipt", args=[applying.application.pk, receipt.number])
    assert TransitionRecord.objects.filter(transition="application.submit").count() == 1


def test_late_click_shows_the_sentence_and_keeps_the_draft(client):
    applying = make_applying()
    type(applying.guide).objects.filter(pk=applying.guide.pk).update(closes_at=timezone.now() - timedelta(seconds=1))
    client.force_login(applying.head.user)
    answer = client.post(
        reverse("transition", args=["application", applying.application.pk, "application.submit"]),
        {"request_id": str(uuid4())},
    )
    assert answer.status_code == 409
    assert "S-05" in answer.text
    assert not Receipt.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_heads_at_once_cannot_pass_the_cap():
    guide, applicant = make_guide(), make_applicant(hub=make_hub())
    make_plain_application(guide, applicant)
    drafts = [make_applying(guide=guide, applicant=applicant, title=f"项目{number}") for number in range(2)]

    def hand_in(applying) -> list[str]:
        try:
            perform(Application.objects.get(pk=applying.application.pk), "application.submit", actor=applying.head)
        except RuleViolation as violation:
            return [r.rule_id for r in violation.refusals]
        finally:
            connections.close_all()
        return []

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(hand_in, drafts)) == [[], ["R-060"]]
    connection.close()


def test_check_page_of_the_operator_says_the_head_must_submit(client):
    applying = make_applying()
    check = reverse("application-check", args=[applying.application.pk])
    client.force_login(applying.operator.user)
    page = client.get(check).text
    assert "须由负责人提交" in page
    assert 'name="request_id"' not in page
    client.force_login(applying.head.user)
    page = client.get(check).text
    assert 'name="request_id"' in page
    assert applying.application.title in page


def test_check_page_lists_what_is_missing_with_links(client):
    applying = make_applying(filled=False)
    client.force_login(applying.head.user)
    page = client.get(reverse("application-check", args=[applying.application.pk])).text
    assert reverse("application-section", args=[applying.application.pk, "budget"]) + "?check=1" in page
    assert "尚缺：项目名称" in page or "申报类别" in page


def test_draft_is_discarded_without_telling_anyone():
    applying = make_applying()
    before = Outbox.objects.count()
    perform(applying.application, "application.discard", actor=applying.operator)
    assert applying.application.status == "withdrawn"
    assert Outbox.objects.count() == before
    assert not applying.application.case.steps.filter(state=StepState.OPEN).exists()


def test_withdrawal_needs_a_reason_and_closes_the_case():
    applying = make_submitted()
    with pytest.raises(RuleViolation) as violation:
        perform(applying.application, "application.withdraw", actor=applying.head)
    assert rule_ids(violation) == {"S-03"}
    perform(applying.application, "application.withdraw", actor=applying.head, reason="实施条件发生变化")
    case = applying.application.case
    case.refresh_from_db()
    assert case.closed_at is not None
    assert not case.steps.filter(state=StepState.OPEN).exists()


# --- the hub ----------------------------------------------------------------------------------------------------


def test_hub_endorses_with_opinion_and_seal(client):
    applying = make_submitted()
    officer, application = applying.actor(Role.RU), applying.application
    client.force_login(officer.user)
    act = reverse("transition", args=["application", application.pk, "application.endorse"])
    wrong = client.post(act, {"request_id": str(uuid4()), "opinion": "情况属实，同意推荐本项目。", "seal": "别的单位"})
    assert wrong.status_code == 422
    assert "不一致" in wrong.text
    right = client.post(
        act, {"request_id": str(uuid4()), "opinion": "情况属实，同意推荐本项目。", "seal": application.hub.name}
    )
    assert right.status_code == 302
    page = client.get(reverse("application", args=[application.pk])).text
    assert "情况属实，同意推荐本项目。" in page
    application.refresh_from_db()
    assert application.status == "endorsed"


def test_hub_may_not_recommend_itself():
    applying = make_submitted()
    application = applying.application
    officer = make_actor(Role.RU, application.applicant)
    application.hub = application.applicant
    found = refusals(application, "application.endorse", officer)
    assert "R-084" in [r.rule_id for r in found]
    with pytest.raises(IntegrityError, match="application_hub_is_another_body"):
        application.save()


def test_person_who_applied_may_not_endorse():
    """The same person sitting in both bodies: duties that may not meet (R-084)."""
    applying = make_submitted()
    both = actor_for(make_actor(Role.RU, applying.application.hub, user=applying.head.user).user)
    found = refusals(applying.application, "application.endorse", both)
    assert [r.rule_id for r in found] == ["R-084"]


def test_refusal_of_the_hub_ends_the_case_with_its_reason():
    applying = make_submitted()
    perform(
        applying.application, "application.decline_endorsement", actor=applying.actor(Role.RU), reason="与本领域无关"
    )
    steps = applying.application.case.steps
    assert applying.application.status == "not_endorsed"
    assert steps.get(step__code="responsible_unit_endorse").state == StepState.DONE
    assert not steps.filter(state__in=(StepState.OPEN, StepState.WAITING)).exists()


# --- the office -------------------------------------------------------------------------------------------------


def test_office_sends_back_once_and_the_corrected_application_gets_a_second_receipt():
    applying = make_endorsed()
    application, office = applying.application, applying.actor(Role.LGO)
    first = application.receipts.get()
    perform(application, "application.return_for_supplement", actor=office, reason="请补充询价记录")
    assert application.status == "supplement"
    assert application.case.steps.get(step__code="precheck").due_on == application.supplement_due_on

    budget = application.section_drafts.get(code="budget").values
    type_in(applying, "budget", {**budget, "basis": "已附三家询价记录。"})
    with pytest.raises(DraftRefused):
        type_in(applying, "hub", {"hub": str(make_hub().pk)})
    perform(application, "application.resubmit", actor=applying.head)
    second = application.receipts.last()
    assert (application.status, application.receipts.count()) == ("endorsed", 2)
    assert second.number.endswith("-2")
    assert second.content_sha256 != first.content_sha256
    first.refresh_from_db()
    assert is_genuine(first)

    again = refusals(application, "application.return_for_supplement", office)
    assert [r.rule_id for r in again] == ["S-06"]
    assert "已退回补正过一次" in str(again[0])


def test_correction_after_its_term_is_refused_and_may_then_be_failed():
    applying = make_endorsed()
    application, office = applying.application, applying.actor(Role.LGO)
    perform(application, "application.return_for_supplement", actor=office, reason="请补充询价记录")
    early = refusals(application, "application.precheck_fail", office)
    assert [r.rule_id for r in early] == ["S-06"]

    later = timezone.now() + timedelta(days=30)
    late = refusals(application, "application.resubmit", applying.head, at=later)
    assert "补正期限为" in " ".join(str(r) for r in late if r.rule_id == "S-06")
    perform(application, "application.precheck_fail", actor=office, at=later, reason="逾期未补正")
    assert application.status == "precheck_failed"


def test_precheck_needs_every_line_of_the_checklist():
    applying = make_endorsed()
    application, office = applying.application, applying.actor(Role.LGO)
    with pytest.raises(RuleViolation) as violation:
        perform(application, "application.precheck_pass", actor=office, justification="说明")
    assert rule_ids(violation) == {"S-04"}
    assert len(violation.value.refusals) == len(CHECKLIST)

    record_check(actor=office, application=application, verdicts={code: Verdict(True) for code, _ in CHECKLIST})
    warned = refusals(application, "application.precheck_pass", office)
    assert [(r.rule_id, r.warning) for r in warned] == [("R-050", True)]
    record_check(
        actor=applying.actor(Role.CIV), application=application, verdicts={"civil": Verdict(False, "年检材料存疑")}
    )
    refused = refusals(application, "application.precheck_pass", office)
    assert "年检材料存疑" in str(refused[0])


def test_checklist_lines_belong_to_their_bodies_and_failures_are_explained():
    applying = make_endorsed()
    application = applying.application
    with pytest.raises(RuleViolation) as violation:
        record_check(actor=applying.actor(Role.CIV), application=application, verdicts={"scope": Verdict(True)})
    assert rule_ids(violation) == {"S-02"}
    with pytest.raises(RuleViolation) as violation:
        record_check(actor=applying.actor(Role.LGO), application=application, verdicts={"scope": Verdict(False)})
    assert rule_ids(violation) == {"S-03"}


def test_precheck_passes_and_keeps_the_checklist_in_the_record():
    application = make_prechecked().application
    assert application.status == "prechecked"
    record = application.history.get(transition="application.precheck_pass")
    assert {line["code"] for line in record.data["checklist"]} == {"civil", *(code for code, _ in CHECKLIST)}


def test_same_service_bought_by_others_is_a_warning_at_the_precheck():
    applying = make_endorsed()
    application = applying.application
    make_plain_application(
        applying.guide,
        make_applicant(),
        status="in_progress",
        place=application.place,
        category=application.category,
        beneficiary_groups=["disabled"],
        starts_on=application.starts_on,
        ends_on=application.ends_on,
    )
    found = refusals(application, "application.precheck_pass", applying.actor(Role.LGO))
    assert ("R-041", True) in {(r.rule_id, r.warning) for r in found}


def test_precheck_page_saves_the_lines_of_each_body(client):
    applying = make_endorsed()
    page = reverse("application-precheck", args=[applying.application.pk])
    client.force_login(applying.actor(Role.LGO).user)
    assert "民政部门确认" in client.get(page).text
    wrong = client.post(page, {code: "no" for code, _ in CHECKLIST})
    assert wrong.status_code == 422
    assert "未通过的项目须写明问题" in wrong.text
    right = client.post(page, {code: "yes" for code, _ in CHECKLIST})
    assert right.status_code == 302
    assert applying.application.precheck_items.filter(passed=True).count() == len(CHECKLIST)
    client.force_login(applying.head.user)
    assert client.get(page).status_code == 403


def test_available_offers_the_rows_of_each_person():
    applying = make_submitted()
    names = lambda actor: {offer.transition.name for offer in available(applying.application, actor)}  # noqa: E731
    assert names(applying.head) == {"application.withdraw"}
    assert names(applying.operator) == set()
    assert names(applying.actor(Role.RU)) == {"application.endorse", "application.decline_endorsement"}
    assert names(applying.actor(Role.LGO)) == set()


# --- anyone -----------------------------------------------------------------------------------------------------


def test_anyone_verifies_by_number_content_or_file_and_learns_nothing_else(client):
    application = make_submitted().application
    receipt = application.receipts.get()
    for query in (receipt.number, receipt.content_sha256, receipt.files[0]["sha256"].upper()):
        page = client.get(reverse("verify-one", args=[query]))
        assert page.status_code == 200
        assert receipt.content_sha256 in page.text
        assert "有效" in page.text
        for secret in (application.title, application.applicant.name, application.leader_phone, application.place):
            assert secret not in page.text
    assert client.get(reverse("verify"), {"q": receipt.number}).url == reverse("verify-one", args=[receipt.number])
    assert client.get(f"/verify/{receipt.number}").status_code in (200, 301)
    unknown = client.get(reverse("verify-one", args=["0" * 64]))
    assert unknown.status_code == 404
    assert "没有找到" in unknown.text
    assert proofs_for("HZ-无") == []
