"""Evaluation and survey in a real browser: sound pages on desk and phone, three taps on a slip's code."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from evaluation.models import SurveyAnswer
from evaluation.services.surveys import answer
from procurement.access.models import User
from procurement.demo import budget, people
from procurement.demo.stage import Stage, local
from procurement.demo.steps import evaluating
from procurement.demo.steps.guiding import publish_guide
from procurement.lifecycle.engine import perform
from tests.evaluation import assessing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = {"desk": (1366, 768), "phone": (360, 740)}


@pytest.fixture
def collecting(transactional_db: None) -> Stage:
    """A final evaluation at work: open survey, some answers, one visit, a filled bench."""
    stage = Stage(now=local(2026, 1, 12))
    with transaction.atomic():
        people.seed(stage.now)
        budget.seed(stage.now)
        publish_guide(stage, year=2026)
        assessing.running(stage, status="closing")
        assessing.collecting(stage, "final")
        assessing.survey_open(stage)
        for ticket, levels in zip(stage.survey.tickets.all(), evaluating.ANSWERS[:6], strict=False):
            answer(
                code=ticket.code,
                levels=dict(zip(("attitude", "effect", "overall"), levels[:3], strict=True)),
                comment=levels[3],
                at=stage.now,
            )
        assessing.visited(stage)
        assessing.filled(stage)
    return stage


def published(stage: Stage) -> None:
    with transaction.atomic():
        perform(stage.survey, "survey.close", actor=stage.actor("evaluator"), at=stage.later(hours=1))
        for name in ("draft", "send_for_feedback"):
            assessing.act(stage, name)
        assessing.act(stage, "comment_contractor", "org-head", text="台账滞后系病假所致。", objects_to_draft=True)
        assessing.act(stage, "comment_purchaser", "district", text="同意评估意见。")
        opinion = stage.assessment.opinions.get(party="contractor")
        assessing.act(stage, "answer", opinion=opinion, answer="已据实表述。", adopted=True)
        assessing.act(stage, "finalise")
        assessing.act(stage, "publish", "office")


def sign_in(page: Page, base: str, username: str) -> None:
    client = Client()
    client.force_login(User.objects.get(username=username))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": base}])


def look(page: Page, base: str, path: str, name: str) -> None:
    """No accessibility violation, no sideways scroll, on desk and phone."""
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{base}{path}")
        folder = os.environ.get("PORTAL_SCREENS")
        if folder:
            page.screenshot(path=str(Path(folder) / f"{name}-{size}.png"), full_page=True)
        report = Axe().run(page, options={"resultTypes": ["violations"]})
        assert report.violations_count == 0, f"{name} {size}: {report.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} {size}"


def test_pages_are_sound_on_desk_and_phone(live_portal: str, page: Page, collecting: Stage) -> None:
    pk, survey = collecting.assessment.pk, collecting.survey.pk
    ticket = collecting.survey.tickets.filter(answers__isnull=True).first()
    look(page, live_portal, reverse("survey-entry"), "survey-entry")
    look(page, live_portal, ticket.get_absolute_url(), "survey-answer")
    look(page, live_portal, reverse("survey-thanks"), "survey-thanks")
    sign_in(page, live_portal, "evaluator")
    look(page, live_portal, reverse("assessments"), "assessments")
    look(page, live_portal, reverse("assessment", args=[pk]), "assessment")
    look(page, live_portal, reverse("assessment-bench", args=[pk]), "bench")
    look(page, live_portal, reverse("assessment-visit", args=[pk]), "visit")
    look(page, live_portal, reverse("survey", args=[survey]), "survey")
    look(page, live_portal, reverse("survey-phone", args=[survey]), "survey-phone")
    look(page, live_portal, collecting.application.get_absolute_url(), "application")
    published(collecting)
    look(page, live_portal, reverse("assessment", args=[pk]), "assessment-published")
    page.context.clear_cookies()
    look(page, live_portal, reverse("evaluation-result", args=[pk]), "result")
    look(page, live_portal, reverse("evaluation-results"), "results")


def test_forms_of_the_acts_are_sound(live_portal: str, page: Page, transactional_db: None) -> None:
    stage = Stage(now=local(2026, 1, 12))
    with transaction.atomic():
        people.seed(stage.now)
        budget.seed(stage.now)
        publish_guide(stage, year=2026)
        assessing.running(stage)
        assessing.planned(stage)
    pk = stage.assessment.pk
    sign_in(page, live_portal, "office")
    look(page, live_portal, reverse("assessment", args=[pk]), "assessment-planned")
    look(page, live_portal, reverse("transition", args=["assessment", pk, "assessment.select"]), "select")
    with transaction.atomic():
        assessing.select(stage)
    sign_in(page, live_portal, "evaluator")
    look(page, live_portal, reverse("transition", args=["assessment", pk, "assessment.submit_scheme"]), "scheme")


def test_slip_is_answered_with_three_taps_and_one_to_send(live_portal: str, page: Page, collecting: Stage) -> None:
    ticket = collecting.survey.tickets.filter(answers__isnull=True).first()
    before = SurveyAnswer.objects.count()
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{live_portal}{ticket.get_absolute_url()}")
    for question in ("服务态度", "服务对您有帮助", "总的来说"):
        page.get_by_role("group", name=question).get_by_role("radio", name="非常满意").check()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="谢谢您")).to_be_visible()
    assert SurveyAnswer.objects.count() == before + 1
