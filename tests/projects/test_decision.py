"""Steps 6–8: amounts within the envelope, publicity by working days, objections, approval."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from procurement.access import ANONYMOUS
from procurement.calendars import add_working_days, end_of_day
from procurement.demo.stage import Stage
from procurement.demo.steps import deciding
from procurement.lifecycle.engine import perform, system_actor
from procurement.rules import RuleViolation
from projects.models import Objection
from projects.services.decisions import Verdict, decide_list
from projects.services.objections import file_objection
from projects.services.publicity import end_due
from tests.projects.decided import place_scored, to_approved

pytestmark = pytest.mark.django_db


def grant(stage: Stage, amount: str) -> list[str]:
    outcomes = decide_list(
        actor=stage.actor("leader"),
        verdicts={stage.application.pk: Verdict(Decimal(amount), "同意")},
        at=stage.later(days=1),
    )
    return [str(r) for outcome in outcomes for r in outcome.refusals]


@pytest.mark.stands(after=place_scored)
def test_granted_amount_is_committed_out_of_the_envelope(stage: Stage) -> None:
    before = stage.guide.envelope.committed_total
    assert grant(stage, "100000.00") == []
    assert stage.guide.envelope.committed_total == before + Decimal("100000.00")
    assert stage.application.granted_amount == Decimal("100000.00")


@pytest.mark.stands(after=place_scored)
def test_grant_above_the_request_is_refused(stage: Stage) -> None:
    (sentence,) = grant(stage, str(stage.application.requested_amount + 1))
    assert sentence.startswith("R-018")
    assert stage.application.status == "scored"


@pytest.mark.stands(after=place_scored)
def test_grant_over_the_envelope_is_refused_and_loses_nothing(stage: Stage) -> None:
    envelope = stage.guide.envelope
    type(envelope).objects.filter(pk=envelope.pk).update(committed_total=envelope.amount - 10)
    sentences = grant(stage, "100000.00")
    assert any(s.startswith("R-018") and "剩余" in s for s in sentences)
    assert (stage.application.status, stage.application.granted_amount) == ("scored", None)


@pytest.mark.stands(after=place_scored)
def test_declined_application_is_told_why(stage: Stage) -> None:
    decide_list(
        actor=stage.actor("leader"),
        verdicts={stage.application.pk: Verdict(None, "与既有项目重复")},
        at=stage.later(days=1),
    )
    assert stage.application.status == "not_selected"
    assert stage.application.history.get(transition="application.not_select").reason == "与既有项目重复"


@pytest.mark.stands(after=place_scored)
def test_office_cannot_decide(stage: Stage, client: Client) -> None:
    client.force_login(stage.actor("office").user)
    url = reverse("guide-decision", args=[stage.guide.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {}).status_code == 404


def test_decision_page_reports_each_line(stage: Stage, client: Client) -> None:
    application = place_scored(stage)
    client.force_login(stage.actor("leader").user)
    url = reverse("guide-decision", args=[stage.guide.pk])
    key = str(application.pk)
    refused = client.post(url, {f"{key}-verdict": "grant", f"{key}-granted_amount": "99999999.00", f"{key}-reason": ""})
    assert refused.status_code == 409
    assert "R-018" in refused.content.decode()
    done = client.post(url, {f"{key}-verdict": "grant", f"{key}-granted_amount": "120000.00", f"{key}-reason": "同意"})
    assert done.status_code == 302
    assert stage.application.status == "proposed"


@pytest.mark.stands(after=place_scored)
def test_finance_refusal_gives_the_money_back(stage: Stage) -> None:
    grant(stage, "100000.00")
    perform(
        stage.application,
        "application.refuse_funds",
        actor=stage.actor("finance"),
        at=stage.later(days=1),
        reason="超出年度安排",
    )
    assert stage.guide.envelope.committed_total == 0
    assert (stage.application.status, stage.application.granted_amount) == ("scored", None)


@pytest.mark.stands(after=place_scored)
def test_publicity_runs_seven_working_days_and_no_day_less(stage: Stage) -> None:
    deciding.decide_and_publicise(stage)
    notice = stage.publicity
    assert notice.ends_on == add_working_days(notice.starts_on, 7)
    with pytest.raises(RuleViolation, match="R-174"):
        perform(notice, "publicity.expire", actor=system_actor(), at=end_of_day(notice.ends_on) - timedelta(seconds=1))
    assert end_due(end_of_day(notice.ends_on) + timedelta(seconds=1)) == 1
    assert stage.application.status == "publicised"


@pytest.mark.stands(after=place_scored)
def test_publicity_into_an_unannounced_year_is_refused(stage: Stage) -> None:
    deciding.decide(stage)
    deciding.confirm_funds(stage)
    stage.now = end_of_day(date(2026, 12, 28))
    with pytest.raises(RuleViolation, match="R-305"):
        deciding.publicise(stage)


@pytest.mark.stands(after=place_scored)
def test_objection_stops_approval_until_rechecked(stage: Stage) -> None:
    deciding.decide_and_publicise(stage)
    deciding.object_and_recheck(stage)
    assert stage.application.status == "in_publicity"
    assert stage.objection.answer
    deciding.expire(stage)
    deciding.approve(stage)
    assert stage.application.status == "approved"


@pytest.mark.stands(after=place_scored)
def test_open_objection_keeps_the_project_after_the_period(stage: Stage) -> None:
    deciding.decide_and_publicise(stage)
    filed = file_objection(
        actor=ANONYMOUS,
        publicity=stage.publicity,
        application=stage.application,
        text="请核实该单位上年度审计情况。",
        at=stage.later(days=1),
    )
    deciding.expire(stage)
    assert stage.application.status == "objected"
    perform(filed, "objection.dismiss", actor=stage.actor("office"), at=stage.later(days=1), reason="已核实，无问题。")
    assert stage.application.status == "publicised"


@pytest.mark.stands(after=place_scored)
def test_upheld_objection_takes_the_award_back(stage: Stage) -> None:
    deciding.decide_and_publicise(stage)
    filed = file_objection(
        actor=ANONYMOUS,
        publicity=stage.publicity,
        application=stage.application,
        text="该项目已由另一部门资助。",
        at=stage.later(days=1),
    )
    perform(filed, "objection.uphold", actor=stage.actor("office"), at=stage.later(days=1), reason="情况属实。")
    assert stage.application.status == "withdrawn_by_office"
    assert stage.guide.envelope.committed_total == 0


@pytest.mark.stands(after=place_scored)
def test_objection_after_the_period_is_refused(stage: Stage) -> None:
    deciding.decide_and_publicise(stage)
    late = end_of_day(stage.publicity.ends_on) + timedelta(seconds=1)
    with pytest.raises(RuleViolation, match="R-174"):
        file_objection(
            actor=ANONYMOUS,
            publicity=stage.publicity,
            application=stage.application,
            text="太晚了的异议内容。",
            at=late,
        )


@pytest.mark.stands(after=place_scored)
def test_anyone_can_object_on_the_page_and_follow_by_code(stage: Stage, client: Client) -> None:
    stage.now = timezone.now() - timedelta(days=5)
    deciding.decide_and_publicise(stage)
    item = stage.publicity.items.get()
    short = client.post(stage.publicity.get_absolute_url(), {"item": str(item.pk), "text": "短"})
    assert short.status_code == 422
    done = client.post(
        stage.publicity.get_absolute_url(), {"item": str(item.pk), "text": "请核实服务对象是否重复。", "name": ""}
    )
    assert done.status_code == 302
    page = client.get(done["Location"])
    assert Objection.objects.get().code in page.content.decode()
    assert client.get(reverse("objection", args=[Objection.objects.get().pk])).status_code == 302


@pytest.mark.stands(after=to_approved)
def test_approval_gets_its_number(stage: Stage) -> None:
    record = stage.application.history.get(transition="application.approve")
    assert record.data["approval_number"].startswith("PF-2026-")


@pytest.mark.stands(after=place_scored)
def test_withdrawal_after_the_proposal_gives_the_money_back(stage: Stage) -> None:
    grant(stage, "100000.00")
    perform(
        stage.application,
        "application.withdraw",
        actor=stage.actor("org-head"),
        at=stage.later(days=1),
        reason="本单位人员变动，无力承接。",
    )
    assert stage.guide.envelope.committed_total == 0
    assert not stage.application.case.steps.filter(state="open").exists()
