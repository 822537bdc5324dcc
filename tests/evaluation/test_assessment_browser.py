"""Evaluation and survey in a real browser: sound pages on desk and phone, three taps on a slip's code."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from evaluation.models import SurveyAnswer
from evaluation.services.surveys import answer
from procurement.demo import budget, people
from procurement.demo.stage import Stage, local
from procurement.demo.steps import evaluating
from procurement.demo.steps.guiding import publish_guide
from procurement.lifecycle.engine import perform
from tests.browser.looking import look, sign_in
from tests.evaluation import assessing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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


def test_pages_are_sound_on_desk_and_phone(live_portal: str, page: Page, collecting: Stage) -> None:
    pk, survey = collecting.assessment.pk, collecting.survey.pk
    ticket = collecting.survey.tickets.filter(answers__isnull=True).first()
    look(page, live_portal, reverse("survey-entry"))
    look(page, live_portal, ticket.get_absolute_url())
    look(page, live_portal, reverse("survey-thanks"))
    sign_in(page, live_portal, "evaluator")
    look(page, live_portal, reverse("assessments"))
    look(page, live_portal, reverse("assessment", args=[pk]))
    look(page, live_portal, reverse("assessment-bench", args=[pk]))
    look(page, live_portal, reverse("assessment-visit", args=[pk]))
    look(page, live_portal, reverse("survey", args=[survey]))
    look(page, live_portal, reverse("survey-phone", args=[survey]))
    look(page, live_portal, collecting.application.get_absolute_url())
    published(collecting)
    look(page, live_portal, reverse("assessment", args=[pk]))
    page.context.clear_cookies()
    look(page, live_portal, reverse("evaluation-result", args=[pk]))
    look(page, live_portal, reverse("evaluation-results"))


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
    look(page, live_portal, reverse("assessment", args=[pk]))
    look(page, live_portal, reverse("transition", args=["assessment", pk, "assessment.select"]))
    with transaction.atomic():
        assessing.select(stage)
    sign_in(page, live_portal, "evaluator")
    look(page, live_portal, reverse("transition", args=["assessment", pk, "assessment.submit_scheme"]))


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
