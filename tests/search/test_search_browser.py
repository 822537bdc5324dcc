"""The search and the import page in a real browser: axe finds nothing, and both fit a phone."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page

from orgs.models import OrganizationKind
from procurement.access import Role
from tests.factories import make_organization, make_seat, make_social_organization

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1366, 360])
def test_pages_are_accessible_and_fit(page: Page, client: Any, live_portal: str, width: int) -> None:
    make_social_organization(name="星光社区养老服务中心", introduction="为老服务" * 30)
    client.force_login(make_seat(Role.CIV, make_organization(OrganizationKind.AUTHORITY)).person)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_portal}])
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(live_portal + reverse("home"))
    page.get_by_role("searchbox", name="检索内容").fill("养老")
    page.get_by_role("searchbox", name="检索内容").press("Enter")
    addresses = [page.url, live_portal + reverse("register-import", args=["organizations"])]
    for address in addresses:
        page.goto(address)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
