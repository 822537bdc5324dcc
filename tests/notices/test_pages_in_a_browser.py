"""The inbox and the statistics opened in Chromium, large and small, without an accessibility violation."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from procurement.notices.models import Message
from procurement.notices.services.dispatch import dispatch_batch
from procurement.statistics.services.importing import import_statistics

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = [{"width": 1366, "height": 768}, {"width": 360, "height": 740}]


def violations(page: Page) -> list[str]:
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")
    return [found["id"] for found in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("size", SIZES, ids=["desk", "phone"])
def test_statistics_page_is_accessible_and_fits(live_portal: str, page: Page, size: Any) -> None:
    import_statistics()
    page.set_viewport_size(size)
    page.goto(f"{live_portal}/statistics/")
    expect(page.locator("figure.chart")).to_have_count(3)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]


@pytest.mark.parametrize("size", SIZES, ids=["desk", "phone"])
def test_message_is_opened_from_the_inbox(live_portal: str, page: Page, client, person, tell, size: Any) -> None:
    reader = person(email="")
    tell(reader, url="/statistics/")
    dispatch_batch()
    client.force_login(reader)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_portal}])
    page.set_viewport_size(size)
    page.goto(f"{live_portal}/inbox/")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
    page.get_by_role("button", name="您好 甲").click()
    expect(page).to_have_url(f"{live_portal}/statistics/")
    assert Message.objects.get().read_at is not None
    page.goto(f"{live_portal}/inbox/{Message.objects.get().pk}/")
    assert violations(page) == []
