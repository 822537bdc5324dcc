"""The network, the cockpit and custody in a real browser: axe finds nothing, nothing scrolls sideways on a phone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page

from orgs.models import CommunityFiling, HubAffiliation, HubTier, Organization, OrganizationKind
from procurement.access import Role
from procurement.access.models import User
from projects.models import CustodyLedger
from tests.factories import make_organization, make_seat, make_social_organization
from tests.factories.applications import make_guide, make_plain_application
from tests.factories.hubs import make_recognition
from tests.factories.people import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def a_small_network() -> Organization:
    hub = make_organization(OrganizationKind.ASSOCIATION, name="北京市朝阳区志愿者联合会")
    make_recognition(hub)
    street = make_organization(OrganizationKind.ASSOCIATION, name="朝阳区建外街道社会组织联合服务中心")
    make_recognition(street, tier=HubTier.STREET)
    for member in (street, make_social_organization(name="北京红丹丹教育文化交流中心")):
        HubAffiliation.objects.create(hub=hub, member=member, field="综合服务", valid_from=date(2025, 1, 1))
    return hub


def a_ledger(union: Organization, person: User) -> CustodyLedger:
    group = make_organization(OrganizationKind.COMMUNITY, name="永安里社区银龄互助队")
    CommunityFiling.objects.create(
        organization=group, keeper=union, activity="结对陪伴", member_count=20, status="filed", number="SQBA-1",
        filed_on=date(2026, 1, 5), valid_to=date(2030, 1, 5),
    )  # fmt: skip
    application = make_plain_application(make_guide(), union)
    return CustodyLedger.objects.create(
        application=application, union=union, executor=group, opened_at=application.created_at
    )


@pytest.mark.parametrize("width", [1366, 360])
def test_pages_are_accessible_and_fit(page: Page, client: Any, live_portal: str, width: int) -> None:
    hub, union, user = a_small_network(), make_organization(OrganizationKind.UNION), make_user()
    make_seat(Role.RU, hub, user=user)
    make_seat(Role.UNI, union, user=user)
    make_seat(Role.LGO, user=user)
    ledger = a_ledger(union, user)
    client.force_login(user)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_portal}])
    page.set_viewport_size({"width": width, "height": 740})
    for address in (
        reverse("hub-network"),
        reverse("hub-network") + "?district=110105",
        reverse("hub-recognitions"),
        hub.recognitions.get().get_absolute_url(),
        reverse("hub-cockpit", args=[hub.pk]),
        reverse("hub-comparison"),
        reverse("filings"),
        reverse("authorization-new"),
        ledger.get_absolute_url(),
        reverse("custody-statement", args=[ledger.pk, 2026, 5]),
    ):
        page.goto(live_portal + address)
        found = Axe().run(page)
        assert found.violations_count == 0, (address, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), address
