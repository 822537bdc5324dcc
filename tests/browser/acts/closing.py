"""Steps 14–16 and 18: the last entries, the report, three recipients, the audit, the refund, closed and archived."""

from __future__ import annotations

import re
from datetime import date

from playwright.sync_api import expect

from tests.browser.acts.contracting import pay
from tests.browser.acts.delivering import PLANNED, book_activity, book_expense, report_the_rest
from tests.browser.desks import ANYONE, Desks, choose, confirm, fill, state

CLOSEOUT = {
    "项目实施情况": "按申报书和细化方案完成全部活动，服务记录、签到和照片齐全。",
    "主要成效": "视障居民走出家门参与社区文化生活，形成稳定的志愿讲述队伍。",
    "资金使用情况": "资金专账核算，支出与细化预算一致，结余按规定退回。",
    "服务对象确认情况": "服务对象签到表和电话回访记录由主责单位抽查确认。",
    "问题和建议": "周末场地紧张，建议街道统筹安排。",
    "自评得分": "94",
}
RECIPIENTS = (("张*", "电话"), ("李*", "上门"), ("王*", "张贴通知"))


def pay_the_second_tranche(desks: Desks) -> None:
    pay(desks, 2)


def finish_the_work(desks: Desks) -> None:
    """The last activity brings the count to its targets, the last vouchers every line to its sum."""
    desks.clock.let_time_pass(until=date.fromisoformat(PLANNED[2][0]))
    page = desks.open("org1", desks.links["plan"])
    page.get_by_role("link", name=f"登记 {PLANNED[2][1]}").click()
    book_activity(page, people="1076", hours="1076", volunteers="80", adds=("36", "1076"), photo=3)
    page = desks.open("org1", f"{desks.links['application']}expenses/new/")
    options = page.get_by_label("预算科目").locator("option").all_inner_texts()
    left = [re.search(r"· (.*)（余 ([\d,.]+) 元）", text) for text in options]
    for number, found in enumerate(filter(None, left), start=1):
        amount = found[2].replace(",", "")
        if float(amount):
            book_expense(desks, found[1], amount, f"记-07-{number:03d}")
    desks.keep(desks.open("org1", desks.links["application"]), "delivery-org1")


def report_the_end(desks: Desks) -> None:
    """The last quarter first, then the closeout report with what the ledger counts."""
    desks.clock.let_time_pass(until=date(2026, 7, 27))
    report_the_rest(desks)
    page = desks.open("org1", desks.links["application"])
    page.get_by_role("button", name="编制结项报告").click()
    for indicator in page.locator("table tbody tr").all():
        target, booked = (indicator.locator("td.num").nth(n).inner_text().split()[0] for n in (0, 1))
        done = booked if float(booked.replace(",", "")) else target
        indicator.locator("input[name$=-actual]").fill(done.replace(",", ""))
    fill(page, CLOSEOUT)
    page.get_by_role("button", name="保存").click()
    closeout = desks.remember("closeout", page)
    desks.keep(page, "closeout-org1")
    page = desks.take("org1-head", closeout, "提交结项报告")
    expect(state(page)).to_have_text("已提交")
    expect(state(desks.open("org1", desks.links["application"]))).to_have_text("结项办理中")
    desks.clock.let_time_pass(working_days=1)
    desks.take("hub", closeout, "报告通过")


def accept(desks: Desks) -> None:
    """Three recipients are told; two speak through the code on their slips, one of them on a phone."""
    page = desks.open("hub", desks.links["application"])
    page.get_by_role("button", name="组织验收").click()
    acceptance = desks.remember("acceptance", page)
    for name, way in RECIPIENTS:
        fill(page, {"称谓": name})
        page.get_by_label("通知方式").select_option(label=way)
        page.get_by_role("button", name="登记", exact=True).click()
        expect(page.get_by_role("rowheader", name=name)).to_be_visible()
    desks.take("hub", acceptance, "通知服务对象")
    page = desks.open("hub", f"{acceptance}slips/")
    desks.keep(page, "slips-hub")
    codes = page.locator(".slip__code").all_inner_texts()
    desks.clock.let_time_pass(working_days=2)
    speak(desks, codes[0])
    desks.take(
        "hub", acceptance, "现场验收", 现场验收日期=desks.clock.today.isoformat(), 现场地点="朝外街道社区服务中心"
    )
    speak(desks, codes[1], keep=False)
    judge(desks, acceptance)
    page = desks.open("hub", acceptance)
    choose(page, "拟定验收意见")
    page.get_by_role("radio").first.check()
    fill(page, {"验收意见": "项目按合同完成，服务对象评价良好，同意验收。"})
    confirm(page, "拟定验收意见")
    desks.take("hub", acceptance, "书面通报")
    desks.take("org1-head", acceptance, "确认无异议")
    page = desks.take("hub", acceptance, "验收定案")
    desks.keep(page, "acceptance-hub")


