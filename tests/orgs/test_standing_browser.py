"""Dossier, eligibility and credit pages in a real browser: axe finds nothing, and they fit a phone."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from procurement.access import Role
from tests.factories import make_seat
from tests.factories.applications import make_applicant, make_guide
from tests.factories.standing import make_entry, make_paper

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1366, 360])
def test_standing_pages_are_accessible_and_fit(page: Page, client: Any, live_portal: str, width: int) -> None:
    applicant = make_applicant()
    guide = make_guide()
    paper = make_paper(applicant, status="returned")
    entry = make_entry(applicant, status="published", credit_list="abnormal")
    client.force_login(make_seat(Role.ORG_H, applicant).person)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_portal}])
    page.set_viewport_size({"width": width, "height": 740})
    addresses = [
        reverse("guide-eligibility", args=[guide.pk]),
        reverse("organization-dossier", args=[applicant.pk]),
        reverse("qualification-add", args=[applicant.pk]),
        paper.get_absolute_url(),
        reverse("credit-list"),
        entry.get_absolute_url(),
        reverse("credit-appeal-new", args=[entry.pk]),
    ]
    for address in addresses:
        page.goto(live_portal + address)
        found = Axe().run(page)
        assert found.violations_count == 0, (address, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), address
    page.goto(live_portal + addresses[0])
    expect(page.get_by_text("现在还不能申报")).to_be_visible()
    expect(page.get_by_role("link", name="查看移出办法")).to_be_visible()
