"""The pool as its keeper meets it, the own record as an expert meets it."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page

from orgs.models import Expert
from procurement.demo import people
from procurement.demo.stage import local
from tests.browser.looking import look, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_pages_are_sound_on_desk_and_phone(live_portal: str, page: Page, transactional_db: None) -> None:
    with transaction.atomic():
        people.seed(local(2026, 1, 12))
    sign_in(page, live_portal, "office")
    look(page, live_portal, reverse("expert-pool"))
    look(page, live_portal, reverse("expert", args=[Expert.objects.get(person__username="expert2").pk]))
    sign_in(page, live_portal, "expert2")
    look(page, live_portal, reverse("my-expert"))
    sign_in(page, live_portal, "cpa")
    look(page, live_portal, reverse("expert-admission-new"))
