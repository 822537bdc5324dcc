"""The review of bids in a real browser: the scheme, the panel, the public draw recomputed, nothing for axe."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from evaluation.models import ReviewPanel
from evaluation.services.rubrics import draft_from_library
from procurement.access import Role
from tests.browser.looking import look, sign_in
from tests.factories.panels import DRAWN_AT, buyer_of, make_pool, make_rubric, panel_at
from tests.factories.people import make_actor
from tests.factories.procedures import make_bid, make_procedure

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_officers_write_the_scheme_and_compose_the_panel(live_portal, page: Page, district):
    drafted, called = make_procedure("draft"), make_procedure("bidding")
    make_pool()
    make_rubric(called)
    officer = buyer_of(drafted)
    rubric = draft_from_library(actor=officer, occasion=drafted, code="open_tender_services")
    sign_in(page, live_portal, officer.person)
    look(page, live_portal, reverse("rubric-edit", args=[rubric.pk]))
    sign_in(page, live_portal, buyer_of(called).person)
    look(page, live_portal, reverse("procedure-panel-new", args=[called.pk]))
    page.get_by_label("评审日期").fill(DRAWN_AT.date().isoformat())
    page.get_by_label("评分截止日").fill(DRAWN_AT.date().isoformat())
    page.get_by_label("其中采购人代表").fill("1")
    page.get_by_role("button", name="建立评审组").click()
    expect(page.get_by_role("link", name="委派采购人代表")).to_be_visible()
    assert ReviewPanel.objects.get().representatives == 1


def test_anybody_recomputes_the_draw_and_a_bidder_may_ask_for_recusal(live_portal, page: Page, district):
    tender = make_procedure("qualified")
    bid = make_bid(tender, "qualified")
    panel = panel_at(tender, "confirmed")
    address = reverse("procedure-experts", args=[tender.pk])
    look(page, live_portal, address)
    page.get_by_role("button", name="在浏览器重算").click()
    expect(page.locator("[data-draw-state=ok]")).to_contain_text("重算一致")
    sign_in(page, live_portal, make_actor(Role.ORG, bid.bidder).person)
    look(page, live_portal, reverse("bid-recusal", args=[bid.pk]))
    sign_in(page, live_portal, buyer_of(tender).person)
    look(page, live_portal, panel.get_absolute_url())
    look(page, live_portal, tender.get_absolute_url())
