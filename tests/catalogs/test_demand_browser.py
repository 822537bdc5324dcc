"""The public pages of needs, demand and supply in a real browser: a resident files one, and axe finds nothing."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from catalogs.models import Need
from procurement.access import Role
from tests.factories import make_seat
from tests.factories.demand import STREET, make_demand, make_need, make_supply

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def judge(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


def test_resident_tells_a_need_on_a_phone(page: Page, live_portal: str) -> None:
    cache.clear()
    make_need()
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{live_portal}{reverse('need-new')}?street={STREET}")
    judge(page)
    page.get_by_label("需要什么服务").fill("楼道加装扶手")
    page.get_by_label("服务类型").select_option("livelihood")
    page.get_by_role("button", name="提交需求").click()
    expect(page.get_by_role("heading", name="需求已提交")).to_be_visible()
    judge(page)
    code = page.locator(".receipt-code").inner_text()
    page.get_by_role("link", name="查询答复").click()
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("已提交").first).to_be_visible()
    judge(page)
    assert Need.objects.get(title="楼道加装扶手").support_count == 1


@pytest.mark.parametrize("width", [1366, 360])
def test_public_and_desk_pages_are_accessible_and_fit(page: Page, live_portal: str, client: Any, width: int) -> None:
    cache.clear()
    need, item, offer = make_need(), make_demand(status="catalogued"), make_supply()
    asked, draft = make_demand(status="consulting"), make_demand()
    page.set_viewport_size({"width": width, "height": 740})
    poster = f"{reverse('need-poster')}?street={STREET}"
    public = [reverse(name) for name in ("needs", "demand-catalogue", "supply-catalogue", "heat-map", "fairs")]
    public += [poster, *(thing.get_absolute_url() for thing in (need, item, asked, offer))]
    for path in public:
        page.goto(live_portal + path)
        judge(page)
    client.force_login(make_seat(Role.PU_DEM, need.office).person)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_portal}])
    edit = [reverse("demand-edit", args=[draft.pk, group]) for group in ("basics", "goal", "self-check")]
    for path in [reverse("need-desk"), reverse("demand-desk"), reverse("demand-new"), draft.get_absolute_url(), *edit]:
        page.goto(live_portal + path)
        judge(page)
