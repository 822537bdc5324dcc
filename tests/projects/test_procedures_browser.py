"""The procedure's pages in a real browser: written by its officer, asked about by a bidder, and axe finds nothing."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from procurement.access import Actor
from procurement.lifecycle.engine import perform
from projects.models import DocumentQuestion, Procedure
from projects.services import addenda, procedures
from tests.browser.looking import look, sign_in
from tests.factories import procurement as made
from tests.factories.people import make_social_organization

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_document_is_written_in_the_browser(page: Page, live_portal: str) -> None:
    plan = made.published_plan("220000.00", method="competitive_selection", method_reason="公开比选。")
    house = made.house_of(plan.budget_line.department)
    enter(page, live_portal, house.buyer)
    look(page, live_portal, reverse("procedure-new"))
    page.get_by_label("购买计划").select_option(str(plan.pk))
    page.get_by_role("button", name="建立采购项目").click()
    expect(page.get_by_text("采购文件尚未送复核")).to_be_visible()
    procedure = Procedure.objects.get(plan=plan)
    page.get_by_role("link", name="资格条件", exact=True).click()
    page.get_by_label("资格条件").fill("具有独立承担民事责任的能力\n具有健全的财务会计制度")
    page.get_by_role("button", name="保存并填写下一部分").click()
    expect(page.get_by_role("heading", name="服务需求", level=1)).to_be_visible()
    assert made.document_of(procedure).conditions == ["具有独立承担民事责任的能力", "具有健全的财务会计制度"]
    for code in ("demand", "terms"):
        look(page, live_portal, reverse("procedure-document-part", args=[procedure.pk, code]))
    look(page, live_portal, reverse("procedure-edit", args=[procedure.pk]))
    look(page, live_portal, procedure.get_absolute_url())
    keep(page, "draft")
    made.write(procedure, house)
    procedure.refresh_from_db()
    perform(procedure, "procedure.submit", actor=house.buyer)
    enter(page, live_portal, house.checker)
    look(page, live_portal, reverse("transition", args=["procedure", procedure.pk, "procedure.check"]))
    for box in page.get_by_role("group", name="逐项核对").get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="复核通过").click()
    expect(page.get_by_text("已办理：复核通过")).to_be_visible()


def test_a_bidder_takes_the_document_and_asks(page: Page, live_portal: str) -> None:
    plan = made.published_plan("220000.00", method="competitive_selection", method_reason="公开比选。")
    procedure, house = made.announced(plan, at=timezone.now() - timedelta(days=1))
    bidder = made.bidder(make_social_organization(name="晨光社工服务中心"))
    page.set_viewport_size({"width": 360, "height": 740})
    for path in (
        reverse("procedures"),
        procedure.get_absolute_url(),
        reverse("procedure-document", args=[procedure.pk]),
    ):
        look(page, live_portal, path)
        keep(page, path)
    enter(page, live_portal, bidder)
    page.goto(f"{live_portal}{procedure.get_absolute_url()}")
    page.get_by_role("link", name="获取采购文件").click()
    look(page, live_portal, reverse("procedure-take", args=[procedure.pk]))
    page.get_by_role("button", name="登记并获取").click()
    expect(page.get_by_text("登记情况在开启前不向任何人披露")).to_be_visible()
    page.goto(f"{live_portal}{reverse('procedure-questions', args=[procedure.pk])}")
    page.get_by_label("询问内容").fill("周末是否配送？")
    page.get_by_role("button", name="提交询问").click()
    expect(page.get_by_text("周末是否配送？")).to_be_visible()
    look(page, live_portal, reverse("procedure-questions", args=[procedure.pk]))
    look(page, live_portal, reverse("procedures-taken"))
    enter(page, live_portal, house.buyer)
    question = DocumentQuestion.objects.get()
    page.goto(f"{live_portal}{question.get_absolute_url()}")
    expect(page.get_by_text("晨光社工服务中心")).to_have_count(0)
    page.get_by_role("link", name="答复", exact=True).click()
    page.locator("[name=answer]").fill("配送。")
    page.get_by_role("button", name="答复").click()
    expect(page.get_by_text("配送。").first).to_be_visible()
    addendum = addenda.propose_addendum(
        actor=house.buyer,
        procedure=procedure,
        changed="新增一个社区。",
        new_deadline_at=procedure.deadline_at + timedelta(days=9),
    )
    enter(page, live_portal, house.checker)
    look(page, live_portal, addendum.get_absolute_url())
    perform(addendum, "addendum.issue", actor=house.checker)
    enter(page, live_portal, house.buyer)
    for path in (procedure.get_absolute_url(), reverse("addendum-new", args=[procedure.pk])):
        look(page, live_portal, path)
        keep(page, path)


def test_a_single_source_and_a_repeated_call_are_looked_at(page: Page, live_portal: str) -> None:
    supplier = make_social_organization()
    plan = made.published_plan(
        "4500000.00", method="single_source", method_ground="only_supplier", method_reason="只有一家。",
        method_approval="京财采〔2026〕3号",
    )  # fmt: skip
    procedure, house = made.approved(plan, supplier=supplier)
    perform(procedure, "procedure.publicise", actor=house.buyer)
    look(page, live_portal, procedure.get_absolute_url())
    keep(page, "source")
    look(page, live_portal, reverse("procedure-object", args=[procedure.pk]))
    page.get_by_label("异议内容").fill("另有两家机构也能提供。")
    page.get_by_label("姓名或单位").fill("某社工机构")
    page.get_by_label("联系方式").fill("13800000000")
    page.get_by_role("button", name="提交异议").click()
    expect(page.get_by_text("补充论证").first).to_be_visible()
    procedure.refresh_from_db()
    perform(procedure, "procedure.fail", actor=house.buyer, cause="objection_upheld", reason="异议成立。")
    enter(page, live_portal, house.buyer)
    look(page, live_portal, reverse("procedure-retender", args=[procedure.pk]))
    again = procedures.retender(
        actor=house.buyer, procedure=procedure, kind="invited_tender", method_ground="special_supply",
        method_reason="供应商有限。", method_approval="京财采〔2026〕9号",
    )  # fmt: skip
    look(page, live_portal, reverse("procedure-draw", args=[again.pk]))
    keep(page, "draw")


def enter(page: Page, live_portal: str, actor: Actor) -> None:
    page.context.clear_cookies()
    sign_in(page, live_portal, actor.person)


def keep(page: Page, name: str) -> None:
    """A picture to look at, when a folder for it is named."""
    folder = os.environ.get("PICTURES")
    if not folder:
        return
    for width in (360, 1366):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=f"{folder}/{name.strip('/').replace('/', '_')}-{width}.png", full_page=True)
