"""The steps of a case: opened, dated, closed by acts; due days are never guessed."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.utils import timezone

from procurement.access import Role
from procurement.demo.stage import local
from procurement.lifecycle import steps
from procurement.lifecycle.engine import perform, system_actor
from procurement.lifecycle.models import Case, CaseStep, StepState, WorkflowTemplate
from procurement.lifecycle.steps import advance, case_timeline, date_open_steps, open_case, open_step, skip_step
from procurement.lifecycle.workflows import load_workflows, shipped, shipped_step_codes
from procurement.lifecycle.worklist import remind_of_steps, steps_i_owe
from procurement.notices.models import Outbox
from tests.factories import make_actor, make_organization, make_social_organization
from tests.factories.applications import beijing_rules, make_submitted

pytestmark = pytest.mark.django_db

AT = local(2026, 3, 2)


@pytest.fixture
def case(db: None) -> Case:
    return open_case(
        number="AJ-0001", title="测试案卷", template_code="beijing_special_fund_18", rule_set=beijing_rules(), at=AT
    )


def row(completes: tuple[str, ...] = (), opens: tuple[str, ...] = ()) -> SimpleNamespace:
    return SimpleNamespace(completes=completes, opens=opens)


def states(case: Case) -> dict[str, str]:
    return {s.step.code: s.state for s in case.steps.select_related("step") if s.state != StepState.WAITING}


def test_case_has_every_step_of_its_template_waiting(case: Case):
    assert case.steps.count() == 18
    assert states(case) == {}


def test_case_keeps_the_version_it_began_with(case: Case):
    newer = WorkflowTemplate.objects.create(code="beijing_special_fund_18", version=2, title="新版")
    later = open_case(
        number="AJ-0002", title="后来的", template_code="beijing_special_fund_18", rule_set=case.rule_set, at=AT
    )
    case.refresh_from_db()
    assert case.template.version == 1
    assert later.template == newer


def test_unknown_template_is_an_error_not_an_empty_case():
    with pytest.raises(LookupError, match="not loaded"):
        open_case(number="AJ-1", title="", template_code="no_such", rule_set=beijing_rules(), at=AT)


def test_finished_step_opens_the_next_with_its_due_day(case: Case):
    advance(case, row(completes=("apply_online",)), at=AT, actor=system_actor(), due={})
    assert states(case) == {"apply_online": "done", "responsible_unit_endorse": "open"}
    opened = case.steps.get(step__code="responsible_unit_endorse")
    assert opened.due_on == steps.due_day(case, opened.step, AT)
    assert opened.due_on > AT.date()


def test_due_day_an_act_knows_better_wins(case: Case):
    day = date(2026, 5, 8)
    due = {"responsible_unit_endorse": day, "precheck": date(2026, 6, 1)}
    advance(case, row(completes=("apply_online",)), at=AT, actor=system_actor(), due=due)
    assert case.steps.get(step__code="responsible_unit_endorse").due_on == day
    assert case.steps.get(step__code="precheck").due_on == date(2026, 6, 1)


def test_skipped_step_is_passed_over(case: Case):
    skip_step(case, "responsible_unit_endorse")
    advance(case, row(completes=("apply_online",)), at=AT, actor=system_actor(), due={})
    assert states(case) == {"apply_online": "done", "responsible_unit_endorse": "skipped", "precheck": "open"}


def test_step_done_before_is_not_opened_again_by_the_one_before_it(case: Case):
    actor = system_actor()
    for code in ("quarterly_report", "midterm_evaluation"):
        advance(case, row(completes=(code,)), at=AT, actor=actor, due={})
    advance(case, row(completes=("quarterly_report",)), at=AT + timedelta(days=90), actor=actor, due={})
    assert states(case)["midterm_evaluation"] == "done"
    assert case.steps.get(step__code="quarterly_report").done_at == AT


def test_named_step_is_opened_again_although_done(case: Case):
    actor = system_actor()
    advance(case, row(completes=("precheck",)), at=AT, actor=actor, due={})
    advance(case, row(opens=("precheck",)), at=AT + timedelta(days=3), actor=actor, due={})
    again = case.steps.get(step__code="precheck")
    assert (again.state, again.done_at, again.done_by) == ("open", None, None)
    assert again.opened_at == AT + timedelta(days=3)


def test_last_step_opens_nothing(case: Case):
    advance(case, row(completes=("close_and_archive",)), at=AT, actor=system_actor(), due={})
    assert states(case) == {"close_and_archive": "done"}


# --- a calendar nobody has announced (R-305) ------------------------------------------------------------------------


@pytest.fixture
def operators_calendar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "calendars"
    folder.mkdir()
    monkeypatch.setitem(settings.PORTAL, "CALENDAR_DIR", folder)
    return folder


def test_due_day_in_an_unannounced_year_is_not_guessed_and_filled_in_later(case: Case, operators_calendar: Path):
    opened = local(2026, 12, 30)
    open_step(case, "precheck", at=opened)
    waiting = case.steps.get(step__code="precheck")
    assert waiting.state == "open"
    assert waiting.due_on is None
    assert waiting.due_note.startswith("R-305 2027 年的节假日安排未发布")
    assert date_open_steps() == 0

    days = [{"name": "元旦", "date": "2027-01-01", "isOffDay": True}]
    (operators_calendar / "2027.json").write_text(json.dumps({"year": 2027, "days": days}), encoding="utf-8")
    assert date_open_steps() == 1
    waiting.refresh_from_db()
    assert waiting.due_on == steps.due_day(case, waiting.step, opened)
    assert waiting.due_on.year == 2027
    assert waiting.due_note == ""


def test_timeline_says_which_year_is_missing(case: Case, operators_calendar: Path, client):
    office = make_organization()
    steps.set_party(case, "office", office.pk, office.name)
    open_step(case, "precheck", at=local(2026, 12, 30))
    client.force_login(make_actor(Role.LGO, office).user)
    assert "2027 年的节假日安排未发布" in client.get(case.get_absolute_url()).text


# --- who owes what --------------------------------------------------------------------------------------------------


def test_open_step_is_owed_by_the_named_roles_of_its_party_only(case: Case):
    hub, other = make_social_organization(), make_social_organization()
    steps.set_party(case, "hub", hub.pk, hub.name)
    open_step(case, "responsible_unit_endorse", at=AT)
    assert [(item.title, item.url) for item in steps_i_owe(make_actor(Role.RU, hub))] == [
        (case.title, case.get_absolute_url())
    ]
    assert steps_i_owe(make_actor(Role.ORG, hub)) == []
    assert steps_i_owe(make_actor(Role.RU, other)) == []


def test_owing_people_are_reminded_before_and_once_after_the_last_day(case: Case):
    hub = make_social_organization()
    steps.set_party(case, "hub", hub.pk, hub.name)
    make_actor(Role.RU, hub)
    open_step(case, "responsible_unit_endorse", at=AT, due_on=date(2026, 3, 16))
    assert remind_of_steps(local(2026, 3, 9)) == 0
    assert [remind_of_steps(local(2026, 3, 13, hour)) for hour in (9, 10)] == [1, 0]
    assert [remind_of_steps(local(2026, 3, day)) for day in (17, 18)] == [1, 0]
    assert Outbox.objects.filter(template="step_due", channel="inbox").count() == 2


# --- the timeline ---------------------------------------------------------------------------------------------------


def test_timeline_tells_who_when_what_next_and_by_when():
    applying = make_submitted()
    case = applying.application.case
    rows = {r.step.code: r for r in case_timeline(case, applying.head)}
    done, now, later = rows["apply_online"], rows["responsible_unit_endorse"], rows["precheck"]
    assert done.done_by == str(applying.head.user)
    assert done.responsible == applying.application.applicant.name
    assert [event.transition for event in done.events] == ["application.submit"]
    assert now.is_current
    assert now.responsible == applying.application.hub.name
    assert now.due_on
    assert (later.state, later.due_on) == ("waiting", None)


def test_timeline_asks_the_same_number_of_questions_however_long_the_story(django_assert_max_num_queries):
    applying = make_submitted()
    case = applying.application.case
    with django_assert_max_num_queries(6):
        short = case_timeline(case, applying.head)
    office = applying.actor(Role.LGO)
    perform(
        applying.application, "application.endorse", actor=applying.actor(Role.RU),
        opinion="情况属实，同意推荐该项目申报。", seal=applying.application.hub.name,
    )  # fmt: skip
    perform(applying.application, "application.return_for_supplement", actor=office, reason="补充预算说明")
    with django_assert_max_num_queries(6):
        long = case_timeline(case, applying.head)
    assert len(short) == len(long) == 18


def test_overdue_step_says_so(case: Case):
    open_step(case, "precheck", at=AT, due_on=timezone.localdate() - timedelta(days=1))
    assert {r.step.code for r in case_timeline(case, system_actor()) if r.is_overdue} == {"precheck"}
    assert set(CaseStep.objects.overdue(timezone.localdate())) == {case.steps.get(step__code="precheck")}


# --- shipped templates ----------------------------------------------------------------------------------------------


def test_shipped_templates_are_there_and_loading_again_changes_nothing():
    assert WorkflowTemplate.objects.count() == len(shipped()) == 7
    assert load_workflows() == 0
    assert len(shipped_step_codes()) > 18


def test_every_step_names_known_roles_and_a_declared_term():
    from procurement.rules import registry
    from procurement.rules.parameters import parameter

    for template in shipped():
        for step in template["steps"]:
            assert all(Role(code) for code in step["roles"]), step["code"]
            assert all(registry[rule_id] for rule_id in step.get("rule_ids", [])), step["code"]
            if step.get("limit_parameter"):
                assert parameter(step["limit_parameter"]).kind == "period", step["code"]
