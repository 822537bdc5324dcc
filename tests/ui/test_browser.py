"""The frame in a real browser: accessible, sparing, and careful with what people type."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from procurement.ui.worklists import WorkItem, register_worklist
from tests.browser.looking import assert_sound

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = {"desk": (1366, 768), "phone": (360, 740)}
PAGES = ["/", "/accounts/login/", "/ui/components/", "/no-such-page/"]


def sign_in(page: Page, base: str) -> None:
    page.goto(f"{base}/accounts/login/")
    page.get_by_label("用户名").fill("zhangming")
    page.get_by_label("密码").fill("demo-2026")
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/work/")


@pytest.mark.parametrize("care", [False, True], ids=["plain", "care"])
@pytest.mark.parametrize("size", SIZES)
def test_public_pages_are_accessible(live_portal, page: Page, context: BrowserContext, size, care):
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
    if care:
        context.add_cookies([{"name": "care", "value": "1", "url": live_portal}])
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in PAGES:
        page.goto(f"{live_portal}{path}")
        assert_sound(page, page.url)
    assert [text for text in complaints if "404" not in text] == []


@pytest.mark.parametrize("size", SIZES)
def test_worklist_is_accessible(live_portal, page: Page, person, clean_registries, size):
    today = timezone.localdate()
    register_worklist(
        lambda actor: [WorkItem("审定金额", "/x/", today + timedelta(days=n), "审定", "甲") for n in (-3, 2, 60)]
    )
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
    sign_in(page, live_portal)
    expect(page.get_by_role("heading", name="已逾期")).to_be_visible()
    assert_sound(page, page.url)


def test_page_at_400_percent_zoom_has_no_sideways_scroll(live_portal, page: Page):
    page.set_viewport_size({"width": 320, "height": 256})
    for path in PAGES:
        page.goto(f"{live_portal}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_targets_are_at_least_24_pixels_high(live_portal, page: Page):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{live_portal}/ui/components/")
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, select, summary, .button, nav a, .topbar a')]
        .map((e) => [e.textContent.trim() || e.name, e.getBoundingClientRect()])
        .filter(([, box]) => box.width && Math.min(box.width, box.height) < 24)
        .map(([name]) => name)"""
    )
    assert small == []


def test_every_text_of_care_mode_is_large(live_portal, page: Page, context: BrowserContext):
    context.add_cookies([{"name": "care", "value": "1", "url": live_portal}])
    page.goto(f"{live_portal}/ui/components/")
    smallest = page.evaluate(
        """() => Math.min(...[...document.querySelectorAll('main *')].filter((e) => [...e.childNodes].some(
        (n) => n.nodeType === 3 && n.textContent.trim())).map((e) => parseFloat(getComputedStyle(e).fontSize)))"""
    )
    assert smallest >= 21
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 24


def test_keyboard_reaches_the_text_first(live_portal, page: Page):
    page.goto(live_portal)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_error_summary_takes_focus_and_leads_to_the_field(live_portal, page: Page, draft):
    page.goto(f"{live_portal}/test/draft/")
    page.get_by_label("项目名称").fill("")
    page.get_by_role("button", name="提交").click()
    expect(page).to_have_title(re.compile("^错误："))
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_role("link", name="请填写项目名称。").click()
    expect(page.get_by_label("项目名称")).to_be_focused()


def test_double_click_submits_once(live_portal, page: Page, draft):
    page.goto(f"{live_portal}/test/draft/")
    page.get_by_label("项目概述").fill("照护独居老人")
    page.get_by_role("button", name="提交").dblclick()
    expect(page.locator("body")).to_have_text("ok")
    assert draft.submits == 1


def test_draft_saves_itself_within_two_seconds_with_server_time(live_portal, page: Page, draft):
    page.goto(f"{live_portal}/test/draft/")
    page.get_by_label("项目概述").fill("为独居老人送餐")
    state = page.locator("[data-save-state]")
    expect(state).to_have_attribute("data-save-state", "saved", timeout=2500)
    expect(state).to_have_text(re.compile(r"已自动保存 \d\d:\d\d:\d\d"))
    assert draft.values["summary"] == "为独居老人送餐"
    assert draft.saves == 1


def test_second_edit_saves_again_with_the_new_version(live_portal, page: Page, draft):
    page.goto(f"{live_portal}/test/draft/")
    state = page.locator("[data-save-state]")
    for text in ("一", "一二"):
        page.get_by_label("项目概述").fill(text)
        expect(state).to_have_attribute("data-save-state", "dirty")
        expect(state).to_have_attribute("data-save-state", "saved")
    assert (draft.values["summary"], draft.version) == ("一二", 3)


