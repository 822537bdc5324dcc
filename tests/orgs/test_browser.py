"""The own profile in a real browser: the code is checked while it is typed, and axe finds nothing."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from orgs.models import Organization
from procurement.access import Role
from tests.factories import make_seat, make_social_organization

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def mine(page: Page, client: Any, live_portal: str) -> Organization:
    """An organisation whose head has signed in with this browser."""
    organization = make_social_organization(name="北京红丹丹教育文化交流中心", bank_account="1109050000012345")
    client.force_login(make_seat(Role.ORG_H, organization).person)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_portal}])
    return organization


def test_code_is_judged_when_the_field_is_left(page: Page, live_portal: str, mine: Organization) -> None:
    page.goto(live_portal + reverse("organization-edit", args=[mine.pk]))
    code = page.get_by_label("统一社会信用代码")
    code.fill("53100000500020462H")
    code.press("Tab")
    expect(page.get_by_text("校验码（第18位）不符，应为“K”")).to_be_visible()
    code.fill("5211 0105 mj01 0006 x3")
    code.press("Tab")
    expect(page.get_by_text("首次登记地：北京市朝阳区")).to_be_visible()
    assert Organization.objects.get(pk=mine.pk).uscc == mine.uscc


@pytest.mark.parametrize("width", [1366, 360])
@pytest.mark.parametrize("name", ["organization", "organization-edit", "organization-members", "qualification-add"])
def test_pages_are_accessible_and_fit(page: Page, live_portal: str, mine: Organization, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(live_portal + reverse(name, args=[mine.pk]))
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
