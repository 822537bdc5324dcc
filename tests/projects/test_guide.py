"""Step 1: what a guide may not ask, and the money it needs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orgs.models import Organization
from procurement.demo.stage import Stage
from procurement.demo.steps import guiding
from procurement.lifecycle.engine import perform, refusals
from procurement.rules import RuleViolation
from projects.guards.guide import forbidden_phrases
from projects.models import Guide
from projects.services.guides import attach_rubric, close_due, issue_addendum, revise_guide

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "sentence",
    [
        "申报单位注册地须在朝阳区。",
        "须在本区登记注册的社会组织。",
        "成立满三年以上的社会组织方可申报。",
        "要求成立年限不少于两年。",
        "登记满2年以上。",
    ],
)
def test_forbidden_conditions_are_found(sentence: str) -> None:
    assert list(forbidden_phrases(sentence))


@pytest.mark.parametrize(
    "sentence",
    ["依法登记的社会组织均可申报。", "近两年内未受行政处罚。", "上年度年检合格。", "项目在朝阳区实施。"],
)
def test_lawful_conditions_pass(sentence: str) -> None:
    assert not list(forbidden_phrases(sentence))


def test_guide_asking_for_place_of_registration_is_refused_with_the_phrase(stage: Stage) -> None:
    guide = guiding.draft_guide(stage, year=2026, title="测试指南")
    revise_guide(actor=stage.actor("office"), guide=guide, requirements="申报单位注册地须在朝阳区，成立满三年以上。")
    found = [str(r) for r in refusals(stage.guide, "guide.submit", stage.actor("office"), at=stage.now)]
    assert any(s.startswith("R-057") and "注册地址" in s for s in found)
    assert any(s.startswith("R-057") and "成立年限" in s for s in found)


def test_guide_without_approved_envelope_is_refused(stage: Stage) -> None:
    guide = guiding.draft_guide(stage, year=2026, title="测试指南")
    revise_guide(actor=stage.actor("office"), guide=guide, envelope=None)
    with pytest.raises(RuleViolation, match="R-013"):
        perform(stage.guide, "guide.submit", actor=stage.actor("office"), at=stage.now)


def test_author_may_not_approve_the_own_guide(stage: Stage) -> None:
    guiding.draft_guide(stage, year=2026, title="测试指南")
    guiding.send_up(stage)
    with pytest.raises(RuleViolation, match="S-02"):
        perform(stage.guide, "guide.approve", actor=stage.actor("office"), at=stage.now)


def test_published_guide_opens_its_window_and_freezes_its_rubric(stage: Stage) -> None:
    guiding.publish_guide(stage)
    guide = stage.guide
    assert (guide.status, guide.areas.count()) == ("open", 5)
    assert sum(area.categories.count() for area in guide.areas.all()) == 40
    with pytest.raises(RuleViolation, match="R-131"):
        attach_rubric(guide_id=guide.pk, rubric_id=guide.pk, title="另一套", total=Decimal(100), digest="0" * 64)


def test_open_guide_changes_only_by_addendum_and_never_closes_earlier(stage: Stage) -> None:
    guiding.publish_guide(stage)
    office, guide = stage.actor("office"), stage.guide
    with pytest.raises(RuleViolation, match="R-131"):
        revise_guide(actor=office, guide=guide, summary="改一改")
    with pytest.raises(RuleViolation, match="R-113"):
        issue_addendum(actor=office, guide=guide, text="提前截止", new_closes_at=guide.closes_at - timedelta(days=1))
    later = guide.closes_at + timedelta(days=7)
    issue_addendum(actor=office, guide=guide, text="因春节假期延长申报期。", new_closes_at=later, at=stage.now)
    assert stage.guide.closes_at == later


def test_guide_closes_by_the_clock_not_a_second_early(stage: Stage) -> None:
    guiding.publish_guide(stage)
    closes_at = stage.guide.closes_at
    assert close_due(closes_at - timedelta(seconds=1)) == 0
    assert close_due(closes_at) == 1
    assert stage.guide.status == "closed"


def test_sysadmin_cannot_close_in_place_of_the_clock(stage: Stage) -> None:
    guiding.publish_guide(stage)
    with pytest.raises(RuleViolation, match="S-02"):
        perform(stage.guide, "guide.close", actor=stage.actor("sysadmin"), at=stage.guide.closes_at)


def test_draft_guide_is_hidden_from_the_public_and_published_one_is_not(stage: Stage, client: Client) -> None:
    guide = guiding.draft_guide(stage, year=2026, title="未公布的指南")
    assert client.get(guide.get_absolute_url()).status_code == 404
    guiding.send_up(stage)
    guiding.approve(stage)
    guiding.publish(stage)
    page = client.get(guide.get_absolute_url())
    assert page.status_code == 200
    assert "未公布的指南" in page.content.decode()


def test_guide_form_names_the_forbidden_phrase_and_keeps_what_was_typed(stage: Stage, client: Client) -> None:
    guide = guiding.draft_guide(stage, year=2026, title="测试指南")
    client.force_login(stage.actor("office").user)
    page = client.post(
        reverse("guide-edit", args=[guide.pk]),
        {
            "title": "改名的指南",
            "year": 2026,
            "envelope": str(guide.envelope_id),
            "opens_at": "2026-02-01T09:00",
            "closes_at": "2026-03-20T17:00",
            "summary": "要求",
            "requirements": "注册地须在朝阳区。",
            "contact": "010",
        },
    )
    text = page.content.decode()
    assert page.status_code == 422
    assert "R-057" in text
    assert "改名的指南" in text
    assert Guide.objects.get(pk=guide.pk).title == "测试指南"


def test_first_guide_of_an_office_is_started_on_its_page(stage: Stage, client: Client) -> None:
    client.force_login(stage.actor("office").user)
    finance, civil = (Organization.objects.get(name=name) for name in (guiding.FINANCE, guiding.CIVIL))
    content = {
        "title": "第一份指南",
        "year": 2026,
        "opens_at": "2026-02-01T09:00",
        "closes_at": "2026-03-20T17:00",
        "summary": "要求",
        "requirements": "依法登记。",
        "contact": "010",
        "preset": "guide_demo",
    }
    refused = client.post(reverse("guide-new"), content)
    assert (refused.status_code, Guide.objects.count()) == (422, 0)
    bodies = {"finance": str(finance.pk), "treasury": str(finance.pk), "civil": str(civil.pk)}
    assert client.post(reverse("guide-new"), {**content, **bodies}).status_code == 302
    guide = Guide.objects.get()
    assert (guide.finance, guide.civil, guide.jurisdiction.code) == (finance, civil, "110105")
    assert guide.rule_set.regime == "grant_application"
    assert f'value="{finance.pk}" selected' in client.get(reverse("guide-new")).content.decode()


def test_guide_desk_is_closed_to_others(stage: Stage, client: Client) -> None:
    guide = guiding.draft_guide(stage, year=2026, title="测试指南")
    client.force_login(stage.actor("org1").user)
    for name in ("guide", "guide-edit", "guide-addendum", "guide-decision", "publicity-new"):
        assert client.get(reverse(name, args=[guide.pk])).status_code == 404


def test_guide_list_needs_the_same_queries_for_3_and_30_rows(stage: Stage, client: Client) -> None:
    guiding.publish_guide(stage)

    def queries(rows: int) -> int:
        while Guide.objects.published().count() < rows:
            copy = Guide.objects.get(number=stage.guide.number)
            copy.pk, copy.number, copy._state.adding = uuid4(), f"ZN-{uuid4().hex[:8]}", True
            copy.save()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("guides")).status_code == 200
        return len(captured)

    assert queries(3) == queries(30)
