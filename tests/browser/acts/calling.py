"""Step 1: the office writes the guide, is stopped by a rule once, the leading group approves, the office publishes."""

from __future__ import annotations

from playwright.sync_api import expect

from procurement.demo.steps.guiding import REQUIREMENTS, SUMMARY
from tests.browser.desks import Desks, choose, confirm, state

TITLE = "北京市朝阳区2026年使用社会建设专项资金购买社会组织服务项目申报指南"


def write_the_guide(desks: Desks) -> None:
    page = desks.open("office", "/guides/")
    page.get_by_role("link", name="编制指南").click()
    page.get_by_label("名称").fill(TITLE)
    page.get_by_label("年度", exact=False).first.fill("2026")
    page.get_by_label("资金额度").select_option(index=1)
    page.get_by_label("申报开始").fill("2026-01-19T09:00")
    page.get_by_label("申报截止").fill("2026-02-09T17:00")
    page.get_by_label("工作要求").fill(SUMMARY)
    page.get_by_label("申报条件").fill(f"{REQUIREMENTS}\n五、申报单位的注册地须在朝阳区。")
    page.get_by_label("咨询方式").fill("朝阳区社会建设工作领导小组办公室 010-8500 0000")
    page.get_by_label("财政部门").select_option(label="北京市朝阳区财政局")
    page.get_by_label("支付机构").select_option(label="北京市朝阳区财政局")
    page.get_by_label("民政部门").select_option(label="北京市朝阳区民政局")
    page.get_by_label("领域和类别").select_option(label="五大方面 40 个类别（示例）")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("R-057 申报条件不得对注册地址和成立年限作硬性规定")
    expect(page.get_by_label("申报条件")).to_have_value(f"{REQUIREMENTS}\n五、申报单位的注册地须在朝阳区。")
    desks.keep(page, "guide-refused-office")
    page.get_by_label("申报条件").fill(REQUIREMENTS)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("指南草稿已建立")).to_be_visible()
    expect(state(page)).to_have_text("草稿")
    desks.remember("guide", page)


def choose_the_rubric(desks: Desks) -> None:
    page = desks.open("office", desks.links["guide"])
    page.get_by_role("link", name="设置评分办法").click()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="选用并编辑").click()
    desks.keep(page, "rubric-office")
    page.get_by_role("link", name="查看并定稿").click()
    choose(page, "定稿")
    confirm(page, "定稿")
    expect(state(page)).to_have_text("已定稿")


def send_up_and_publish(desks: Desks) -> None:
    guide = desks.links["guide"]
    desks.take("office", guide, "送审")
    desks.clock.let_time_pass(working_days=2)
    page = desks.take("leader", guide, "批准")
    expect(state(page)).to_have_text("已批准")
    desks.keep(page, "guide-approved-leader")
    desks.clock.let_time_pass(working_days=1)
    page = desks.take("office", guide, "发布指南")
    expect(state(page)).to_have_text("受理申报")
    desks.keep(page, "guide-open-office")
    visitor = desks.open("anyone", "/")
    visitor.get_by_role("link", name=TITLE).first.click()
    expect(visitor.get_by_role("main")).to_contain_text("评分办法")
    desks.keep(visitor, "guide-visitor", phone=True)


STEPS = (write_the_guide, choose_the_rubric, send_up_and_publish)
