"""A running project in a real browser: sound pages on desk and phone, an activity entered with a thumb."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from procurement.demo import budget, people
from procurement.demo.stage import Stage, local
from procurement.demo.steps import delivering
from projects.models import Activity, EntryDraft
from tests.browser.looking import look, sign_in
from tests.projects.delivered import to_recorded
from tests.projects.test_delivery_pages import one_of_everything, pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def recorded(transactional_db: None) -> Stage:
    opened = local(2026, 1, 12)
    people.seed(opened)
    budget.seed(opened)
    stage = Stage(now=opened)
    to_recorded(stage)
    return stage


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
        for url in urls.values():
            look(page, live_portal, url)


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
    assert Activity.objects.filter(application=application, title="讲述电影《开国大典》", person_times=56).count() == 1
    assert not EntryDraft.objects.filter(application=application).exists()
