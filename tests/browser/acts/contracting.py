"""Steps 9–10: the budget comes down to the grant, both heads sign with their passwords, a tranche is paid by three."""

from __future__ import annotations

from playwright.sync_api import expect

from procurement.demo.accounts import PASSWORD
from tests.browser.desks import Desks, choose, confirm, fill, state


def revise(desks: Desks) -> None:
    """15,600 yuan less: fewer screenings' materials and fewer recorded books, to the cent (R-179)."""
    desks.clock.let_time_pass(working_days=2)
    page = desks.open("org1", desks.links["application"])
    page.get_by_role("link", name="按批复资金细化预算").first.click()
    expect(page.get_by_text("合计比批复资金多 15,600.00 元")).to_be_visible()
    desks.keep(page, "revision-org1")
    rows = page.locator("table tbody tr")
    for description, quantity in (("观影活动物资", "24"), ("有声图书", "30")):
        row = rows.filter(has=page.locator(f"input[value*={description}]"))
        row.locator("input[name$=quantity]").fill(quantity)
    rows.filter(has=page.locator("input[value*=影厅]")).locator("input[name$=unit_price]").fill("297")
    fill(page, {"方案调整说明": "按批复资金压减活动物资和有声图书录制数量，服务人数和指标不变。"})
    page.get_by_role("button", name="保存并重新合计").click()
    expect(page.get_by_text("合计比批复资金")).to_be_hidden()
    desks.keep(page, "revised-org1")
    page = desks.take("org1-head", desks.links["application"], "按批复资金细化方案和预算")
    expect(state(page)).to_have_text("待签约")


def draft_the_contract(desks: Desks) -> None:
    desks.clock.let_time_pass(working_days=1)
    page = desks.open("district", desks.links["application"])
    page.get_by_role("button", name="拟定合同").click()
    desks.keep(page, "contract-draft-district")
    page.get_by_role("button", name="保存").click()
    expect(state(page)).to_have_text("草稿")
    contract = desks.remember("contract", page)
    desks.clock.let_time_pass(working_days=1)
    page = desks.take("checker", contract, "复核通过")
    desks.keep(page, "contract-checked-checker")
    desks.take("district", contract, "送承接主体签署")


def sign_the_contract(desks: Desks) -> None:
    """A wrong password signs nothing."""
    contract = desks.links["contract"]
    page = desks.open("org1-head", contract)
    choose(page, "承接主体签署")
    fill(page, {"登录密码": "not-my-password"})
    page.get_by_role("main").get_by_role("button", name="承接主体签署").click()
    expect(page.get_by_role("main")).to_contain_text("密码不正确，请重新输入")
    desks.keep(page, "sign-refused-org1-head", phone=True)
    fill(page, {"登录密码": PASSWORD})
    confirm(page, "承接主体签署")
    desks.clock.let_time_pass(days=1)
    page = desks.take("signer", contract, "购买主体签署", 登录密码=PASSWORD)
    desks.keep(page, "contract-signed-signer")
    expect(state(desks.open("org1", desks.links["application"]))).to_have_text("实施中")
    desks.clock.let_time_pass(working_days=1)
    page = desks.take("finance", contract, "备案")
    desks.keep(page, "contract-filed-finance")


def pay_the_first_tranche(desks: Desks) -> None:
    pay(desks, 1)


def pay(desks: Desks, tranche: int) -> None:
    """Asked for by the buyer, approved by finance, paid by the treasury, confirmed by the receiver."""
    page = desks.open("district", desks.links["application"])
    page.get_by_role("link", name=f"第 {tranche} 期", exact=True).click()
    payment = desks.remember(f"payment_{tranche}", page)
    today = desks.clock.today.isoformat()
    desks.take("district", payment, "申请付款", 发票号码=f"2611200000{tranche:02d}", 收到发票日期=today)
    desks.clock.let_time_pass(working_days=1)
    desks.take("finance", payment, "审批通过")
    desks.clock.let_time_pass(working_days=1)
    page = desks.take("treasury", payment, "支付", 支付凭证号=f"PZ-2026-{tranche:04d}")
    desks.keep(page, f"paid-{tranche}-treasury")
    page = desks.take("org1", payment, "确认到账")
    desks.keep(page, f"received-{tranche}-org1")


STEPS = (revise, draft_the_contract, sign_the_contract, pay_the_first_tranche)
