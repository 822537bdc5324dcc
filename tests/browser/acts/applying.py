"""Steps 2–4: the operator fills in, the head submits, the hub recommends, the office sends back once and passes."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from procurement.demo.steps.applying import CINEMA, FILES, UPLOADS
from tests.browser.desks import Desks, choose, confirm, fact, fill, state

TITLE = CINEMA["title"]
STARTS_ON, ENDS_ON = "2026-05-06", "2026-07-20"
SAVED = re.compile(r"已自动保存 \d\d:\d\d:\d\d")


def begin(desks: Desks) -> None:
    desks.clock.let_time_pass(days=5)
    page = desks.open("org1", desks.links["guide"])
    page.get_by_role("button", name="开始申报").click()
    expect(page.locator(".not-submitted")).to_contain_text("尚未提交")
    expect(page.get_by_text("已完成 0 / 9 个部分")).to_be_visible()
    desks.remember("tasks", page)
    desks.keep(page, "tasks-org1")


def tell_the_basics(desks: Desks) -> None:
    page = desks.open("org1", desks.links["tasks"])
    page.get_by_role("link", name="基本信息").click()
    page.get_by_label("申报类别").select_option(label=_category(page))
    fill(page, {"项目名称": TITLE, "项目简介": CINEMA["summary"], "实施地点": CINEMA["place"]})
    fill(page, {"开始日期": STARTS_ON, "结束日期": ENDS_ON, "预计服务人数": CINEMA["people"]})
    for group in ("残疾人", "老年人"):
        page.get_by_label(group).check()
    fill(page, {"项目负责人": "郑晓洁", "负责人电话": "010-85000011"})
    expect(page.locator("[data-save-state=saved]")).to_have_text(SAVED)
    desks.keep(page, "autosaved-org1", phone=True)
    go_on(page)
    fill(page, {"需求分析": CINEMA["need"], "项目目标": CINEMA["goals"]})
    fill(page, {"实施方案": CINEMA["scheme"], "进度安排": CINEMA["schedule"]})
    go_on(page)


def ask_for_money(desks: Desks) -> None:
    page = desks.open("org1", desks.links["tasks"])
    page.get_by_role("link", name="预算", exact=True).click()
    page.get_by_label("社会工作类").check()
    page.get_by_label("测算依据").fill(CINEMA["basis"])
    rows(
        page,
        CINEMA["lines"],
        {"item": "科目", "description": "用途", "unit": "单位", "quantity": "数量", "unit_price": "单价"},
    )
    expect(page.locator("[data-budget-total]")).to_have_text("156,000.00 元")
    desks.keep(page, "budget-org1")
    go_on(page)
    page.get_by_label("有", exact=True).check()
    sources = [{k: v for k, v in row.items() if k != "secured"} for row in CINEMA["sources"]]
    rows(page, sources, {"source": "来源", "kind": "性质", "amount": "金额"})
    page.get_by_label("第 1 行：已落实").check()
    go_on(page)
    rows(
        page,
        CINEMA["indicators"],
        {"kind": "类型", "name": "指标", "target": "目标值", "unit": "单位", "how_known": "如何衡量"},
    )
    desks.keep(page, "indicators-org1")
    go_on(page)


def show_standing(desks: Desks) -> None:
    page = desks.open("org1", desks.links["tasks"])
    page.get_by_role("link", name="申报单位资质").click()
    page.get_by_label("专职工作人员数").fill("9")
    for label in ("有固定办公场所", "有合法稳定的收入来源", "执行民间非营利组织会计制度", "有独立银行账户"):
        page.get_by_label(label).check()
    page.get_by_label("党的组织和工作覆盖情况").select_option(label="联合建立党组织")
    page.get_by_label("否", exact=True).check()
    for box in page.get_by_role("group", name="选用资质证书").get_by_role("checkbox").all():
        box.check()
    go_on(page)
    page.get_by_role("radio").first.check()
    go_on(page)


def attach_files(desks: Desks) -> None:
    page = desks.open("org1", desks.links["tasks"])
    page.get_by_role("link", name="附件").click()
    for kind, name in UPLOADS:
        box = page.locator("form.form").filter(has=page.locator(f"input[name=kind][value={kind}]"))
        box.locator("input[type=file]").set_input_files(FILES / name)
        box.locator("button").click()
        expect(page.get_by_role("main")).to_contain_text(name.removesuffix(".pdf"))
    desks.keep(page, "files-org1")
    page.get_by_role("main").get_by_role("link", name="继续").click()
    for word in ("所填内容和所附材料真实", "近两年内未受行政处罚", "同一或相近项目未获"):
        page.get_by_label(word).check()
    page.get_by_label("声明人").fill("郑晓洁")
    go_on(page)
    expect(page.get_by_text("已完成 9 / 9 个部分")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="检查并提交").click()
    expect(page.get_by_text("须由负责人提交")).to_be_visible()
    desks.keep(page, "check-org1")
    desks.remember("check", page)


def submit(desks: Desks) -> None:
    page = desks.open("org1-head", desks.links["check"])
    page.get_by_role("button", name="提交申报").click()
    expect(page.get_by_role("heading", name="申报已提交")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("SHA-256")
    desks.keep(page, "receipt-org1-head")
    page = desks.open("org1-head", "/applications/")
    page.get_by_role("link", name=TITLE).click()
    expect(state(page)).to_have_text("已提交")
    desks.remember("application", page)
    page.get_by_role("link", name="办理进度").click()
    desks.remember("case", page)


def endorse(desks: Desks) -> None:
    desks.clock.let_time_pass(working_days=2)
    page = desks.open("hub")
    page.get_by_role("link", name=TITLE).click()
    choose(page, "同意推荐")
    seat = fact(page, "办理身份").inner_text()
    fill(page, {"推荐意见": "该单位长期扎根社区，服务规范、财务清楚，项目需求真实、方案可行，同意推荐。"})
    fill(page, {"印章文字": seat.partition(" · ")[0]})
    desks.keep(page, "endorse-hub")
    confirm(page, "同意推荐")
    expect(state(page)).to_have_text("已推荐")


def send_back_once(desks: Desks) -> None:
    desks.clock.let_time_pass(working_days=1)
    page = desks.open("office", desks.links["application"])
    page.get_by_role("link", name="初审清单").click()
    desks.remember("precheck", page)
    line = page.locator(".check-line").filter(has_text="预算")
    line.get_by_label("未通过").check()
    line.get_by_role("textbox").fill("测算依据未附询价记录，请补充三家询价结果。")
    page.get_by_role("button", name="保存清单").click()
    page.goto(desks.address + desks.links["application"])
    choose(page, "退回补正")
    expect(page.get_by_label("需要补正的内容")).to_have_value(re.compile("请补充三家询价结果"))
    confirm(page, "退回补正")
    expect(state(page)).to_have_text("退回修改")
    desks.keep(page, "returned-office")


def correct(desks: Desks) -> None:
    desks.clock.let_time_pass(working_days=1)
    page = desks.open("org1")
    page.get_by_role("link", name=TITLE).first.click()
    page.goto(desks.address + desks.links["tasks"])
    expect(page.get_by_text("只能补正一次")).to_be_visible()
    desks.keep(page, "returned-org1", phone=True)
    page.get_by_role("link", name="预算", exact=True).click()
    page.get_by_label("测算依据").fill(f"{CINEMA['basis']}补充：影厅场地三家询价 280 元、300 元、350 元，取中间价。")
    go_on(page)
    head = desks.open("org1-head", desks.links["check"])
    head.get_by_role("button", name="提交补正").click()
    expect(head.get_by_role("main")).to_contain_text("回执")
    desks.keep(head, "receipt-corrected-org1-head")


def pass_the_check(desks: Desks) -> None:
    desks.clock.let_time_pass(working_days=1)
    page = desks.open("civil", desks.links["precheck"])
    page.get_by_role("main").get_by_label("通过", exact=True).check()
    page.get_by_role("main").get_by_role("textbox").fill("登记状态正常，上年度年检合格，无不良信用记录。")
    desks.keep(page, "precheck-civil")
    page.get_by_role("button", name="保存清单").click()
    page = desks.open("office", desks.links["precheck"])
    for line in page.locator(".check-line").filter(has=page.get_by_role("radio")).all():
        line.get_by_label("通过", exact=True).check()
    desks.keep(page, "precheck-office")
    page.get_by_role("button", name="保存清单").click()
    page = desks.take("office", desks.links["application"], "初审通过")
    expect(state(page)).to_have_text("初审通过")


STEPS = (
    begin, tell_the_basics, ask_for_money, show_standing, attach_files, submit, endorse, send_back_once, correct,
    pass_the_check,
)  # fmt: skip


def go_on(page: Page) -> None:
    here = page.url
    page.get_by_role("button", name=re.compile("^保存(并继续)?$")).click()
    page.wait_for_url(lambda url: url != here)


def rows(page: Page, lines: list[dict[str, Any]], labels: dict[str, str]) -> None:
    """Type a table row by row, asking for more rows as needed; choices by their value, the rest as text."""
    for number, line in enumerate(lines, start=1):
        first = page.get_by_label(f"第 {number} 行：{next(iter(labels.values()))}", exact=True)
        if not first.count():
            page.get_by_role("button", name="增加一行").click()
        for name, label in labels.items():
            cell = page.get_by_label(f"第 {number} 行：{label}", exact=True)
            if cell.evaluate("cell => cell.tagName") == "SELECT":
                cell.select_option(line[name])
            else:
                cell.fill(line[name])


def _category(page: Page) -> str:
    return next(text for text in page.get_by_label("申报类别").locator("option").all_inner_texts() if "B6" in text)
