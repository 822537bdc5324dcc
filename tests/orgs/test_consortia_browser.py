"""The pages of a consortium as the lead, a member, a voter, the purchaser and the public meet them."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from orgs.models import Consortium, ConsortiumChange
from procurement.demo import network, people
from procurement.demo.stage import Stage, local
from tests.browser.looking import look, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def team(transactional_db: None) -> Consortium:
    with transaction.atomic():
        people.seed(local(2026, 1, 12))
        network.seed(local(2026, 6, 15))
    return Consortium.objects.get()


def test_pages_are_sound_on_desk_and_phone(live_portal: str, page: Page, team: Consortium) -> None:
    look(page, live_portal, reverse("consortium-list"))
    look(page, live_portal, team.get_absolute_url())
    sign_in(page, live_portal, "org5-head")
    look(page, live_portal, reverse("consortium-new"))
    look(page, live_portal, reverse("consortium-change-new", args=[team.pk]))
    with transaction.atomic():
        forming = network.gather(Stage(now=local(2026, 7, 1)), sign=False)
    sign_in(page, live_portal, "org6-head")
    look(page, live_portal, reverse("consortium-members", args=[forming.pk]))
    look(page, live_portal, forming.get_absolute_url())


def test_seat_votes_on_the_newcomer_with_two_clicks(live_portal: str, page: Page, team: Consortium) -> None:
    change = ConsortiumChange.objects.get()
    sign_in(page, live_portal, "civil")
    look(page, live_portal, change.get_absolute_url())
    page.get_by_label("同意", exact=True).check()
    page.get_by_role("button", name="表决").click()
    expect(page.get_by_text("表决已记录。")).to_be_visible()
    expect(page.get_by_text("共 4 席：同意 1，不同意 0。过半数同意为通过。")).to_be_visible()
