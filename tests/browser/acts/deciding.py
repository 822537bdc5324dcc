"""Steps 6–8: less is granted than asked, finance confirms, the list is publicised, objected to, approved."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import expect

from tests.browser.acts.applying import TITLE
from tests.browser.desks import ANYONE, Desks, fact, fill, prove, state

GRANTED = "140400"


def decide(desks: Desks) -> None:
    desks.clock.let_time_pass(working_days=2)
    page = desks.open("leader", desks.links["guide"])
    page.get_by_role("link", name="领导小组审定表").click()
    row = page.locator("table tbody tr").filter(has_text=TITLE)
    row.get_by_label("审定结论").select_option(label="拟立项")
    row.get_by_label("批复资金").fill(GRANTED)
    row.get_by_label("意见或理由").fill("同意立项，按专家意见压减活动物资。")
    desks.keep(page, "decision-leader")
    prove(page)
    page.get_by_role("button", name="保存审定结论").click()
    expect(page.locator("table tbody tr").filter(has_text=TITLE)).to_contain_text("拟立项")
    desks.clock.let_time_pass(working_days=1)
    page = desks.take("finance", desks.links["application"], "资金审核通过")
    expect(state(page)).to_have_text("资金已审核")
    desks.keep(page, "funds-finance")


def publicise(desks: Desks) -> None:
    desks.clock.let_time_pass(working_days=1)
    page = desks.open("office", desks.links["guide"])
    page.get_by_role("link", name="拟定公示").click()
    fill(page, {"异议受理方式": "朝阳区社会建设工作领导小组办公室 010-8500 0000"})
    page.get_by_role("button", name="保存草稿").click()
    desks.remember("publicity", page)
    page = desks.take("office", desks.links["publicity"], "发布公示")
    expect(state(page)).to_have_text("公示中")
    expect(state(desks.open("office", desks.links["application"]))).to_have_text("公示中")


def object_and_recheck(desks: Desks) -> None:
    desks.clock.let_time_pass(days=1, hours=2)
    visitor = desks.open(ANYONE, desks.links["publicity"])
    visitor.get_by_label("有异议的项目").select_option(index=1)
    fill(visitor, {"异议的事实和理由": "该项目内容与街道现有助残服务相近，请核实是否重复购买。"})
    desks.keep(visitor, "objection-visitor", phone=True)
    visitor.get_by_role("button", name="提交异议").click()
    expect(visitor.get_by_role("main")).to_contain_text("异议")
    desks.keep(visitor, "objection-filed-visitor", phone=True)
    expect(state(desks.open("office", desks.links["application"]))).to_have_text("公示有异议")
    desks.clock.let_time_pass(days=1)
    page = desks.open("office")
    page.goto(desks.address + desks.links["publicity"])
    page.get_by_role("link").filter(has_text="异议").last.click()
    desks.remember("objection", page)
    page = desks.take(
        "office",
        desks.links["objection"],
        "异议不成立",
        理由="经核对街道购买清单，服务对象和内容不同，不构成重复购买。",
    )
    desks.keep(page, "objection-office")
    expect(state(desks.open("office", desks.links["application"]))).to_have_text("公示中")


def approve(desks: Desks) -> None:
    """The period ends by itself after its last working day."""
    page = desks.open("office", desks.links["publicity"])
    ends_on = fact(page, "公示期").inner_text().split("—")[1].split()[0]
    desks.links["ends_on"] = ends_on
    desks.clock.let_time_pass(until=date.fromisoformat(ends_on))
    desks.clock.let_time_pass(days=1)
    expect(state(desks.open(ANYONE, desks.links["publicity"]))).to_have_text("公示期满")
    page = desks.take("office", desks.links["application"], "立项批复")
    expect(state(page)).to_have_text("已立项")
    desks.keep(page, "approved-office")


STEPS = (decide, publicise, object_and_recheck, approve)
