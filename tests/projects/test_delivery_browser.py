"""A running project in a real browser: sound pages on desk and phone, an activity entered with a thumb."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from procurement.access.models import User
from procurement.demo import budget, people
from procurement.demo.stage import Stage, local
from procurement.demo.steps import delivering
from projects.models import Activity, EntryDraft
from tests.projects.delivered import to_recorded
from tests.projects.test_delivery_pages import one_of_everything, pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = {"desk": (1366, 768), "phone": (360, 740)}


@pytest.fixture
def recorded(transactional_db: None) -> Stage:
    opened = local(2026, 1, 12)
    people.seed(opened)
    budget.seed(opened)
    stage = Stage(now=opened)
    to_recorded(stage)
    return stage


def sign_in(page: Page, base: str, username: str) -> None:
    client = Client()
    client.force_login(User.objects.get(username=username))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": base}])


def assert_sound(page: Page, name: str) -> None:
    """No accessibility violation, no sideways scroll, no untranslated template left-over."""
    report = Axe().run(page, options={"resultTypes": ["violations"]})
    assert report.violations_count == 0, f"{name}: {report.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


def keep(page: Page, name: str) -> None:
    """Screens are kept where the run asks for them."""
    folder = os.environ.get("PORTAL_SCREENS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_every_page_is_sound_on_desk_and_phone(live_portal: str, page: Page, recorded: Stage) -> None:
    stage = one_of_everything(recorded)
    application = stage.application
    forms: dict[str, list[Any]] = {
        "org1": [(name, application.pk) for name in ("plan-edit", "activity-new", "expense-new", "change-new")],
        "org1-head": [("reallocate", application.pk)],
        "hub": [(name, application.pk) for name in ("visit-new", "rectification-new", "warning-new")],
    }
    for username, wanted in forms.items():
        sign_in(page, live_portal, username)
        urls = {name: reverse(name, args=[pk]) for name, pk in wanted}
        if username == "org1":
            urls |= pages(stage)
        for name, url in urls.items():
            for size, (width, height) in SIZES.items():
                page.set_viewport_size({"width": width, "height": height})
                page.goto(f"{live_portal}{url}")
                keep(page, f"{name}-{size}")
                assert_sound(page, f"{name} {size}")


def test_activity_is_entered_on_a_phone_and_survives_a_lost_page(
    live_portal: str, page: Page, recorded: Stage, tmp_path: Path
) -> None:
    application = recorded.application
    photo = tmp_path / "现场.jpg"
    photo.write_bytes(delivering.picture(3))
    sign_in(page, live_portal, "org1")
    page.set_viewport_size({"width": 360, "height": 740})
    url = f"{live_portal}{reverse('activity-new', args=[application.pk])}"
    page.goto(url)
    page.get_by_label("活动名称").fill("讲述电影《开国大典》")
    page.get_by_label("地点").fill("朝外街道")
    page.get_by_label("活动日期").fill("2026-09-20")
    expect(page.locator("[data-save-state=saved]")).to_be_visible(timeout=10_000)
    assert EntryDraft.objects.get(application=application).values["title"] == "讲述电影《开国大典》"
    page.goto(url)
    expect(page.get_by_label("活动名称")).to_have_value("讲述电影《开国大典》")
    page.get_by_label("服务人次", exact=False).first.fill("56")
    page.get_by_label("活动照片").set_input_files(str(photo))
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("heading", name="讲述电影《开国大典》")).to_be_visible()
    keep(page, "entered-phone")
    assert Activity.objects.filter(application=application, title="讲述电影《开国大典》", person_times=56).count() == 1
    assert not EntryDraft.objects.filter(application=application).exists()
