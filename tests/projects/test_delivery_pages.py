"""Every page of a running project opens for its people, is 404 for strangers, and costs the same with many rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from procurement.demo.stage import Stage
from procurement.demo.steps import delivering
from projects.models import Activity, Expense, Rectification, Report
from projects.selectors.delivery import budget_lines
from projects.services.changes import save_change
from projects.services.rectifications import issue
from projects.services.warnings import report_incident
from tests.projects.delivered import signed_in, to_recorded

FACTS = "10 月 9 日活动现场一名参加者滑倒受伤，已送医，项目方已报告街道。"


@pytest.fixture
def world(stage: Stage) -> Stage:
    to_recorded(stage)
    return one_of_everything(stage)


def one_of_everything(stage: Stage) -> Stage:
    """A reported project with a change asked for, a warning and an order."""
    delivering.quarterly_report(stage)
    change = save_change(
        actor=stage.actor("org"),
        application=stage.application,
        kind="place",
        reason="建外街道活动中心装修，改在永安里社区开展。",
        values={"place": "朝阳区朝外街道、永安里社区"},
        at=stage.later(days=1),
    )
    stage.put("change", change)
    warning = report_incident(
        actor=stage.actor("hub"), application=stage.application, rule="safety_incident", facts=FACTS, at=stage.now
    )
    stage.put("warning", warning)
    order = issue(
        actor=stage.actor("hub"),
        application=stage.application,
        finding="活动现场没有安全员，坡道扶手松动未报修。",
        requirement="每场配备安全员，修复扶手并提交照片。",
        contract_term="合同第四条 服务质量标准",
        at=stage.later(hours=1),
    )
    stage.put("order", order)
    return stage


def pages(stage: Stage) -> dict[str, str]:
    """Every address a party may read."""
    application = stage.application
    activity = Activity.objects.filter(application=application).first()
    visit = application.visits.get()
    assert activity is not None
    own = {name: reverse(name, args=[application.pk]) for name in ("plan", "activities", "expenses", "visits")}
    return own | {
        "application": application.get_absolute_url(),
        "activity": activity.get_absolute_url(),
        "visit": visit.get_absolute_url(),
        "report": stage.report.get_absolute_url(),
        "change": stage.change.get_absolute_url(),
        "warning": stage.warning.get_absolute_url(),
        "rectification": stage.order.get_absolute_url(),
        **{name: reverse(name) for name in ("reports", "rectifications", "warnings", "changes")},
    }


@pytest.mark.django_db
def test_pages_open_for_the_contractor_and_are_absent_for_strangers(world: Stage) -> None:
    contractor, stranger = signed_in("org1"), signed_in("org2")
    lists = {"reports", "rectifications", "warnings", "changes"}
    for name, url in pages(world).items():
        assert contractor.get(url).status_code == 200, name
        answer = stranger.get(url)
        assert answer.status_code == (200 if name in lists else 404), name
        assert name not in lists or str(world.application.title).encode() not in answer.content, name


@pytest.mark.django_db
@pytest.mark.parametrize("username", ["hub", "office", "signer", "auditor"])
def test_pages_open_for_the_parties_and_overseers(world: Stage, username: str) -> None:
    reader = signed_in(username)
    answers = {name: reader.get(url).status_code for name, url in pages(world).items()}
    drafts_are_private = {"change"}
    assert {name for name, status in answers.items() if status != 200} == drafts_are_private


@pytest.mark.django_db
def test_forms_open_for_those_who_write_and_only_for_them(world: Stage) -> None:
    application, activity = world.application, Activity.objects.filter(reverses=None).first()
    assert activity is not None
    contractor = {
        "plan-edit": application.pk,
        "activity-new": application.pk,
        "expense-new": application.pk,
        "change-new": application.pk,
        "activity-reverse": activity.pk,
        "expense-reverse": Expense.objects.filter(reverses=None)[0].pk,
        "change-edit": world.change.pk,
    }
    supervisor = {"visit-new": application.pk, "rectification-new": application.pk, "warning-new": application.pk}
    for forms, writer, other in ((contractor, "org1", "hub"), (supervisor, "hub", "org1")):
        for name, pk in forms.items():
            url = reverse(name, args=[pk])
            assert signed_in(writer).get(url).status_code == 200, name
            assert signed_in(other).get(url).status_code == 404, name
            assert signed_in("org2").post(url, {}).status_code == 404, name
    assert signed_in("org1-head").get(reverse("reallocate", args=[application.pk])).status_code == 200
    assert signed_in("org1").get(reverse("reallocate", args=[application.pk])).status_code == 404


@pytest.mark.django_db
def test_photo_is_served_to_parties_only(world: Stage) -> None:
    from procurement.documents.models import Document

    photo = Document.objects.filter(subject_type="projects.activity")[0]
    assert signed_in("hub").get(photo.url).status_code == 200
    assert signed_in("org2").get(photo.url).status_code == 404


@pytest.mark.django_db
def test_public_summary_shows_sums_and_no_photo_or_person(world: Stage) -> None:
    from django.test import Client

    page = Client().get(reverse("report-summary", args=[world.report.pk]))
    text = page.content.decode().split("<main", 1)[1]
    assert page.status_code == 200
    assert "心目影院" in text
    assert world.application.leader_name not in text
    assert "曾琳" not in text
    assert "<img" not in text
    owed = Report.objects.exclude(status="accepted")[0]
    assert Client().get(reverse("report-summary", args=[owed.pk])).status_code == 404


def queries(client: Any, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.django_db
def test_lists_cost_the_same_with_many_rows(world: Stage) -> None:
    application, client = world.application, signed_in("office")
    urls = [reverse(name, args=[application.pk]) for name in ("activities", "expenses", "visits", "plan")]
    urls += [reverse(name) for name in ("reports", "rectifications", "warnings", "changes", "worklist")]
    before = {url: queries(client, url) for url in urls}
    _many(world)
    assert {url: queries(client, url) for url in urls} == before


def _many(stage: Stage) -> None:
    """Some thirty more rows of each kind, written straight into the tables."""
    application, who = stage.application, stage.actor("org").user
    line = budget_lines(application)[0]
    first = Activity.objects.count() + 100
    for number in range(first, first + 27):
        Activity.objects.create(
            application=application,
            number=number,
            held_on=date(2026, 9, 1),
            title=f"补充活动 {number}",
            place="社区",
            person_times=1,
            recorded_by=who,
            recorded_at=stage.now,
        )
        Expense.objects.create(
            application=application,
            number=number,
            line=line,
            spent_on=date(2026, 9, 1),
            amount=Decimal("1.00"),
            purpose="邮寄",
            payee="邮局",
            voucher_number=f"Z{number}",
            recorded_by=who,
            recorded_at=stage.now,
        )
        Rectification(
            number=f"ZG-T-{number}", application=application, case=application.case, issuer=application.hub,
            finding="问题", requirement="要求", contract_term="约定",
        ).save()  # fmt: skip
        stage.plan.activities.create(planned_on=date(2026, 12, 1), title=f"计划 {number}", position=number)
        report_incident(
            actor=stage.actor("hub"), application=application, rule="complaint_upheld",
            facts=f"第 {number} 件投诉经核查属实，已整改。", at=stage.later(minutes=1),
        )  # fmt: skip
