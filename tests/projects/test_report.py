"""Reports: owed from the last day of their period, frozen when handed in, back without losing a word."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from procurement.demo.stage import Stage, local
from procurement.demo.steps import delivering
from procurement.lifecycle.engine import perform, refusals, system_actor
from procurement.notices.models import Outbox
from procurement.rules import RuleViolation
from projects.models import Report, ReportVersion
from projects.selectors.delivery import budget_lines
from projects.services import ledger
from projects.services.reports import DraftRefused, Saved, fall_due, save_answers
from tests.projects.delivered import signed_in, to_due, to_launched, to_recorded


def typed(stage: Stage, report: Report, version: int = 0, sitting: str = "a", **answers: str) -> Saved:
    return save_answers(
        actor=stage.actor("org"), report=report, answers=answers, version=version, sitting=sitting, at=stage.now
    )


def refused(report: Report, row: str, actor: Any, **kwargs: Any) -> str:
    with pytest.raises(RuleViolation) as violation:
        perform(report, row, actor=actor, **kwargs)
    return str(violation.value)


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_sweep_makes_reports_due_once_their_period_is_over(stage: Stage) -> None:
    quarter = stage.application.reports.get(period_end=date(2026, 9, 30))
    assert fall_due(local(2026, 9, 30, 23)) == 0
    fall_due(local(2026, 10, 1, 0))
    fall_due(local(2026, 10, 1, 1))
    quarter.refresh_from_db()
    assert quarter.status == "due"
    assert quarter.history.count() == 1
    told = Outbox.objects.filter(template="report_due", channel="inbox").values_list("recipient__username", flat=True)
    assert set(told) == {"org1", "org1-head"}


@pytest.mark.django_db
@pytest.mark.stands(after=to_due)
def test_report_is_overdue_from_the_day_after_its_last_day(stage: Stage) -> None:
    report = stage.report
    assert not report.is_overdue(report.due_on)
    assert report.is_overdue(report.due_on + timedelta(days=1))
    assert list(Report.objects.overdue(report.due_on)) == []
    assert list(Report.objects.overdue(report.due_on + timedelta(days=1))) == [report]


@pytest.mark.django_db
@pytest.mark.stands(after=to_due)
def test_unfinished_report_is_refused_with_every_gap_named(stage: Stage) -> None:
    report = stage.report
    found = [str(r) for r in refusals(report, "report.submit", stage.actor("org-head"), at=stage.now)]
    assert [s.split(" ")[1][:6] for s in found] == ["“进展情况”", "“问题和偏差", "“下一步安排", "“公开摘要”"]
    assert refused(report, "report.submit", stage.actor("org")).startswith("S-02")
    assert refused(report, "report.review", stage.actor("hub")).startswith("S-01")


@pytest.mark.django_db
def test_handed_in_figures_stay_when_the_ledger_moves_on(stage: Stage) -> None:
    to_recorded(stage, count=1)
    report = stage.application.reports.filter(kind="quarterly").order_by("period_end")[0]
    delivering.fall_due(stage, report)
    delivering.write(stage, report, delivering.ANSWERS)
    delivering.submit(stage, report)
    assert report.figures["period"]["person_times"] == 62
    ledger.record_activity(
        actor=stage.actor("org"), application=stage.application, held_on=date(2026, 9, 29), title="补记", place="朝外",
        person_times=10, photos=[delivering.photo(4)], at=stage.now,
    )  # fmt: skip
    report.refresh_from_db()
    assert report.figures["period"]["person_times"] == 62
    with pytest.raises(DatabaseError), transaction.atomic():
        ReportVersion.objects.update(figures={})


@pytest.mark.django_db
@pytest.mark.stands(after=to_due)
def test_return_loses_nothing_typed_and_says_why(stage: Stage) -> None:
    report = stage.report
    delivering.write(stage, report, delivering.ANSWERS)
    delivering.submit(stage, report)
    with pytest.raises(DraftRefused):
        typed(stage, report, done="提交之后再改")
    late = local(2026, 10, 12, 9)
    perform(report, "report.return", actor=stage.actor("hub"), at=late, code="evidence", reason="照片不足两张。")
    assert (report.status, report.return_code) == ("returned", "evidence")
    assert report.due_on == date(2026, 10, 19), "five working days to correct"
    assert all(report.answers[code] == text for code, text in delivering.ANSWERS.items())
    page = signed_in("org1").get(reverse("report-edit", args=[report.pk])).content.decode()
    assert "活动照片、签到等佐证不足" in page
    assert delivering.ANSWERS["done"][:30] in page
    typed(stage, report, version=report.edition, sitting="b", problems="补充：照片已补齐，见台账第 3 号。")
    perform(report, "report.submit", actor=stage.actor("org-head"), at=late + timedelta(days=1))
    assert [v.answers["problems"][:3] for v in report.versions.all()] == ["七月高", "补充："]
    text = signed_in("hub").get(report.get_absolute_url()).content.decode()
    assert "与上一版的差异" in text


@pytest.mark.django_db
@pytest.mark.stands(after=to_due)
def test_review_needs_words_and_each_side_has_its_own_move(stage: Stage) -> None:
    report = stage.report
    delivering.write(stage, report, delivering.ANSWERS)
    delivering.submit(stage, report)
    assert refused(report, "report.accept", stage.actor("office")).startswith("S-01")
    assert refused(report, "report.review", stage.actor("office")).startswith("S-02")
    assert "R-223 请写明主责单位意见" in refused(report, "report.review", stage.actor("hub"), note=" ")
    perform(report, "report.review", actor=stage.actor("hub"), at=stage.later(hours=1), note="属实，同意。")
    assert refused(report, "report.accept", stage.actor("hub")).startswith("S-02")
    perform(
        report, "report.send_back", actor=stage.actor("office"), at=stage.later(hours=1), code="summary",
        reason="公开摘要请写明服务人次。",
    )  # fmt: skip
    assert report.status == "returned"


@pytest.mark.django_db
@pytest.mark.stands(after=to_due)
def test_overspent_line_has_to_be_explained(stage: Stage) -> None:
    report = stage.report
    line = budget_lines(stage.application)[1]
    ledger.record_expense(
        actor=stage.actor("org"), application=stage.application, line=line, spent_on=date(2026, 9, 1),
        amount=line.amount + Decimal("12.30"), purpose="编辑费", payee="编辑", voucher_number="记-9", at=stage.now,
    )  # fmt: skip
    delivering.write(stage, report, delivering.ANSWERS)
    sentence = refused(report, "report.submit", stage.actor("org-head"), at=stage.later(hours=1))
    assert sentence.startswith("R-227")
    assert "12.30" in sentence
    perform(
        report, "report.submit", actor=stage.actor("org-head"), at=stage.now, justification="加录两册图书，已申请调剂。"
    )
    assert report.status == "submitted"


@pytest.mark.django_db
@pytest.mark.stands(after=to_due)
def test_accepted_quarter_opens_the_midterm_and_later_ones_do_not_reopen_it(stage: Stage) -> None:
    report = stage.report
    later = stage.application.reports.get(kind="quarterly", period_end=date(2026, 12, 31))
    delivering.write(stage, report, delivering.ANSWERS)
    delivering.submit(stage, report)
    delivering.conclude(stage, report)
    steps = {row.step.code: row for row in stage.application.case.steps.select_related("step")}
    assert (steps["quarterly_report"].state, steps["midterm_evaluation"].state) == ("done", "open")
    at = local(2026, 12, 31, 23) + timedelta(hours=2)
    perform(later, "report.fall_due", actor=system_actor(), at=at)
    for code, text in delivering.ANSWERS.items():
        typed(stage, later, version=later.edition, sitting="c", **{code: text})
    perform(later, "report.submit", actor=stage.actor("org-head"), at=at)
    perform(later, "report.review", actor=stage.actor("hub"), at=at, note="属实，同意。")
    perform(later, "report.accept", actor=stage.actor("office"), at=at)
    steps = {row.step.code: row for row in stage.application.case.steps.select_related("step")}
    assert (steps["quarterly_report"].state, steps["midterm_evaluation"].state) == ("done", "open")


@pytest.mark.django_db
@pytest.mark.stands(after=to_due)
def test_later_quarter_does_not_end_the_step_while_an_earlier_one_is_open(stage: Stage) -> None:
    later = stage.application.reports.get(kind="quarterly", period_end=date(2026, 12, 31))
    at = local(2026, 12, 31, 23) + timedelta(hours=2)
    perform(later, "report.fall_due", actor=system_actor(), at=at)
    typed(stage, later, **delivering.ANSWERS)
    perform(later, "report.submit", actor=stage.actor("org-head"), at=at)
    perform(later, "report.review", actor=stage.actor("hub"), at=at, note="属实，同意。")
    perform(later, "report.accept", actor=stage.actor("office"), at=at)
    assert stage.application.case.steps.get(step__code="quarterly_report").state == "open"


@pytest.mark.django_db
@pytest.mark.stands(after=to_due)
def test_missing_quarter_blocks_the_next_tranche(stage: Stage) -> None:
    report = stage.report
    payment = stage.contract.payments.get(tranche=2)
    after = local(2026, 10, 11)
    found = [str(r) for r in refusals(payment, "payment.request", stage.actor("district"), at=after)]
    assert any(s.startswith("R-222") and str(report) in s for s in found)


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_closeout_row_settles_with_the_closeout_itself(stage: Stage) -> None:
    closeout = stage.application.reports.get(kind="closeout")
    assert "R-222 项目仍在实施" in refused(closeout, "report.settle", system_actor())
    perform(stage.application, "application.begin_closeout", actor=stage.actor("org-head"), at=stage.later(days=1))
    closeout.refresh_from_db()
    assert closeout.status == "settled"


@pytest.mark.django_db
@pytest.mark.stands(after=to_due)
def test_two_writers_merge_what_differs_and_choose_what_clashes(stage: Stage) -> None:
    report = stage.report
    head = stage.actor("org-head")
    typed(stage, report, sitting="a", done="经办人写的进展")
    other = save_answers(
        actor=head,
        report=report,
        answers={"problems": "负责人写的问题", "done": ""},
        version=0,
        sitting="b",
        at=stage.now,
    )
    assert other.merged == {"done": "经办人写的进展"}
    assert other.report.answers["problems"] == "负责人写的问题"
    clash = save_answers(
        actor=head, report=report, answers={"done": "负责人写的进展"}, version=0, sitting="b", at=stage.now
    )
    assert clash.clashes == {"done": ("负责人写的进展", "经办人写的进展")}
    report.refresh_from_db()
    assert report.answers["done"] == "经办人写的进展"
    kept = save_answers(
        actor=head, report=report, answers={"done": "负责人写的进展"}, version=report.edition, sitting="b", at=stage.now
    )
    assert kept.report.answers["done"] == "负责人写的进展"


@pytest.mark.django_db
@pytest.mark.stands(after=to_due)
def test_autosave_answers_in_its_own_shapes(stage: Stage) -> None:
    report = stage.report
    url = reverse("report-autosave", args=[report.pk])
    saved = signed_in("org1").post(url, {"version": "0", "sitting": "x", "done": "第一句"})
    assert (saved.status_code, saved.json()["version"]) == (200, "1")
    conflict = signed_in("org1-head").post(url, {"version": "0", "sitting": "y", "done": "另一句"})
    assert conflict.status_code == 409
    assert conflict.json()["fields"][0]["theirs"] == "第一句"
    assert signed_in("hub").post(url, {"done": "主责单位不写"}).status_code == 422
    assert signed_in("org2").post(url, {"done": "外人"}).status_code == 404
