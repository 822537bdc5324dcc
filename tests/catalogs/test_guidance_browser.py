"""Catalogues and the policy library in a real browser, at a desk and on a phone, with nothing for axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from catalogs.models import GuidanceCatalogue
from procurement.access import Role
from tests.browser.looking import look, sign_in
from tests.factories.guidance import make_catalogue, make_proposal
from tests.factories.people import make_actor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_pages_are_accessible_and_an_item_is_added_by_clicks(live_portal, page: Page):
    published = make_catalogue()
    draft = make_catalogue(compiler=published.compiler, approver=published.approver, status="draft")
    wish = make_proposal(reviewer=draft.compiler)
    compiler = make_actor(Role.FIN, draft.compiler)
    item = draft.items.get(code="A0401")
    shipped = GuidanceCatalogue.objects.get(region="440000")
    sign_in(page, live_portal, compiler.user)
    addresses = [
        "/catalogs/guidance/",
        "/catalogs/guidance/new/",
        "/catalogs/guidance/check/?region=110105&day=2030-01-01&words=养老",
        "/catalogs/guidance/codes/",
        "/catalogs/guidance/proposals/",
        shipped.get_absolute_url(),
        draft.get_absolute_url(),
        f"{draft.get_absolute_url()}compare/",
        item.get_absolute_url(),
        f"{item.get_absolute_url()}edit/",
        f"{item.get_absolute_url()}codes/",
        wish.get_absolute_url(),
        f"/act/catalogue_proposal/{wish.pk}/catalogue_proposal.adopt/",
        "/catalogs/policies/",
        "/catalogs/policies/chengdu-procedures-2017/",
        "/catalogs/policies/new/",
    ]
    for address in addresses:
        look(page, live_portal, address)

    page.goto(f"{live_portal}{draft.get_absolute_url()}")
    page.get_by_role("link", name="加下级 社会保障服务").click()
    page.get_by_label("代码").fill("A0402")
    page.get_by_label("名称").fill("社会救助服务")
    page.get_by_role("button", name="保存条目").click()
    expect(page.get_by_role("link", name="社会救助服务", exact=True)).to_be_visible()