def test_offline_text_stays_and_is_sent_when_the_line_returns(live_portal, page: Page, context: BrowserContext, draft):
    page.goto(f"{live_portal}/test/draft/")
    context.set_offline(True)
    page.get_by_label("项目概述").fill("断网时写的")
    state = page.locator("[data-save-state]")
    expect(state).to_have_attribute("data-save-state", "offline")
    assert draft.saves == 0
    context.set_offline(False)
    expect(state).to_have_attribute("data-save-state", "saved", timeout=8000)
    assert draft.values["summary"] == "断网时写的"
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_text_of_a_killed_tab_is_offered_again(live_portal, page: Page, context: BrowserContext, draft):
    page.goto(f"{live_portal}/test/draft/")
    context.set_offline(True)
    page.get_by_label("项目概述").fill("没来得及保存")
    expect(page.locator("[data-save-state]")).to_have_attribute("data-save-state", "offline")
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(f"{live_portal}/test/draft/")
    again.get_by_role("button", name="恢复").click()
    expect(again.get_by_label("项目概述")).to_have_value("没来得及保存")
    expect(again.locator("[data-save-state]")).to_have_attribute("data-save-state", "saved")
    assert draft.values["summary"] == "没来得及保存"


@pytest.mark.parametrize(("choice", "kept"), [("保留我的", "我的文字"), ("采用对方的", "对方的文字")])
def test_conflict_shows_both_values_and_keeps_the_chosen_one(live_portal, page: Page, draft, choice, kept):
    page.goto(f"{live_portal}/test/draft/")
    draft.version, draft.theirs = 5, {"summary": "对方的文字"}
    page.get_by_label("项目概述").fill("我的文字")
    panel = page.locator(".save-conflict")
    expect(panel).to_contain_text("李华 刚刚修改了相同的内容")
    expect(panel).to_contain_text("我的文字")
    expect(panel).to_contain_text("对方的文字")
    expect(panel).to_be_focused()
    assert_sound(page, page.url)
    panel.get_by_role("button", name=choice).click()
    expect(page.locator("[data-save-state]")).to_have_attribute("data-save-state", "saved")
    assert draft.values["summary"] == kept


def test_refused_draft_says_why_and_stops(live_portal, page: Page, draft):
    page.goto(f"{live_portal}/test/draft/")
    draft.mode = "submitted"
    page.get_by_label("项目概述").fill("迟了")
    expect(page.locator("[data-save-state]")).to_have_text("未能保存：申报书已提交，不能再改。")


@pytest.mark.parametrize("skew", [timedelta(days=1), timedelta(days=-1)])
def test_clock_is_the_servers_whatever_the_visitors_clock(live_portal, page: Page, skew):
    page.clock.set_fixed_time(timezone.now() + skew)
    page.goto(live_portal)
    shown = page.locator("[data-clock]").inner_text()
    day = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    assert shown[:13] == day[:13]


def test_form_closes_by_itself_at_the_deadline(live_portal, page: Page, draft):
    draft.closes_at = timezone.now() + timedelta(seconds=3)
    page.goto(f"{live_portal}/test/draft/")
    expect(page.get_by_label("项目名称")).to_be_enabled()
    expect(page.get_by_label("项目名称")).to_be_disabled(timeout=6000)
    expect(page.get_by_role("alert")).to_contain_text("已到截止时间")


def test_switching_language_keeps_page_and_typed_text(live_portal, page: Page, draft):
    page.goto(f"{live_portal}/test/draft/")
    page.get_by_label("项目概述").fill("切换语言前写的")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith("/test/draft/")
    expect(page.get_by_label("项目概述")).to_have_value("切换语言前写的")


def test_rows_can_be_added_to_a_table_of_rows(live_portal, page: Page):
    page.goto(f"{live_portal}/ui/components/")
    page.get_by_role("button", name="增加一行").click()
    expect(page.get_by_label("第 4 行：支出科目")).to_be_focused()
    expect(page.locator('[name="budget-TOTAL_FORMS"]')).to_have_value("4")
    assert_sound(page, page.url)


def test_count_shows_what_is_left(live_portal, page: Page):
    page.goto(f"{live_portal}/ui/components/")
    page.locator("#plain_summary").fill("十个字十个字十个字啊")
    expect(page.locator('[data-count-for="plain_summary"]')).to_have_text("还可输入 490 字")


def test_print_leaves_the_record_only(live_portal, page: Page):
    page.goto(f"{live_portal}/ui/components/")
    page.emulate_media(media="print")
    for gone in (".topbar", ".mainnav", ".footer", ".actions", ".demo-bar"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator("h1").first).to_be_visible()
