"""The contractor's report, the end of a project, and the archive nobody thins out."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from orgs.models import CreditRecord
from procurement.access import Role
from procurement.lifecycle.engine import available, perform, refusals
from procurement.lifecycle.models import CaseStep, StepState, TransitionRecord
from procurement.rules import RuleViolation
from projects.models import Application, ArchiveItem, Closeout, Contract, IndicatorResult, IndicatorTotal, Refund
from projects.selectors.closeouts import archive_checklist, closing_checklist, record_digest
from projects.selectors.delivery import closeout_due
from projects.services.acceptances import plan_acceptance, report_rectification
from projects.services.closeouts import closing_clocks, save_closeout, start_closeout
from tests.factories.closing import (
    Closing,
    after,
    make_audit,
    make_closing,
    make_concluded,
    make_final,
    make_project,
    pay_last,
)
from tests.factories.people import make_actor

pytestmark = pytest.mark.django_db
TEXTS = {
    "summary": "完成 40 场",
    "results": "成效明显",
    "spending_note": "专账核算",
    "recipients_confirmation": "抽查确认",
    "self_score": Decimal("90.00"),
}


def drafted(closing: Closing, **changes) -> Closeout:
    closeout = start_closeout(actor=closing.actor(Role.ORG), application=closing.application)
    figures = {row.pk: (row.target, "") for row in closing.application.indicators.all()}
    save_closeout(actor=closing.actor(Role.ORG), closeout=closeout, indicators=figures, **{**TEXTS, **changes})
    closeout.refresh_from_db()
    return closeout


def step(closing: Closing, code: str) -> CaseStep:
    return CaseStep.objects.get(case=closing.application.case, step__code=code)


# --- the report -------------------------------------------------------------------------------------------------


def test_report_begins_with_the_ledger():
    closing = make_project()
    indicator = closing.application.indicators.first()
    IndicatorTotal.objects.create(indicator=indicator, actual=Decimal(36))
    closeout = start_closeout(actor=closing.actor(Role.ORG), application=closing.application)
    assert closeout.indicator_results.get().actual == Decimal(36)
    assert start_closeout(actor=closing.actor(Role.ORG), application=closing.application) == closeout


def test_submission_moves_the_project_into_closing():
    closing = make_project()
    closeout = drafted(closing)
    perform(closeout, "closeout.submit", actor=closing.actor(Role.ORG_H))
    assert closing.fresh().status == "closing"
    assert step(closing, "submit_closeout").state == StepState.DONE
    assert step(closing, "responsible_unit_acceptance").state == StepState.OPEN


def test_report_before_the_end_is_refused_unless_every_target_is_reached():
    closing = make_project(ended=False)
    closeout = drafted(closing)
    assert not refusals(closeout, "closeout.submit", closing.actor(Role.ORG_H))
    short = closing.application.indicators.first()
    save_closeout(actor=closing.actor(Role.ORG), closeout=closeout, indicators={short.pk: (Decimal(39), "")})
    found = refusals(closeout, "closeout.submit", closing.actor(Role.ORG_H))
    assert str(found[0]).startswith("R-222 合同履行期至")


def test_incomplete_report_names_what_is_missing():
    closing = make_project()
    closeout = start_closeout(actor=closing.actor(Role.ORG), application=closing.application)
    found = [str(refusal) for refusal in refusals(closeout, "closeout.submit", closing.actor(Role.ORG_H))]
    assert sum("结项报告缺少" in sentence for sentence in found) == 4
    assert any("R-222 以下指标未填报完成值：组织无障碍观影活动、服务视障居民" in sentence for sentence in found)


def test_figures_above_the_ledger_need_an_explanation():
    closing = make_project()
    IndicatorTotal.objects.create(indicator=closing.application.indicators.first(), actual=Decimal(30))
    closeout = drafted(closing)
    with pytest.raises(RuleViolation, match="R-220 “组织无障碍观影活动”填报 40，台账合计 30"):
        perform(closeout, "closeout.submit", actor=closing.actor(Role.ORG_H))
    perform(closeout, "closeout.submit", actor=closing.actor(Role.ORG_H), justification="另有 10 场未及登记，附签到。")
    assert closeout.status == "submitted"


def test_project_under_correction_cannot_report_its_end():
    closing = make_project("rectifying")
    closeout = Closeout(application=closing.application, case=closing.application.case, **TEXTS)
    closeout.save()
    assert any(
        "S-01 项目当前为“整改中”" in str(r) for r in refusals(closeout, "closeout.submit", closing.actor(Role.ORG_H))
    )


def test_strangers_and_the_operator_do_not_submit():
    closing = make_project()
    closeout = drafted(closing)
    for actor in (closing.actor(Role.ORG), make_actor(Role.ORG_H), closing.actor(Role.RU)):
        with pytest.raises(RuleViolation, match="S-02"):
            perform(closeout, "closeout.submit", actor=actor)
    with pytest.raises(RuleViolation, match="S-02 结项报告由承接主体编制"):
        save_closeout(actor=closing.actor(Role.RU), closeout=closeout, summary="改")


def test_report_handed_in_stands_until_it_is_returned():
    closing = make_project()
    closeout = drafted(closing)
    perform(closeout, "closeout.submit", actor=closing.actor(Role.ORG_H))
    with pytest.raises(RuleViolation, match="S-01 结项报告已提交"):
        save_closeout(actor=closing.actor(Role.ORG), closeout=closeout, summary="改")
    with pytest.raises(IntegrityError, match="the report is handed in"), transaction.atomic():
        IndicatorResult.objects.filter(closeout=closeout).update(actual=1)
    perform(closeout, "closeout.return", actor=closing.actor(Role.RU), reason="请补充签到表")
    assert step(closing, "submit_closeout").state == StepState.OPEN
    save_closeout(actor=closing.actor(Role.ORG), closeout=closeout, summary="补充")
    perform(closeout, "closeout.submit", actor=closing.actor(Role.ORG_H))
    perform(closeout, "closeout.accept", actor=closing.actor(Role.RU))
    assert closeout.status == "accepted"


def test_report_is_not_returned_once_acceptance_has_begun():
    closing = make_closing()
    plan_acceptance(actor=closing.actor(Role.RU), application=closing.application)
    closeout = closing.application.closeout
    assert not list(available(closeout, closing.actor(Role.RU)))


def test_draft_is_the_contractors_own():
    closing = make_project()
    drafted(closing)
    assert not Closeout.objects.visible_to(closing.actor(Role.RU)).exists()
    assert Closeout.objects.visible_to(closing.actor(Role.ORG)).exists()


def test_clock_opens_and_dates_the_closeout_step():
    ended, running = make_project(), make_project(ended=False)
    now = timezone.now()
    assert closing_clocks(now) == 1
    opened = step(ended, "submit_closeout")
    assert (opened.state, opened.due_on) == (StepState.OPEN, closeout_due(ended.application))
    assert step(running, "submit_closeout").state == StepState.WAITING
    assert closing_clocks(now) == 0


# --- closing ----------------------------------------------------------------------------------------------------


def test_closing_names_everything_that_is_missing():
    closing = make_project("closing")
    found = {r.rule_id: str(r) for r in refusals(closing.application, "application.close", closing.actor(Role.LGO))}
    assert "尚未完成：结项报告通过" in found["R-222"]
    assert "尚未完成：第三方结项评估结果公布" in found["R-260"]
    assert {"R-253", "R-255"} <= set(found)


def test_concluded_project_is_closed_with_its_contract():
    closing = make_concluded()
    assert all(row.done for row in closing_checklist(closing.application))
    with pytest.raises(RuleViolation, match="S-04 请写明结项审定意见"):
        perform(closing.application, "application.close", actor=closing.actor(Role.LGO))
    record = perform(
        closing.application,
        "application.close",
        actor=closing.actor(Role.LGO),
        decision="同意结项",
        commendation="优秀",
    )
    assert record.data["commendation"] == "优秀"
    assert closing.fresh().closed_at is not None
    assert Contract.objects.get(pk=closing.contract.pk).status == "completed"


def test_money_not_returned_blocks_closing():
    closing = make_closing()
    make_final(closing)
    make_audit(closing, until="final", spent=Decimal("58000.00"))
    pay_last(closing)
    Application.objects.filter(pk=closing.application.pk).update(final_grade="good")
    application = closing.fresh()
    assert next(str(r) for r in refusals(application, "application.close", closing.actor(Role.LGO))).startswith(
        "R-255 尚未完成：余款退回"
    )
    refund = Refund.objects.get()
    perform(refund, "refund.return", actor=closing.actor(Role.ORG), voucher_number="TK1")
    perform(refund, "refund.confirm", actor=closing.actor(Role.TREAS))
    perform(application, "application.close", actor=closing.actor(Role.LGO), decision="同意结项")
    assert application.status == "closed"


def failed_once(closing: Closing):
    return make_final(closing, result="fail")


def test_project_fails_only_after_its_one_chance_and_its_audit():
    closing = make_closing()
    first = failed_once(closing)
    office = closing.actor(Role.LGO)
    found = {str(r) for r in refusals(closing.fresh(), "application.close_failed", office)}
    assert any("R-240 整改期至" in sentence for sentence in found)
    assert any("R-255 财务审计完成后" in sentence for sentence in found)
    report_rectification(actor=closing.actor(Role.ORG_H), acceptance=first, text="已补办")
    found = {str(r) for r in refusals(closing.fresh(), "application.close_failed", office)}
    assert any("R-240 承接主体已报告整改情况，须再次验收" in sentence for sentence in found)


def test_second_failure_ends_the_contract_claims_the_money_and_goes_on_record():
    closing = make_closing()
    first = failed_once(closing)
    report_rectification(actor=closing.actor(Role.ORG_H), acceptance=first, text="已补办")
    closing.application.refresh_from_db()
    make_final(closing, result="fail")
    make_audit(closing, until="final", spent=Decimal("40000.00"))
    application = closing.fresh()
    perform(application, "application.close_failed", actor=closing.actor(Role.LGO), reason="两次验收不通过")
    assert application.status == "closed_failed"
    assert Contract.objects.get(pk=closing.contract.pk).status == "terminated"
    assert Refund.objects.get().amount == Decimal("10000.00")
    entry = CreditRecord.objects.get(organization=application.applicant)
    assert entry.credit_list == "breach"


def test_silence_past_the_term_is_a_failure():
    closing = make_closing()
    first = failed_once(closing)
    make_audit(closing, until="final")
    late = after(first.rectify_due_on)
    application = closing.fresh()
    assert refusals(application, "application.close_failed", closing.actor(Role.LGO), at=late - timedelta(days=1))
    assert not refusals(application, "application.close_failed", closing.actor(Role.LGO), at=late)


# --- the archive ------------------------------------------------------------------------------------------------


def closed(closing: Closing | None = None) -> Closing:
    closing = closing or make_concluded()
    perform(closing.application, "application.close", actor=closing.actor(Role.LGO), decision="同意结项")
    return closing


def test_missing_paper_blocks_the_archive():
    closing = closed(make_concluded(history=False))
    found = [str(r) for r in refusals(closing.application, "application.archive", closing.actor(Role.LGO))]
    assert any(sentence.startswith("R-289 归档材料缺少：专家评审报告") for sentence in found)


def test_archive_writes_every_paper_with_its_hash_for_fifteen_years():
    closing = closed()
    perform(closing.application, "application.archive", actor=closing.actor(Role.LGO))
    items = list(closing.application.archive_items.all())
    codes = {item.code for item in items}
    assert codes == {
        "activity_record", "budget", "guide", "application", "review_report", "award", "contract", "payments", "reports",
        "closeout", "acceptance", "audit", "evaluation", "closing", "objections", "attachments",
    }  # fmt: skip
    assert all(len(item.sha256) == 64 for item in items if item.reference)
    assert all(item.absent_because for item in items if not item.reference)
    today = timezone.localdate()
    assert items[0].keep_until.year == today.year + 15
    assert closing.fresh().case.closed_at is not None
    assert step(closing, "close_and_archive").state == StepState.DONE


def test_archived_papers_are_neither_changed_nor_deleted():
    closing = closed()
    perform(closing.application, "application.archive", actor=closing.actor(Role.LGO))
    for statement in (
        lambda: ArchiveItem.objects.update(sha256="0" * 64),
        lambda: ArchiveItem.objects.all().delete(),
        lambda: TransitionRecord.objects.filter(case=closing.application.case).delete(),
        lambda: Closeout.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            statement()


def test_archive_item_needs_a_paper_with_hash_or_a_reason():
    closing = make_closing()
    common = {
        "application": closing.application, "code": "x", "label": "x", "archived_at": timezone.now(),
        "archived_by": closing.actor(Role.LGO).user, "keep_until": timezone.localdate(),
    }  # fmt: skip
    with pytest.raises(IntegrityError, match="archive_item_present_or_explained"), transaction.atomic():
        ArchiveItem.objects.create(position=1, **common)
    with pytest.raises(IntegrityError, match="archive_item_has_hash"), transaction.atomic():
        ArchiveItem.objects.create(position=1, reference="a", **common)


def test_digest_of_a_record_changes_with_its_words():
    closed()
    record = TransitionRecord.objects.filter(transition="application.close").get()
    before = record_digest(record)
    record.data = {**record.data, "decision": "不同意"}
    assert record_digest(record) != before


def test_paper_is_listed_once():
    closing = closed()
    references = [paper.reference for row in archive_checklist(closing.application) for paper in row.papers]
    assert len(references) == len(set(references))
