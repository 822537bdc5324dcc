"""Decision, computation, letter, notice and cut line in a real browser: at a desk and on a phone, axe finds nothing."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from procurement.demo import budget, people
from procurement.demo.stage import Stage, local
from procurement.lifecycle.engine import perform
from projects.models import ResultLetter
from tests.browser.looking import look, sign_in
from tests.factories.awards import announced, buyer_of, make_evaluated, signer_of
from tests.factories.procedures import make_bid, make_procedure
from tests.projects.decided import place_scored
from tests.projects.test_cut_line import second_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
THREE = (("500000", "80"), ("510000", "78"), ("520000", "60"))


def test_result_is_decided_and_read(page: Page, live_portal: str):
    procedure, bids = make_evaluated(*THREE)
    sign_in(page, live_portal, signer_of(procedure).person)
    decide = reverse("transition", args=["procedure", procedure.pk, "procedure.decide"])
    look(page, live_portal, decide)
    page.get_by_label(bids[0].bidder.name).check()
    page.locator("input[type=password]").fill("demo-2026")
    page.get_by_role("button", name="确定中标（成交）人").click()
    expect(page.get_by_text("已确定中标（成交）人").first).to_be_visible()
    sign_in(page, live_portal, buyer_of(procedure).person)
    look(page, live_portal, reverse("procedure-computation", args=[procedure.pk]))
    perform(procedure, "procedure.announce_result", actor=buyer_of(procedure))
    notice = procedure.notices.get(kind="award")
    look(page, live_portal, notice.get_absolute_url())
    look(page, live_portal, reverse("official-notices"))
    look(page, live_portal, ResultLetter.objects.get(bid=bids[0]).get_absolute_url())
    look(page, live_portal, procedure.awards.get().get_absolute_url())
    look(page, live_portal, reverse("official-notice-correct", args=[notice.pk]))


def test_qualification_and_framework_are_read(page: Page, live_portal: str):
    bid = make_bid(make_procedure("opened"))
    sign_in(page, live_portal, buyer_of(bid.procedure).person)
    look(page, live_portal, reverse("transition", args=["bid", bid.pk, "bid.qualify"]))
    procedure, _bids = announced(*THREE, kind="framework_agreement", method_reason="由服务对象自选")
    look(page, live_portal, reverse("frameworks"))
    assert procedure.frameworks.exists()


def test_line_is_moved_and_the_page_follows(page: Page, live_portal: str):
    opened = local(2026, 1, 12)
    people.seed(opened)
    budget.seed(opened)
    stage = Stage(now=opened)
    second = second_of(place_scored(stage))
    sign_in(page, live_portal, "office")
    look(page, live_portal, reverse("guide-cut-line", args=[stage.guide.pk]))
    page.get_by_label("资助前几名").fill("1")
    page.get_by_label("资助前几名").press("Tab")
    row = page.get_by_role("row").filter(has_text=second.title)
    expect(row.get_by_text("线下")).to_be_visible()
    page.get_by_label("方案名称").fill("只保第一名")
    page.get_by_role("button", name="保存方案").click()
    expect(page.get_by_role("link", name="只保第一名")).to_be_visible()
