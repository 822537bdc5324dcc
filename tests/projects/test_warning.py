"""Warnings: raised once, worse when things get worse, gone when the cause is gone, never quietly forgotten."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from orgs.models import CreditRecord
from procurement.demo.stage import Stage, local
from procurement.demo.steps import delivering
from procurement.lifecycle.engine import perform, refusals
from procurement.notices.models import Outbox
from procurement.rules import RuleViolation
from projects.models import Application, EarlyWarning, PlannedActivity
from projects.selectors.warning_signs import BehindPlan, BudgetOff, ListedOrganisation, LowSatisfaction, all_signs
from projects.services.warnings import decide_stop, report_incident, watch
from tests.projects.delivered import signed_in, to_due, to_launched, to_recorded

FACTS = "10 月 9 日活动现场一名参加者滑倒受伤，已送医。"


def late(days: int) -> Any:
    """Ten in the morning, so many days after the report's last day (Saturday, a make-up working day)."""
    return local(2026, 10, 10, 10) + timedelta(days=days)


def only(rule: str) -> EarlyWarning:
    return EarlyWarning.objects.get(rule=rule)


def refused(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(RuleViolation) as violation:
        call(*args, **kwargs)
    return str(violation.value)


@pytest.mark.django_db
@pytest.mark.stands(after=to_due)
def test_report_one_day_late_is_warned_of_once_in_three_sweeps(stage: Stage) -> None:
    watch(late(0))
    assert not EarlyWarning.objects.filter(rule="late_report").exists()
    for _sweep in range(3):
        watch(late(1))
    warning = only("late_report")
    assert (warning.level, warning.tier, warning.status) == ("blue", "neighbourhood", "raised")
    assert warning.handler == stage.application.hub
    assert warning.respond_by == date(2026, 10, 23)
    assert warning.basis.startswith("R-222")
    inbox = Outbox.objects.filter(template="early_warning", channel="inbox", url=warning.get_absolute_url())
    assert inbox.filter(recipient__username="org1-head").count() == 1
    assert inbox.filter(recipient__username="hub").count() == 1


@pytest.mark.django_db
@pytest.mark.stands(after=to_due)
def test_late_report_turns_yellow_after_five_working_days(stage: Stage) -> None:
    watch(late(1))
    watch(late(6))
    assert only("late_report").level == "blue"
    watch(late(9))
    warning = only("late_report")
    assert (warning.level, warning.tier, warning.status) == ("yellow", "street", "escalated")
    assert [r.transition for r in warning.history] == ["warning.worsen"]


@pytest.mark.django_db
@pytest.mark.stands(after=to_due)
def test_warning_lapses_when_the_report_is_in(stage: Stage) -> None:
    report = stage.report
    watch(late(1))
    stage.now = late(2)
    delivering.write(stage, report, delivering.ANSWERS)
    delivering.submit(stage, report)
    watch(late(4))
    warning = only("late_report")
    assert warning.status == "closed"
    assert "已消除" in warning.outcome


@pytest.mark.django_db
@pytest.mark.stands(after=to_due)
def test_unanswered_warning_climbs_tier_by_tier(stage: Stage) -> None:
    watch(late(1))
    warning = only("late_report")
    EarlyWarning.objects.filter(pk=warning.pk).update(level="yellow")
    warning.refresh_from_db()
    assert warning.respond_by is not None
    at = local(2026, 10, 26, 10)
    watch(at)
    warning.refresh_from_db()
    assert (warning.tier, warning.status) == ("street", "escalated")
    perform(warning, "warning.assign", actor=stage.actor("office"), at=at, handler=stage.guide.office)
    assert warning.handler == stage.guide.office
    watch(at + timedelta(days=14))
    warning.refresh_from_db()
    assert (warning.tier, warning.status) == ("district", "escalated")
    assert warning.handler == stage.guide.office


@pytest.mark.django_db
@pytest.mark.stands(after=to_due)
def test_warning_is_handled_resolved_and_closed_by_its_people(stage: Stage) -> None:
    watch(late(1))
    warning = only("late_report")
    assert refused(perform, warning, "warning.take_up", actor=stage.actor("office")).startswith("S-02")
    perform(warning, "warning.take_up", actor=stage.actor("hub"), at=late(2))
    short = refused(perform, warning, "warning.resolve", actor=stage.actor("hub"), at=late(2), reason="好了")
    assert "R-229 请写明处置措施" in short
    perform(warning, "warning.resolve", actor=stage.actor("hub"), at=late(2), reason="已约谈项目负责人，报告今日提交。")
    assert refused(perform, warning, "warning.close", actor=stage.actor("hub")).startswith("S-02")
    perform(warning, "warning.close", actor=stage.actor("office"), at=late(3))
    assert warning.status == "closed"


@pytest.mark.django_db
@pytest.mark.parametrize(("behind", "level"), [(9, None), (10, "blue"), (20, "yellow"), (30, "orange"), (50, "red")])
@pytest.mark.stands(after=to_launched)
def test_progress_behind_plan_is_measured_in_points(stage: Stage, behind: int, level: str | None) -> None:
    stage.plan.activities.all().delete()
    for number in range(100):
        day = date(2026, 8, 1) if number < behind else date(2027, 1, 1)
        PlannedActivity.objects.create(plan=stage.plan, planned_on=day, title=f"活动 {number}")
    found = list(BehindPlan().signs(date(2026, 9, 1)))
    assert [sign.level.value for sign in found] == ([level] if level else [])


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_other_signs_read_their_own_rows(stage: Stage) -> None:
    assert [s.level.value for s in BudgetOff().signs(date(2026, 10, 15))] == ["blue"]
    assert list(BudgetOff().signs(date(2026, 9, 15))) == [], "the first quarter is left in peace"
    for value, level in (("80", None), ("79.9", "yellow"), ("69", "orange"), ("59.9", "red")):
        Application.objects.filter(pk=stage.application.pk).update(satisfaction=Decimal(value))
        found = [s.level.value for s in LowSatisfaction().signs(date(2026, 9, 1))]
        assert found == ([level] if level else []), value
    CreditRecord.objects.create(
        status="confirmed",
        organization=stage.application.applicant, credit_list="abnormal", authority="民政局", document_number="1 号",
        reason="未报送年报", starts_on=date(2026, 9, 1), recorded_by=stage.actor("civil").user, recorded_at=stage.now,
    )  # fmt: skip
    assert [s.level.value for s in ListedOrganisation().signs(date(2026, 9, 2))] == ["red"]
    assert list(ListedOrganisation().signs(date(2026, 8, 31))) == []


@pytest.mark.django_db
def test_red_warning_stops_payments_until_the_signer_lifts_it(stage: Stage) -> None:
    to_recorded(stage, count=1)
    warning = report_incident(
        actor=stage.actor("hub"), application=stage.application, rule="safety_incident", facts=FACTS, at=stage.now
    )
    assert (warning.level, warning.payments_stopped, warning.tier) == ("red", True, "city")
    payment = stage.contract.payments.get(tranche=2)

    def stopped() -> bool:
        found = refusals(payment, "payment.request", stage.actor("district"), at=stage.now)
        return any(str(r).startswith("R-229") and "滑倒" in str(r) for r in found)

    assert stopped()
    office, signer = stage.actor("office"), stage.actor("signer")
    perform(warning, "warning.take_up", actor=office, at=stage.now)
    words = {"at": stage.now, "reason": "伤者已出院，现场已整改并投保。"}
    assert "须先由购买主体确认" in refused(perform, warning, "warning.resolve", actor=office, **words)
    assert refused(decide_stop, actor=office, warning=warning, keep=False, reason="可以付了").startswith("S-02")
    decide_stop(actor=signer, warning=warning, keep=True, reason="等待调查结论")
    assert stopped()
    perform(warning, "warning.resolve", actor=office, **words)
    assert "付款仍在暂停" in refused(perform, warning, "warning.close", actor=office, at=stage.now)
    decide_stop(actor=signer, warning=warning, keep=False, reason="调查结束，责任已落实")
    assert not stopped()
    warning.refresh_from_db()
    perform(warning, "warning.close", actor=office, at=stage.now)
    assert warning.status == "closed"


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_stop_is_decided_on_the_page_by_the_signer_alone(stage: Stage) -> None:
    warning = report_incident(
        actor=stage.actor("office"), application=stage.application, rule="misuse", facts=FACTS, at=stage.now
    )
    url = reverse("warning-stop", args=[warning.pk])
    assert signed_in("org2").post(url, {}).status_code == 404
    assert signed_in("hub").post(url, {"keep": "lift", "reason": "可以付了"}).status_code == 404
    assert signed_in("signer").post(url, {"keep": "lift"}).status_code == 422
    assert signed_in("signer").post(url, {"keep": "lift", "reason": "经查不属实"}).status_code == 302
    warning.refresh_from_db()
    assert not warning.payments_stopped


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_incident_is_reported_by_supervisors_with_facts(stage: Stage) -> None:
    call: dict[str, Any] = {"application": stage.application, "facts": FACTS, "at": stage.now}
    assert refused(report_incident, actor=stage.actor("org"), rule="misuse", **call).startswith("S-02")
    assert refused(report_incident, actor=stage.actor("hub"), rule="late_report", **call).startswith("S-04")
    report_incident(actor=stage.actor("district"), rule="complaint_upheld", **call)
    watch(stage.now)
    assert only("complaint_upheld").status == "raised", "a sweep does not take back what people reported"


@pytest.mark.django_db
@pytest.mark.stands(after=to_due)
def test_one_cause_is_one_row_for_the_database_too(stage: Stage) -> None:
    watch(late(1))
    warning = only("late_report")
    copy = {f.name: getattr(warning, f.name) for f in EarlyWarning._meta.fields if f.name not in ("id", "status")}
    with pytest.raises(DatabaseError), transaction.atomic():
        EarlyWarning(**copy).save()
    assert EarlyWarning.objects.filter(rule="late_report").count() == 1


@pytest.mark.django_db
def test_project_on_course_has_no_sign(stage: Stage) -> None:
    to_recorded(stage, count=5)
    assert all_signs(date(2026, 9, 20)) == []


@pytest.mark.django_db
@pytest.mark.stands(after=to_due)
def test_board_counts_colours_and_filters(stage: Stage) -> None:
    watch(late(1))
    report_incident(actor=stage.actor("hub"), application=stage.application, rule="misuse", facts=FACTS, at=late(1))
    client = signed_in("hub")
    text = client.get(reverse("warnings")).content.decode()
    assert text.index(FACTS) < text.index("应于 2026-10-10 前提交"), "worst first"
    assert FACTS not in client.get(reverse("warnings") + "?level=blue").content.decode()
    assert FACTS not in signed_in("org2").get(reverse("warnings")).content.decode()
