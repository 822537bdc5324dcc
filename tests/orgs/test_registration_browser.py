"""Registering, comparing and switching the hat in a real browser: dependent lists, wide and narrow, axe silent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from orgs.models import Invitation, OrganizationMerge, SuspectPair
from orgs.services import duplicates, merging
from procurement.access import Role
from tests.browser.looking import assert_sound, sign_in
from tests.factories import make_seat, make_social_organization
from tests.factories.registrations import civil_of, submitted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_place_is_chosen_in_dependent_lists_and_code_is_judged_against_the_kind(page: Page, live_portal: str) -> None:
    seat = make_seat(Role.ORG, make_social_organization(name="甲中心"))
    make_seat(Role.ORG, make_social_organization(name="乙中心"), user=seat.person)
    sign_in(page, live_portal, seat.person)
    page.goto(live_portal + reverse("registration-new"))
    page.get_by_label("成立登记日期").fill("2009-06-01")
    home, origin = page.locator("#picker-home"), page.locator("#picker-origin")
    home.get_by_label("省（自治区、直辖市）").select_option(label="北京市")
    home.get_by_label("区（县）").select_option(label="朝阳区")
    home.get_by_label("街道（乡镇）").select_option(label="建外街道")
    origin.get_by_label("省（自治区、直辖市）").select_option(label="北京市")
    origin.get_by_label("区（县）").select_option(label="崇文区（2010年已撤销）")
    page.get_by_label("单位类型").select_option(label="社会团体")
    code = page.get_by_label("统一社会信用代码")
    code.fill("52110101MJ0000018G")
    code.press("Tab")
    expect(page.get_by_text("本单位类型应以51开头")).to_be_visible()
    page.get_by_label("代表", exact=True).select_option(label="乙中心")
    page.get_by_role("button", name="办理身份").click()
    expect(page.get_by_text("现代表“乙中心”办理")).to_be_visible()


@pytest.mark.parametrize("width", [1366, 360])
def test_pages_are_accessible_and_fit(page: Page, live_portal: str, width: int) -> None:
    officer = civil_of()
    asked = submitted()
    shared = {"contact_phone": "13912340001", "legal_representative": "林晓"}
    one, other = make_social_organization(name="甲中心", **shared), make_social_organization(name="乙中心", **shared)
    head = make_seat(Role.ORG_H, one)
    make_seat(Role.ORG, other, user=head.person)
    duplicates.refresh(timezone.now(), everything=True)
    pair = SuspectPair.objects.get()
    merge: OrganizationMerge = merging.propose(actor=officer, source=one, target=other, grounds="同一证书。")
    page.set_viewport_size({"width": width, "height": 740})
    offer = Invitation.objects.create(
        organization=one,
        name="任飞",
        email="renfei@example.org",
        role=Role.ORG,
        invited_by=head.person,
        created_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=1),
    )
    visits = [(None, reverse("register")), (None, offer.get_absolute_url())]
    visits += [
        (head.person, reverse("registration-new")),
        (head.person, reverse("organization-members", args=[one.pk])),
        (head.person, reverse("organization-invite", args=[one.pk])),
    ]
    visits += [
        (officer.user, address)
        for address in (
            reverse("registration-list"),
            asked.get_absolute_url(),
            reverse("duplicate-list"),
            pair.get_absolute_url(),
            reverse("merge-list"),
            merge.get_absolute_url(),
        )
    ]
    for person, address in visits:
        if person is not None:
            sign_in(page, live_portal, person)
        page.goto(live_portal + address)
        assert_sound(page, address)
