"""Applying in a real browser: autosave, two tabs, a phone, and no accessibility violation on any page of it."""

import re

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import BrowserContext, expect

from procurement.access import Role
from procurement.lifecycle.engine import perform
from projects.models import SectionDraft
from tests.browser.looking import look_here, sign_in
from tests.factories.applications import (
    make_applicant,
    make_applying,
    make_endorsed,
    make_guide,
    make_hub,
    make_submitted,
)
from tests.factories.people import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_text_saves_itself_and_survives_a_killed_tab(context: BrowserContext, live_portal: str):
    applying = make_applying(filled=False)
    section = live_portal + reverse("application-section", args=[applying.application.pk, "basic"])
    page = context.new_page()
    sign_in(page, live_portal, applying.operator.user)
    page.goto(section)
    page.get_by_label("项目名称").fill("心目影院")
    saved = page.locator("[data-save-state=saved]")
    expect(saved).to_have_text(re.compile(r"已自动保存 \d\d:\d\d:\d\d"), timeout=3000)
    page.close()

    again = context.new_page()
    again.goto(section)
    expect(again.get_by_label("项目名称")).to_have_value("心目影院")
    expect(again.locator(".not-submitted")).to_contain_text("尚未提交")


def test_same_field_in_two_tabs_shows_both_values(context: BrowserContext, live_portal: str):
    applying = make_applying(filled=False)
    section = live_portal + reverse("application-section", args=[applying.application.pk, "basic"])
    first, second = context.new_page(), context.new_page()
    sign_in(first, live_portal, applying.operator.user)
    first.goto(section)
    second.goto(section)
    first.get_by_label("项目名称").fill("甲的标题")
    expect(first.locator("[data-save-state=saved]")).to_be_visible(timeout=3000)
    second.get_by_label("项目名称").fill("乙的标题")
    panel = second.locator(".save-conflict")
    expect(panel).to_be_visible(timeout=3000)
    expect(panel).to_contain_text("甲的标题")
    expect(panel).to_contain_text("乙的标题")
    panel.get_by_role("button", name="保留我的").click()
    expect(second.locator("[data-save-state=saved]")).to_be_visible(timeout=3000)
    assert SectionDraft.objects.get(code="basic").values["title"] == "乙的标题"


def test_signed_out_in_another_tab_keeps_the_text(context: BrowserContext, live_portal: str):
    applying = make_applying(filled=False)
    page = context.new_page()
    sign_in(page, live_portal, applying.operator.user)
    page.goto(live_portal + reverse("application-section", args=[applying.application.pk, "basic"]))
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_label("项目名称").fill("还在这里")
    expect(page.locator("[data-save-state=refused]")).to_contain_text("登录已过期", timeout=3000)
    expect(page.get_by_label("项目名称")).to_have_value("还在这里")


def test_budget_adds_up_while_typing(context: BrowserContext, live_portal: str):
    applying = make_applying()
    page = context.new_page()
    sign_in(page, live_portal, applying.operator.user)
    page.goto(live_portal + reverse("application-section", args=[applying.application.pk, "budget"]))
    total = page.locator("[data-budget-total]")
    expect(total).to_have_text("156,000.00 元")
    page.locator("[name=lines-0-quantity]").fill("60")
    expect(total).to_have_text("405,600.00 元")
    expect(page.locator("[data-budget-notes]")).to_contain_text("人员费占")


def test_head_checks_submits_once_and_gets_a_receipt(context: BrowserContext, live_portal: str):
    applying = make_applying()
    page = context.new_page()
    sign_in(page, live_portal, applying.head.user)
    page.goto(live_portal + reverse("application-check", args=[applying.application.pk]))
    look_here(page, "check")
    page.get_by_role("button", name="提交申报").dblclick()
    expect(page.get_by_role("heading", name="申报已提交")).to_be_visible()
    receipt = applying.application.receipts.get()
    expect(page.locator("main")).to_contain_text(receipt.number)
    expect(page.locator("main")).to_contain_text(receipt.content_sha256)
    look_here(page, "receipt")
    page.goto(f"{live_portal}/verify/{receipt.number}")
    expect(page.locator("main")).to_contain_text("有效")
    look_here(page, "verify")


def test_every_page_of_applying_is_accessible_and_fits_a_phone(context: BrowserContext, live_portal: str):
    guide = make_guide()
    empty = make_applying(filled=False, guide=guide)
    page = context.new_page()
    sign_in(page, live_portal, empty.operator.user)
    page.goto(live_portal + reverse("application-tasks", args=[empty.application.pk]))
    look_here(page, "tasks")
    for code in ("basic", "scheme", "budget", "co_funding", "indicators", "profile", "hub", "files"):
        page.goto(live_portal + reverse("application-section", args=[empty.application.pk, code]))
        look_here(page, f"section-{code}")
    page.goto(live_portal + reverse("application-section", args=[empty.application.pk, "basic"]))
    page.get_by_role("button", name="保存并继续").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    look_here(page, "section-errors")
    page.goto(live_portal + reverse("application-check", args=[empty.application.pk]))
    look_here(page, "check-incomplete")
    page.goto(live_portal + reverse("applications"))
    look_here(page, "list-own")


def test_readers_pages_are_accessible_and_fit_a_phone(context: BrowserContext, live_portal: str):
    guide, hub = make_guide(), make_hub(name="北京市朝阳区志愿者联合会")
    submitted = make_submitted(guide=guide, applicant=make_applicant(hub=hub, name="北京红丹丹教育文化交流中心"))
    endorsed = make_endorsed(guide=guide, applicant=make_applicant(hub=hub), title="“爱心传递”热线")
    page = context.new_page()
    sign_in(page, live_portal, submitted.actor(Role.RU).user)
    page.goto(live_portal + reverse("applications-awaiting"))
    look_here(page, "list-hub")
    page.goto(
        live_portal + reverse("transition", args=["application", submitted.application.pk, "application.endorse"])
    )
    look_here(page, "endorse")
    office = endorsed.actor(Role.LGO)
    sign_in(page, live_portal, office.user)
    page.goto(live_portal + reverse("guide-applications", args=[guide.pk]))
    look_here(page, "list-office")
    page.goto(live_portal + reverse("application", args=[endorsed.application.pk]))
    look_here(page, "record")
    page.goto(live_portal + reverse("application-precheck", args=[endorsed.application.pk]))
    look_here(page, "precheck")
    perform(endorsed.application, "application.return_for_supplement", actor=office, reason="请补充三家询价记录。")
    sign_in(page, live_portal, endorsed.operator.user)
    page.goto(live_portal + reverse("application-tasks", args=[endorsed.application.pk]))
    look_here(page, "tasks-supplement")
    sign_in(page, live_portal, make_user())
    page.goto(live_portal + reverse("application-start", args=[guide.pk]))
    look_here(page, "start-nobody")
