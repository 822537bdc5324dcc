"""Step 5: a panel is planned, drawn before a witness, confirms, scores alone, reports and signs."""

from __future__ import annotations

import re
from datetime import date

from playwright.sync_api import Page, expect

from procurement.demo.accounts import ACCOUNTS
from tests.browser.acts.applying import TITLE
from tests.browser.desks import Desks, choose, confirm, fill, state

REVIEW_ON, DUE_ON = "2026-02-12", "2026-02-14"
USERNAMES = {account.name: account.username for account in ACCOUNTS}
#: Points of the five factors as each member gives them.
POINTS = (
    ("18", "22", "17.5", "16", "12"),
    ("17", "21", "18", "15.5", "13"),
    ("18.5", "22.5", "17", "16", "12.5"),
    ("17.5", "21.5", "16.5", "15", "12"),
    ("18", "21", "17", "16.5", "13"),
)
AMOUNTS = ("150000", "148000", "151000", "149000", "150000")


def plan_the_panel(desks: Desks) -> None:
    """The guide closes by itself at its second; then the office plans."""
    page = desks.open("office", desks.links["guide"])
    desks.clock.let_time_pass(until=date(2026, 2, 10))
    page = desks.open("office", desks.links["guide"])
    expect(state(page)).to_have_text("申报截止")
    page.get_by_role("link", name="组建评审组").click()
    fill(page, {"评审日期": REVIEW_ON, "评分截止日": DUE_ON})
    page.get_by_role("button", name="建立评审组").click()
    expect(state(page)).to_have_text("待抽取")
    desks.remember("panel", page)
    choose(page, "锁定专家库")
    confirm(page, "锁定专家库")
    expect(state(page)).to_have_text("专家库已锁定")


def draw(desks: Desks) -> None:
    desks.clock.let_time_pass(hours=1)
    page = desks.open("checker", desks.links["panel"])
    choose(page, "见证并抽取")
    fill(page, {"见证人输入的字符": "掷骰 4 6 1 3 5 2"})
    desks.keep(page, "draw-witness")
    confirm(page, "见证并抽取")
    page = desks.open("office", desks.links["panel"])
    expect(state(page)).to_have_text("已抽取，待确认")
    page.get_by_role("link", name="抽取记录").click()
    page.get_by_role("button", name="在浏览器重算").click()
    expect(page.locator("[data-draw-state=ok]")).to_contain_text("重算一致")
    desks.keep(page, "drawn-office")


def confirm_seats(desks: Desks) -> None:
    for number, username in enumerate(members(desks)):
        page = desks.open(username, "/review/")
        page.get_by_role("main").get_by_role("link").filter(has_text="申报指南").first.click()
        choose(page, "确认参加")
        page.get_by_label("本人声明").check()
        if not number:
            desks.keep(page, "declaration-expert", phone=True)
        confirm(page, "确认参加")
    desks.clock.let_time_pass(until=date.fromisoformat(REVIEW_ON))
    page = desks.take("office", desks.links["panel"], "开始评审")
    expect(state(page)).to_have_text("评分中")


def score(desks: Desks) -> None:
    """The first member never touches the mouse; the others click and type."""
    for number, username in enumerate(members(desks)):
        page = desks.open(username, "/review/")
        if not number:
            _score_by_keyboard(desks, page)
            continue
        page.get_by_role("link", name="开始评分").click()
        fields = page.locator("input.factor__value")
        for place, points in enumerate(POINTS[number]):
            fields.nth(place).fill(points)
        fill(
            page, {"建议资金": AMOUNTS[number], "总体意见": "方案具体，进度和人员落实到场次；建议细化志愿者培训安排。"}
        )
        expect(page.locator("[data-missing]")).to_have_text("各项已评")
        page.get_by_role("button", name="提交评分").click()
        _hand_in(page)
    expect(state(desks.open("office", desks.links["panel"]))).to_have_text("评分完成，待核对")


def report_and_sign(desks: Desks) -> None:
    page = desks.take("office", desks.links["panel"], "形成评审报告")
    page.get_by_role("link", name="评分结果").click()
    desks.keep(page, "results-office")
    signers = members(desks)
    for number, username in enumerate(signers):
        page = desks.open(username, f"{desks.links['panel']}report/")
        choose(page, "签署评审报告")
        page.get_by_label("同意", exact=False).first.check()
        confirm(page, "签署评审报告")
        if number == len(signers) - 1:
            desks.keep(page, "report-signed-expert")
    expect(state(desks.open("office", desks.links["panel"]))).to_have_text("已签署")
    page = desks.open("office", desks.links["application"])
    expect(state(page)).to_have_text("评审完成")


STEPS = (plan_the_panel, draw, confirm_seats, score, report_and_sign)


def members(desks: Desks) -> list[str]:
    """Who the lot fell on, as the office reads it on the panel's page."""
    page = desks.open("office", desks.links["panel"])
    table = page.locator("table").filter(has=page.get_by_text("类别和顺位"))
    names = table.locator("tbody tr").filter(has_text=re.compile("待答复|已确认")).locator("th a").all_inner_texts()
    return [USERNAMES[name] for name in names]


def _score_by_keyboard(desks: Desks, page: Page) -> None:
    page.get_by_role("link", name="开始评分").press("Enter")
    page.wait_for_url(re.compile("/review/sheets/"))
    page.locator("[data-total]").wait_for()
    for points in POINTS[0]:
        page.keyboard.type(points)
        page.keyboard.press("j")
    page.keyboard.press("a")
    page.keyboard.type(AMOUNTS[0])
    expect(page.locator("[data-total]")).to_have_text("85.5")
    expect(page.locator("[data-save-state=saved]")).to_be_visible()
    desks.keep(page, "bench-expert")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("/review/$"))
    page.get_by_role("button", name=re.compile("全部提交")).press("Enter")
    expect(page.get_by_text("已提交 1 份评分表")).to_be_visible()


def _hand_in(page: Page) -> None:
    expect(page.get_by_role("main")).to_contain_text(TITLE)
    confirm(page, "提交评分")
