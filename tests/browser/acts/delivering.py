"""Steps 11–12: launched, activities entered on a phone, vouchers, a visit, the quarter reported, returned, accepted."""

from __future__ import annotations

import re
import tempfile
from datetime import date
from pathlib import Path

from playwright.sync_api import Page, expect

from procurement.demo.steps.delivering import ANSWERS, picture
from tests.browser.acts.applying import rows
from tests.browser.desks import DESK, PHONE, Desks, choose, confirm, fill, state

#: Planned day, name, place, people expected.
PLANNED = (
    ("2026-05-16", "讲述电影《城南旧事》两场", "朝外街道社区文化活动中心", "60"),
    ("2026-06-13", "讲述电影《英雄儿女》两场", "建外街道永安里社区", "60"),
    ("2026-07-11", "年度成果展示暨志愿者答谢活动", "朝外街道社区文化活动中心", "80"),
)


def launch(desks: Desks) -> None:
    desks.clock.let_time_pass(working_days=2)
    page = desks.open("org1", desks.links["application"])
    page.get_by_role("link", name="活动计划").click()
    desks.remember("plan", page)
    page.get_by_role("link", name="填写计划").click()
    fill(page, {"监督电话": "010-8599 0000"})
    names = ("planned_on", "title", "place", "person_times")
    labels = dict(zip(names, ("计划日期", "活动名称", "地点", "预计人次"), strict=True))
    rows(page, [dict(zip(names, line, strict=True)) for line in PLANNED], labels)
    page.get_by_role("button", name="保存").click()
    desks.keep(page, "plan-org1")
    page = desks.take("org1-head", desks.links["plan"], "启动项目")
    expect(state(page)).to_have_text("已启动")


def hold_two_activities(desks: Desks) -> None:
    """Entered the same evening with one hand; the second photo comes from the gallery."""
    for number, (day, title, _place, _people) in enumerate(PLANNED[:2]):
        desks.clock.let_time_pass(until=date.fromisoformat(day))
        page = desks.open("org1", desks.links["plan"])
        page.set_viewport_size(PHONE)
        page.get_by_role("link", name=f"登记 {title}").click()
        book_activity(page, people="62", hours="124", volunteers="12", adds=("2", "62"), photo=number)
        desks.keep(page, f"activity-{number + 1}-org1", phone=True)
        page.set_viewport_size(DESK)


def spend(desks: Desks) -> None:
    desks.clock.let_time_pass(days=2)
    for number, (line, amount) in enumerate((("项目专员", "10400"), ("影厅场地费", "600")), start=1):
        book_expense(desks, line, amount, f"记-06-{number:03d}")
    desks.keep(desks.open("org1", f"{desks.links['application']}expenses/"), "expenses-org1")
    page = desks.open("hub", desks.links["application"])
    page.get_by_role("link", name="登记督导").click()
    fill(page, {"地点": "朝外街道社区文化活动中心", "参加人员": "张素云、项目专员、社区助残协管员"})
    fill(page, {"了解到的情况": "现场到场 60 余人，志愿者一对一陪同，签到表与台账一致；影厅坡道扶手一处松动。"})
    page.get_by_label("照片").set_input_files(snapshot(9))
    page.get_by_role("main").locator("form.form button.button--primary").click()
    desks.keep(page, "visit-hub")


def report_the_quarter(desks: Desks) -> None:
    """The report falls due by itself; the hub returns it once for a vague answer."""
    desks.clock.let_time_pass(until=date(2026, 7, 1))
    page = desks.open("org1")
    page.get_by_role("link", name=re.compile("季度报告")).first.click()
    report = desks.remember("report", page)
    page.get_by_role("link", name="填写报告").click()
    for code, text in (ANSWERS | {"problems": "无大问题，进展正常。"}).items():
        page.locator(f"textarea[name={code}]").fill(text)
    expect(page.locator("[data-save-state=saved]")).to_be_visible()
    page.get_by_role("button", name="保存").click()
    page = desks.take("org1-head", report, "提交报告")
    expect(state(page)).to_have_text("已提交")
    page = desks.open("hub", report)
    choose(page, "退回修改")
    page.get_by_role("radio").first.check()
    fill(page, {"具体说明": "支出进度落后时间进度，请说明原因；参加者身体不适的处置和改进措施应写明。"})
    confirm(page, "退回修改")
    desks.keep(page, "report-returned-hub")
    page = desks.open("org1", f"{report}edit/")
    expect(page.get_by_role("main")).to_contain_text("支出进度落后时间进度")
    page.locator("textarea[name=problems]").fill(ANSWERS["problems"])
    page.get_by_role("button", name="保存").click()
    desks.take("org1-head", report, "提交报告")
    desks.take("hub", report, "审核通过", 主责单位意见="已核对签到表和台账，参加过一次现场活动，进展属实。")
    desks.clock.let_time_pass(working_days=1)
    page = desks.take("office", report, "通过并公开摘要")
    expect(state(page)).to_have_text("已通过")
    desks.keep(page, "report-accepted-office")


def report_the_rest(desks: Desks) -> None:
    """Every other report that has fallen due, in time and without a return."""
    page = desks.open("org1")
    due = page.locator("table.worklist a").filter(has_text=re.compile("季度报告|中期报告"))
    for report in list(dict.fromkeys(link.get_attribute("href") or "" for link in due.all())):
        page = desks.open("org1", f"{report}edit/")
        for code, text in ANSWERS.items():
            page.locator(f"textarea[name={code}]").fill(text)
        page.get_by_role("button", name="保存").click()
        desks.take("org1-head", report, "提交报告")
        desks.take("hub", report, "审核通过", 主责单位意见="已核对签到表和台账，进展属实，同意报送。")
        page = desks.take("office", report, "通过并公开摘要")
        expect(state(page)).to_have_text("已通过")


STEPS = (launch, hold_two_activities, spend, report_the_quarter)


def book_activity(page: Page, *, people: str, hours: str, volunteers: str, adds: tuple[str, str], photo: int) -> None:
    fill(page, {"服务人次": people, "服务时长": hours, "志愿者": volunteers})
    page.get_by_label("已为志愿者投保").check()
    for place, quantity in enumerate(adds):
        page.locator("input[name^=adds-]").nth(place).fill(quantity)
    fill(page, {"活动情况": "志愿者在地铁口接站，口述影像现场讲述，结束后逐一送回。"})
    page.get_by_label("活动照片").set_input_files(snapshot(photo))
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("活动照片")


def book_expense(desks: Desks, line: str, amount: str, voucher: str) -> None:
    page = desks.open("org1", f"{desks.links['application']}expenses/new/")
    choice = page.get_by_label("预算科目").locator("option").filter(has_text=line)
    page.get_by_label("预算科目").select_option(choice.get_attribute("value"))
    fill(page, {"金额": amount, "用途": f"{line}（本期）", "收款方": "北京朝外文化服务有限公司", "凭证号": voucher})
    here = page.url
    page.get_by_role("main").locator("form.form button.button--primary").click()
    page.wait_for_url(lambda url: url != here)


def snapshot(number: int) -> Path:
    """A photo as a phone would keep it."""
    path = Path(tempfile.gettempdir()) / f"活动现场{number + 1}.jpg"
    path.write_bytes(picture(number))
    return path