def speak(desks: Desks, code: str, *, keep: bool = True) -> None:
    """A resident types the code from the slip; no account, no name."""
    page = desks.open(ANYONE, "/witness/")
    fill(page, {"意见码": code})
    page.get_by_role("button", name="下一步").click()
    page.get_by_text("非常满意", exact=True).click()
    page.get_by_text("服务人员态度好、有耐心").click()
    if keep:
        desks.keep(page, "witness-resident", phone=True)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("main")).to_contain_text("谢谢")


def judge(desks: Desks, acceptance: str) -> None:
    page = desks.open("hub", f"{acceptance}site/")
    for number, choice in enumerate(page.locator("select[name^=recipient-]").all()):
        choice.select_option("yes" if number < 2 else "no")
    for choice in page.locator("select[name^=standard-]").all():
        choice.select_option("yes")
    for evidence in page.locator("input[name$=-evidence]").all():
        evidence.fill("活动台账和现场核对")
    desks.keep(page, "site-hub")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("main")).to_contain_text("活动台账和现场核对")


def audit_the_money(desks: Desks) -> None:
    """One voucher of 320 yuan has the wrong name on it and goes back."""
    desks.clock.let_time_pass(working_days=1)
    page = desks.open("office", desks.links["application"])
    page.get_by_role("link", name="委托审计").click()
    page.get_by_label("审计机构").select_option(index=1)
    page.get_by_role("button", name="委托").click()
    audit = desks.remember("audit", page)
    page = desks.open("cpa", audit)
    choose(page, "接受委托")
    page.get_by_label("本机构与项目各方不存在利害关系").check()
    confirm(page, "接受委托")
    page = desks.open("cpa", f"{audit}fieldwork/")
    fill(page, {"审计范围和抽查情况": "抽查全部银行流水和 60% 的支出凭证，核对合同、发票和签收记录。"})
    last = page.locator("table tbody tr").last
    last.locator("input[name$=-ineligible]").fill("320")
    last.locator("input[name$=-reason]").fill("一张票据抬头不符")
    last.get_by_label("已整改或同意退回").check()
    desks.keep(page, "fieldwork-cpa")
    page.get_by_role("button", name="保存").click()
    desks.take("cpa", audit, "送达征求意见稿")
    desks.clock.let_time_pass(working_days=1)
    desks.take("org1-head", audit, "提交说明", 对征求意见稿的说明="情况属实，同意退回 320 元。")
    page = desks.open("cpa", audit)
    choose(page, "出具审计报告")
    page.get_by_label("基本合规，有不合规支出").check()
    fill(page, {"审计结论": "资金使用基本合规，一笔 320 元支出不合规，应予退回。"})
    confirm(page, "出具审计报告")
    desks.keep(page, "audit-cpa")


def give_back(desks: Desks) -> None:
    """The last tranche is paid in full, then what was wrongly spent goes back."""
    pay(desks, 3)
    page = desks.open("org1", desks.links["application"])
    page.get_by_role("link", name=re.compile(r"^[\d,.]+ 元$")).last.click()
    refund = desks.remember("refund", page)
    page = desks.take("org1", refund, "登记退款", 退款凭证号="TK-2026-0001")
    desks.keep(page, "refund-org1")
    page = desks.take("treasury", refund, "确认入库")
    expect(state(page)).to_have_text("已入库")


def close_and_archive(desks: Desks) -> None:
    desks.clock.let_time_pass(working_days=1)
    page = desks.take(
        "office", desks.links["application"], "结项审定", 结项审定意见="验收、审计和评估材料齐备，同意结项。",
        奖励或记录="列入年度优秀项目案例",
    )  # fmt: skip
    expect(state(page)).to_have_text("结项")
    desks.keep(page, "closed-office")
    desks.clock.let_time_pass(working_days=1)
    page = desks.open("office", f"{desks.links['application']}archive/")
    desks.keep(page, "archive-list-office")
    page = desks.take("office", desks.links["application"], "公开结果并归档")
    expect(state(page)).to_have_text("归档")
    page = desks.open(ANYONE, f"/projects/{desks.links['application'].split('/')[2]}/")
    expect(page.get_by_role("main")).to_contain_text("心目影院")
    desks.keep(page, "project-visitor", phone=True)


STEPS = (pay_the_second_tranche, finish_the_work, report_the_end, accept, audit_the_money)
STEPS_LAST = (give_back, close_and_archive)
