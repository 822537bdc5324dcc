"""Steps 13 and 17: an independent evaluator looks, asks the recipients, hears both sides; the office publishes."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
from playwright.sync_api import Page, expect

from procurement.demo.steps.evaluating import FINDINGS, SAMPLING, SCHEME
from tests.browser.acts.delivering import snapshot
from tests.browser.desks import ANYONE, DESK, PHONE, Desks, choose, confirm, fill, state

OPINIONS = {
    "recipients": "服务对象认为讲解生动、接送周到，愿意继续参加；建议增加周末场次，控制室温。",
    "third_party": "项目定位准确，执行规范，资金使用合规，成效可以核实，同意给予评定等级。",
    "purchaser_performance": "资金按合同节点拨付，未拖延；购买主体和主责单位按季审核并现场督导，监管到位。",
    "contractor_performance": "服务数量达到时序要求，讲述员专业，志愿者培训后上岗；台账登记个别滞后，已督促补登。",
    "summary": "项目按合同约定推进，服务规范，资金使用合规，服务对象评价较好。",
    "problems": "个别活动台账登记滞后三至五日；有声图书录制进度前松后紧。",
    "advice": "活动当日完成台账登记；每月固定录制有声图书数量；增加周末场次。",
}


def evaluate_midterm(desks: Desks) -> None:
    assessment = order(desks, "中期评估")
    look_around(desks, assessment)
    write_the_bench(desks, assessment)
    desks.keep(desks.open("evaluator", f"{assessment}bench/"), "midterm-bench-evaluator")
    conclude(desks, assessment, "midterm")


def order(desks: Desks, kind: str) -> str:
    """The office appoints an evaluator, who declares independence and proposes how to look."""
    desks.clock.let_time_pass(hours=2)
    page = desks.open("office", desks.links["application"])
    page.get_by_role("button", name=f"安排{kind}").click()
    assessment = desks.remember(kind, page)
    choose(page, "选定评估机构")
    page.get_by_label("评估机构").select_option(index=1)
    fill(page, {"选定方式和理由": "从第三方评估机构名录中按领域抽取；与各方无关联。", "评估费用": "6800"})
    confirm(page, "选定评估机构")
    page = desks.open("evaluator", assessment)
    choose(page, "签署独立性声明并提交方案")
    for box in page.get_by_role("group", name="独立性声明").get_by_role("checkbox").all():
        box.check()
    fill(page, {"评估组成员": "沈洁（组长）、财务评估员一名、社会工作督导一名", "抽样和调查办法": SAMPLING})
    page.get_by_label("评估方案").fill(SCHEME)
    confirm(page, "签署独立性声明并提交方案")
    desks.take("office", assessment, "审定方案")
    desks.take("evaluator", assessment, "开始实施评估")
    return assessment


def look_around(desks: Desks, assessment: str) -> None:
    desks.clock.let_time_pass(working_days=1)
    page = desks.open("evaluator", f"{assessment}visits/")
    fill(page, {"地点": "朝外街道社区文化活动中心", "参加人员": "沈洁、财务评估员、主责单位张素云"})
    fill(page, {"走访情况": "讲述员持证上岗，签到与台账一致；抽查凭证 20 份，均有合同或签收单。"})
    page.get_by_label("现场照片").set_input_files(snapshot(7))
    here = page.url
    page.get_by_role("main").locator("form.form button.button--primary").click()
    page.wait_for_url(lambda url: url != here)


def write_the_bench(desks: Desks, assessment: str) -> None:
    """Figures as due, findings with their evidence, every paper seen; saved while typing and at the end."""
    page = desks.open("evaluator", f"{assessment}bench/")
    page.get_by_role("button", name="空白数据按台账核定").click()
    for row in page.locator("table tbody tr").filter(has=page.locator("input[name$=-actual]")).all():
        due = row.locator("td").nth(1).inner_text().replace(",", "")
        cell = row.locator("input[name$=-actual]")
        if float(cell.input_value() or 0) < float(due):
            cell.fill(due)
            row.locator("input[name$=-note]").fill("含评估核实期间补登的活动记录")
    fill_where_named(page, {"spent_verified": _due_money(page), **OPINIONS})
    for code, (finding, evidence) in FINDINGS.items():
        fill_where_named(page, {f"c-{code.value}-finding": finding, f"c-{code.value}-evidence": evidence})
    for seen in page.locator("input[type=radio][value=yes]").all():
        seen.check()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("已完成 100%")


def conclude(desks: Desks, assessment: str, name: str) -> None:
    """The draft goes out; the contractor objects, the purchaser agrees, the evaluator answers and fixes the result."""
    desks.take("evaluator", assessment, "转入起草报告")
    desks.take("evaluator", assessment, "送承接主体和购买主体征求意见")
    desks.clock.let_time_pass(working_days=1)
    page = desks.open("org1-head", assessment)
    choose(page, "反馈意见（承接主体）")
    fill(page, {"意见": "报告属实。台账滞后系一名工作人员病假所致，已补登，请在报告中注明原因。"})
    page.get_by_label("对评估报告有异议").check()
    confirm(page, "反馈意见（承接主体）")
    desks.take("district", assessment, "评价意见（购买主体）", 意见="同意评估意见。项目服务质量稳定。")
    page = desks.open("evaluator", assessment)
    choose(page, "答复异议")
    fill(page, {"答复": "情况属实，已在“存在问题”中据实表述，不影响得分。"})
    page.get_by_label("采纳").check()
    confirm(page, "答复异议")
    page = desks.take("evaluator", assessment, "定稿")
    desks.keep(page, f"{name}-final-evaluator")
    desks.clock.let_time_pass(working_days=1)
    page = desks.take("office", assessment, "公布评估结果")
    expect(state(page)).to_have_text("已公布")
    page.get_by_role("link", name="公开结果").click()
    desks.keep(page, f"{name}-public-office")


def evaluate_the_end(desks: Desks) -> None:
    assessment = order(desks, "结项评估")
    ask_the_recipients(desks, assessment)
    look_around(desks, assessment)
    write_the_bench(desks, assessment)
    conclude(desks, assessment, "final")


def ask_the_recipients(desks: Desks, assessment: str) -> None:
    """Slips are printed in the background; residents type their codes on a phone, without an account."""
    page = desks.open("evaluator", f"{assessment}bench/")
    page.get_by_role("link", name="满意度测评").first.click()
    survey = desks.remember("survey", page)
    choose(page, "开放测评")
    fill(page, {"答卷张数": "12", "致服务对象的话": "您参加过的活动怎么样？您的话会帮助它办得更好。"})
    confirm(page, "开放测评")
    desks.keep(page, "survey-evaluator")
    page.get_by_role("button", name="生成海报和答卷条").click()
    done = page.get_by_role("link", name=re.compile("^下载"))
    done.first.wait_for(timeout=60_000)
    with page.expect_download() as download:
        done.first.click()
    for number, code in enumerate(codes_on(Path(download.value.path()))[:6]):
        answer(desks, code, keep=not number)
    page = desks.take("evaluator", survey, "截止测评")
    desks.keep(page, "survey-closed-evaluator")


def answer(desks: Desks, code: str, *, keep: bool) -> None:
    page = desks.open(ANYONE, "/s/")
    page.set_viewport_size(PHONE)
    fill(page, {"请输入纸条上的编码": code})
    page.get_by_role("button", name="开始").click()
    for question in page.locator("fieldset").all():
        question.locator("label").first.click()
    if keep:
        desks.keep(page, "survey-resident", phone=True)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="谢谢您")).to_be_visible()
    page.set_viewport_size(DESK)


def codes_on(paper: Path) -> list[str]:
    """What stands in large letters on each slip of the printed sheet."""
    document = pypdfium2.PdfDocument(paper)
    text = "\n".join(document[number].get_textpage().get_text_range() for number in range(len(document)))
    return re.findall(r"^([0-9A-Z]{4}-[0-9A-Z]{4})\s*$", text, re.MULTILINE)


STEPS_MIDTERM = (evaluate_midterm,)
STEPS_FINAL = (evaluate_the_end,)


def fill_where_named(page: Page, entered: dict[str, str]) -> None:
    for name, value in entered.items():
        page.locator(f"[name={name}]").fill(value)


def _due_money(page: Page) -> str:
    return "70000"
