"""The ledger only grows: entries are kept by the database, mistakes are taken back, sums follow by themselves."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, connections, transaction
from django.urls import reverse
from django.utils import timezone

from procurement.audit.models import AuditEvent
from procurement.demo import budget, people
from procurement.demo.stage import Stage, local
from procurement.demo.steps import contracting, delivering
from procurement.documents import UploadRefused
from procurement.documents.models import Document
from procurement.lifecycle.engine import perform, refusals
from procurement.rules import RuleViolation
from projects.models import Activity, DeliveryTotal, EntryDraft, Expense, LineTotal, Reallocation
from projects.selectors.delivery import (
    budget_lines,
    indicator_progress,
    period_figures,
    quarters_between,
    spending,
    totals_of,
)
from projects.services import ledger
from projects.services.plans import Planned, save_plan, start_plan
from tests.projects.decided import to_performing
from tests.projects.delivered import signed_in, to_launched, to_recorded

DAY = date(2026, 7, 10)


def entry(stage: Stage, **changed: Any) -> Activity:
    values: dict[str, Any] = {
        "held_on": DAY,
        "title": "讲述电影",
        "place": "朝外街道",
        "person_times": 40,
        "service_hours": Decimal("80.5"),
        "volunteers": 8,
        "photos": [delivering.photo(1)],
        "at": local(2026, 7, 12),
    }
    return ledger.record_activity(actor=stage.actor("org"), application=stage.application, **{**values, **changed})


def voucher(stage: Stage, amount: str = "1000", **changed: Any) -> Expense:
    values: dict[str, Any] = {
        "line": budget_lines(stage.application)[0],
        "spent_on": DAY,
        "amount": Decimal(amount),
        "purpose": "七月工资",
        "payee": "项目专员",
        "voucher_number": f"记-{amount}",
        "at": local(2026, 7, 12),
    }
    return ledger.record_expense(actor=stage.actor("org"), application=stage.application, **{**values, **changed})


def refused(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(RuleViolation) as violation:
        call(*args, **kwargs)
    return str(violation.value)


# --- launch -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.stands(after=to_performing)
def test_launch_waits_for_the_first_money_and_a_plan(stage: Stage) -> None:
    plan = start_plan(actor=stage.actor("org"), application=stage.application)
    found = [str(r) for r in refusals(plan, "plan.launch", stage.actor("org-head"), at=stage.now)]
    assert any(s.startswith("R-250 首期资金尚未支付") for s in found)
    assert any(s.startswith("R-220 活动计划还没有列出任何活动") for s in found)
    contracting.first_tranche(stage)
    save_plan(actor=stage.actor("org"), plan=plan, activities=[Planned(date(2029, 1, 1), "太晚的活动")])
    plan.refresh_from_db()
    assert "不在合同期" in refused(perform, plan, "plan.launch", actor=stage.actor("org-head"), at=stage.now)
    assert refused(perform, plan, "plan.launch", actor=stage.actor("org")).startswith("S-02")


@pytest.mark.django_db
@pytest.mark.stands(after=to_performing)
def test_missing_telephone_only_asks_for_a_reason(stage: Stage) -> None:
    contracting.first_tranche(stage)
    plan = start_plan(actor=stage.actor("org"), application=stage.application)
    save_plan(actor=stage.actor("org"), plan=plan, activities=[Planned(DAY, "讲述电影")])
    plan.refresh_from_db()
    head = stage.actor("org-head")
    assert refused(perform, plan, "plan.launch", actor=head, at=stage.now).startswith("R-224")
    perform(plan, "plan.launch", actor=head, at=stage.now, justification="公示牌使用街道统一电话。")
    assert plan.status == "launched"


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_launch_schedules_every_report_of_the_term(stage: Stage) -> None:
    rows = {(r.kind, r.period_end): r.due_on for r in stage.application.reports.all()}
    assert rows[("quarterly", date(2026, 9, 30))] == date(2026, 10, 10)
    assert rows[("quarterly", date(2026, 12, 31))] is None, "the calendar of 2027 is not announced"
    assert sum(kind == "quarterly" for kind, _end in rows) == 4
    assert {"midterm", "closeout"} <= {kind for kind, _end in rows}
    step = stage.application.case.steps.get(step__code="quarterly_report")
    assert (step.state, step.due_on) == ("open", date(2026, 10, 10))


def test_quarters_join_stubs_to_their_neighbours() -> None:
    assert quarters_between(date(2026, 3, 25), date(2026, 7, 5)) == [(date(2026, 3, 25), date(2026, 7, 5))]
    assert quarters_between(date(2026, 2, 1), date(2026, 8, 31)) == [
        (date(2026, 2, 1), date(2026, 3, 31)),
        (date(2026, 4, 1), date(2026, 6, 30)),
        (date(2026, 7, 1), date(2026, 8, 31)),
    ]


# --- entries ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.stands(after=to_performing)
def test_entry_before_the_launch_is_refused(stage: Stage) -> None:
    assert "R-220 项目尚未启动" in refused(entry, stage)


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_entry_is_refused_in_sentences_and_keeps_nothing(stage: Stage) -> None:
    assert refused(entry, stage, photos=[]).startswith("R-220 请至少上传一张活动照片")
    assert "尚未到来" in refused(entry, stage, held_on=date(2026, 7, 20))
    assert "不在合同期" in refused(entry, stage, held_on=date(2026, 1, 20))
    assert "指标不属于本项目" in refused(entry, stage, contributions={uuid4(): Decimal(1)})
    call = {"actor": stage.actor("hub"), "application": stage.application, "held_on": DAY, "title": "甲", "place": "乙"}
    assert refused(ledger.record_activity, person_times=1, photos=[delivering.photo(1)], **call).startswith("S-02")
    fake = SimpleUploadedFile("照片.jpg", b"#!/bin/sh\necho", content_type="image/jpeg")
    with pytest.raises(UploadRefused), transaction.atomic():
        entry(stage, photos=[fake])
    assert Activity.objects.count() == 0
    assert not DeliveryTotal.objects.exists()


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_double_tap_makes_one_entry(stage: Stage) -> None:
    key = uuid4()
    assert entry(stage, entry_id=key).pk == entry(stage, entry_id=key).pk == key
    assert totals_of(stage.application).activities == 1


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_reversal_takes_everything_back_once(stage: Stage) -> None:
    indicator = stage.application.indicators.get(unit="人次")
    wrong = entry(stage, contributions={indicator.pk: Decimal(400)})
    right = entry(stage, contributions={indicator.pk: Decimal(40)})
    reversal = ledger.reverse_activity(actor=stage.actor("org"), activity=wrong, reason="人次多写了一个零")
    totals = totals_of(stage.application)
    assert (totals.activities, totals.person_times, totals.service_hours) == (1, 40, Decimal("80.5"))
    assert dict(indicator_progress(stage.application))[indicator] == Decimal(40)
    assert (reversal.number, right.number) == (3, 2)
    again = refused(ledger.reverse_activity, actor=stage.actor("org"), activity=wrong, reason="再来一次")
    assert "R-220 该记录已经冲正" in again
    undo = refused(ledger.reverse_activity, actor=stage.actor("org"), activity=reversal, reason="撤销冲正")
    assert "不能再冲正" in undo
    figures = period_figures(stage.application, date(2026, 7, 1), date(2026, 9, 30))
    assert (figures["period"]["activities"], figures["period"]["person_times"]) == (1, 40)


@pytest.mark.django_db
def test_figures_of_a_period_never_exceed_those_up_to_its_end(stage: Stage) -> None:
    to_recorded(stage, count=3)
    figures = period_figures(stage.application, date(2026, 7, 1), date(2026, 9, 30))
    for row in figures["indicators"]:
        assert Decimal(row["period"]) == Decimal(row["actual"]), row["name"]
    shows = next(row for row in figures["indicators"] if row["unit"] == "场")
    assert (shows["actual"], shows["percent"]) == ("6.00", "15.0")
    for row in figures["lines"]:
        assert row["period"] == row["spent"]
    assert Decimal(figures["period"]["spent"]) == sum(row.spent for row in spending(stage.application))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE projects_activity SET person_times = 9999",
        "DELETE FROM projects_activity",
        "UPDATE projects_contribution SET quantity = 9999",
        "DELETE FROM projects_contribution",
        "UPDATE projects_expense SET amount = 1",
        "DELETE FROM projects_expense",
        "UPDATE projects_monitoringvisit SET findings = ''",
    ],
)
def test_ledger_row_cannot_be_changed_or_deleted_by_sql(stage: Stage, statement: str) -> None:
    to_recorded(stage, count=1)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert totals_of(stage.application).person_times == 62


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_database_refuses_a_reversal_that_is_no_mirror(stage: Stage) -> None:
    first = entry(stage)
    with pytest.raises(DatabaseError), transaction.atomic():
        Activity.objects.create(
            application=stage.application, number=9, reverses=first, reason="少冲一点", held_on=DAY, title="甲",
            place="乙", person_times=-1, recorded_by=first.recorded_by, recorded_at=stage.now,
        )  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        Activity.objects.create(
            application=stage.application, number=9, held_on=DAY, title="甲", place="乙", person_times=-5,
            recorded_by=first.recorded_by, recorded_at=stage.now,
        )  # fmt: skip
    assert totals_of(stage.application).person_times == 40


@pytest.mark.django_db(transaction=True)
def test_two_phones_at_one_moment_get_two_numbers_and_one_sum() -> None:
    opened = local(2026, 1, 12)
    people.seed(opened)
    budget.seed(opened)
    stage = Stage(now=opened)
    to_launched(stage)
    failures: list[Exception] = []
    start = threading.Barrier(4)

    def hand_in() -> None:
        try:
            start.wait(120)
            entry(stage)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=hand_in) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert failures == []
    assert sorted(Activity.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert totals_of(stage.application).person_times == 160


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_photo_and_entry_leave_one_line_each_in_the_journal(stage: Stage) -> None:
    activity = entry(stage)
    assert AuditEvent.objects.filter(action="activity.record", subject=activity.subject).count() == 1
    assert Document.objects.for_subject(activity.subject).count() == 1


# --- money ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_vouchers_add_up_by_line_and_reversal_gives_back(stage: Stage) -> None:
    first = voucher(stage, "1000.10")
    voucher(stage, "2000.20")
    line = first.line
    assert LineTotal.objects.get(line=line).spent == Decimal("3000.30")
    assert "R-220 凭证 记-1000.10 已在该科目登记" in refused(voucher, stage, "1000.10")
    ledger.reverse_expense(actor=stage.actor("org"), expense=first, reason="科目登错了")
    assert LineTotal.objects.get(line=line).spent == Decimal("2000.20")
    other = budget_lines(stage.application)[1]
    assert voucher(stage, "1000.10", line=other).line == other


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_line_outside_the_granted_budget_takes_no_money(stage: Stage) -> None:
    asked = stage.application.budget_lines.filter(version="requested")[0]
    assert refused(voucher, stage, line=asked).startswith("R-221")
    assert "尚未到来" in refused(voucher, stage, spent_on=date(2026, 8, 1))


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_tenth_of_a_line_moves_by_notice_and_more_needs_approval(stage: Stage) -> None:
    source, target = budget_lines(stage.application)[:2]
    head, tenth = stage.actor("org-head"), (source.amount / 10).quantize(Decimal("0.01"))
    call: dict[str, Any] = {"application": stage.application, "source": source, "target": target}
    ledger.reallocate(actor=head, amount=tenth, reason="增加口述编辑场次", **call)
    rows = {row.line.pk: row for row in spending(stage.application)}
    assert rows[source.pk].budget == source.amount - tenth
    assert rows[target.pk].budget == target.amount + tenth
    more = refused(ledger.reallocate, actor=head, amount=Decimal("0.01"), reason="再调一分", **call)
    assert more.startswith("R-227")
    assert "变更申请" in more
    operator = refused(ledger.reallocate, actor=stage.actor("org"), amount=Decimal(1), reason="经办人", **call)
    assert operator.startswith("S-02")
    with pytest.raises(DatabaseError), transaction.atomic():
        Reallocation.objects.update(amount=1)


# --- pages ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_entry_form_keeps_what_was_typed_when_the_photo_is_refused(stage: Stage) -> None:
    fake = SimpleUploadedFile("照片.jpg", b"not a picture at all", content_type="image/jpeg")
    today = timezone.localdate()
    posted = {
        "held_on": f"{min(today, DAY)}",
        "title": "讲述电影《邻居》",
        "place": "朝外",
        "person_times": "30",
        "photos": fake,
    }
    answer = signed_in("org1").post(reverse("activity-new", args=[stage.application.pk]), posted)
    assert answer.status_code == 422
    assert "讲述电影《邻居》" in answer.content.decode()
    assert Activity.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_typed_entry_is_kept_on_the_server_for_its_writer_only(stage: Stage) -> None:
    url = reverse("activity-autosave", args=[stage.application.pk])
    assert signed_in("org1").post(url, {"title": "半句", "person_times": "x"}).status_code == 200
    assert EntryDraft.objects.get().values == {"title": "半句", "person_times": "x"}
    form = reverse("activity-new", args=[stage.application.pk])
    assert "半句" in signed_in("org1").get(form).content.decode()
    assert "半句" not in signed_in("org1-head").get(form).content.decode()
    assert signed_in("org2").post(url, {"title": "外人"}).status_code == 404


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_plan_is_written_anew_before_and_only_extended_after_the_launch(stage: Stage) -> None:
    first = stage.plan.activities.count()
    save_plan(actor=stage.actor("org"), plan=stage.plan, activities=[Planned(DAY + timedelta(days=3), "加演一场")])
    assert stage.plan.activities.count() == first + 1
    outside = refused(
        save_plan, actor=stage.actor("org"), plan=stage.plan, activities=[Planned(date(2025, 1, 1), "太早")]
    )
    assert "不在合同期内" in outside
