"""Purchases by procedure, standing where people meet them: being written, to be checked, taking bids, failed and repeated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from catalogs.models import BudgetLine, PurchasePlan
from catalogs.negative_list import questions_for
from catalogs.services import plans, purchase_checks
from evaluation.selectors.rubrics import library
from evaluation.services import rubrics
from procurement.access import Actor
from procurement.demo.budget import YEAR, demo_actor, demo_organization
from procurement.demo.stage import local
from procurement.lifecycle.engine import perform, system_actor
from projects.models import Procedure
from projects.selectors.procedures import earliest_deadline_for
from projects.selectors.procurement_documents import CHECK_STATEMENTS, PARTS
from projects.services import addenda, document_holders, document_questions, procedures, procurement_documents
from projects.services.procedure_rubrics import attach_rubric

#: The last day on which the periods of a call end within the announced calendar.
LAST_CALL = local(YEAR, 12, 8)
_WORDS: dict[str, Any] = {
    "conditions": [
        "具有独立承担民事责任的能力",
        "具有健全的财务会计制度和资产管理制度",
        "具有履行合同所必需的专业人员和设备",
        "近三年内在经营活动中没有重大违法记录",
    ],
    "response_requirements": "由报价表、实施方案、人员安排、类似服务经历四部分组成，均须加盖公章。报价为完成全部服务的总价。",
    "scoring_notes": "采用综合评分法，价格、服务方案、履约能力、应急措施分别评分；总分相同的，报价低者排名在前。",
    "draft_contract": (
        "一、服务内容、数量和质量见采购文件和响应文件。二、服务期一年。三、按季考核，考核合格后支付当季费用的百分之九十，"
        "其余随年度考核结算。四、不得转包。五、违约责任和争议解决按合同条款。"
    ),
    "changeable_parts": "服务频次和服务时段。",
    "remedy_channel": "对采购活动有异议的，可以向采购人监察室书面反映，七个工作日内书面答复。",
    "remedy_unit": "采购人监察室",
    "contact": "刘畅 010-85001234",
}


@dataclass(frozen=True)
class Purchase:
    """What is bought in one of the demo's procedures, by which way and for how much."""

    title: str
    amount: str
    method: str
    reason: str = ""
    ground: str = ""
    scheme: str = "open_tender_services"


_WRITTEN = Purchase("独居老人定期探访服务", "180000", "open_tender")
_CALLED = Purchase("社区老年人助餐配送服务", "260000", "competitive_selection", "未达采购限额标准，公开比选。")
_FAILED = Purchase("高龄老人居家安全评估", "90000", "competitive_selection", "未达采购限额标准，公开比选。")


def seed(now: datetime) -> None:
    """Safe to repeat."""
    line = BudgetLine.objects.get(department=demo_organization("office"), title="社区为老服务驿站运营")
    if Procedure.objects.filter(plan__budget_line=line).exists():
        return
    _to_be_checked(PurchasePlan.objects.get(budget_line=line, status="published"))
    _being_written(_published(line, _WRITTEN))
    _failed_and_repeated(_published(line, _FAILED))
    _taking_bids(_published(line, _CALLED), now)


def _to_be_checked(plan: PurchasePlan) -> None:
    """A consultation by the law's own template: sent to the second person."""
    procedure = _written(plan, _scheme("consultation_services"), at=local(YEAR, 3, 9))
    perform(procedure, "procedure.submit", actor=demo_actor("district"), at=local(YEAR, 3, 12))


def _being_written(plan: PurchasePlan) -> None:
    """Only the first parts are there yet."""
    buyer = demo_actor("district")
    procedure = procedures.open_procedure(actor=buyer, plan=plan, at=local(YEAR, 4, 7))
    _write(procedure, buyer, PARTS[:2])


def _failed_and_repeated(plan: PurchasePlan) -> None:
    """Nobody came in time; the second call is being prepared."""
    procedure = _called(plan, _scheme(_FAILED.scheme), at=local(YEAR, 4, 1))
    end = procedure.deadline_at or local(YEAR, 4, 10)
    perform(procedure, "procedure.close", actor=system_actor(), at=end)
    buyer = demo_actor("district")
    perform(
        procedure, "procedure.fail", actor=buyer, at=end + timedelta(hours=10), cause="too_few",
        reason="截止时递交响应文件的供应商不足三家。",
    )  # fmt: skip
    procedures.retender(actor=buyer, procedure=procedure, at=end + timedelta(days=6))


def _taking_bids(plan: PurchasePlan, now: datetime) -> None:
    """Open now: one question answered, one addendum issued, two organisations hold the document."""
    called = min(now - timedelta(days=4), LAST_CALL)
    buyer, checker = demo_actor("district"), demo_actor("checker")
    procedure = _called(plan, _scheme(_CALLED.scheme), at=called, open_for=timedelta(days=30))
    for key in ("org1", "org5"):
        document_holders.take_document(
            actor=demo_actor(key),
            procedure=procedure,
            organization=demo_organization(key),
            at=called + timedelta(hours=5),
        )
    question = document_questions.ask(
        actor=demo_actor("org5"), procedure=procedure, organization=demo_organization("org5"),
        text="配送时段是否包括周末和法定节假日？", at=called + timedelta(days=1),
    )  # fmt: skip
    perform(
        question, "document_question.answer", actor=buyer, at=called + timedelta(days=2),
        answer="包括。周末和法定节假日配送量约为平日的六成，报价时请一并考虑。",
    )  # fmt: skip
    addendum = addenda.propose_addendum(
        actor=buyer, procedure=procedure, changed="服务范围由六个社区调整为七个社区，新增永安里社区；预算不变。",
        reason="街道调整点位。", at=called + timedelta(days=2, hours=2),
    )  # fmt: skip
    perform(addendum, "addendum.issue", actor=checker, at=called + timedelta(days=2, hours=4))


def _called(plan: PurchasePlan, scheme: str, *, at: datetime, open_for: timedelta = timedelta(0)) -> Procedure:
    procedure = _written(plan, scheme, at=at - timedelta(days=3))
    buyer, checker, signer = demo_actor("district"), demo_actor("checker"), demo_actor("signer")
    perform(procedure, "procedure.submit", actor=buyer, at=at - timedelta(days=2))
    perform(procedure, "procedure.check", actor=checker, at=at - timedelta(days=1), stated=list(CHECK_STATEMENTS))
    perform(procedure, "procedure.approve", actor=signer, at=at - timedelta(hours=20))
    deadline = max(earliest_deadline_for(procedure, at), at + open_for)
    perform(procedure, "procedure.announce", actor=buyer, at=at, deadline_at=deadline.replace(second=0, microsecond=0))
    return procedure


def _written(plan: PurchasePlan, scheme: str, *, at: datetime) -> Procedure:
    """A draft with every part written and its scheme frozen."""
    buyer = demo_actor("district")
    procedure = procedures.open_procedure(actor=buyer, plan=plan, at=at)
    _write(procedure, buyer, PARTS)
    rubric = rubrics.attach_from_library(actor=buyer, occasion=procedure, code=scheme, at=at)
    attach_rubric(procedure_id=procedure.pk, rubric_id=rubric.pk, title=rubric.title, digest=rubric.digest)
    procedure.refresh_from_db()
    return procedure


def _write(procedure: Procedure, buyer: Actor, parts: Any) -> None:
    for part in parts:
        words = {name: _WORDS[name] for name in part.fields if name in _WORDS}
        procurement_documents.save_part(actor=buyer, procedure=procedure, part=part, **words)


def _scheme(wanted: str) -> str:
    """The library's scheme for this way of buying; its first one where it has none."""
    return wanted if wanted in library() else next(iter(library()))


def _published(line: BudgetLine, purchase: Purchase) -> PurchasePlan:
    buyer, department = demo_actor("district"), line.department
    plan = plans.prepare(
        actor=buyer,
        plan=PurchasePlan(
            budget_line=line,
            title=purchase.title,
            amount=Decimal(purchase.amount),
            need="满足辖区高龄、独居老年人的日常服务需求。",
            requirements="服务人员持证上岗，建立服务档案，全年服务不少于240天。",
            service_standard="服务记录完整率100%，投诉按时办结率100%。",
            evaluation_method="按季考核，第三方评价占60%，服务对象满意度占40%。",
            expected_on=date(YEAR, 4, 1),
            starts_on=date(YEAR, 7, 1),
            ends_on=date(YEAR + 1, 6, 30),
            method=purchase.method,
            method_ground=purchase.ground,
            method_reason=purchase.reason,
        ),
    )
    answers = {question.code: False for question in questions_for(department.region_id)}
    purchase_checks.answer(
        actor=buyer, subject=plan.subject, region=department.region, answers=answers, organization=department,
        at=local(YEAR, 3, 2, 9),
    )  # fmt: skip
    perform(plan, "purchase_plan.submit", actor=buyer, at=local(YEAR, 3, 3))
    perform(plan, "purchase_plan.review", actor=demo_actor("finance"), at=local(YEAR, 3, 4))
    perform(plan, "purchase_plan.approve", actor=demo_actor("signer"), at=local(YEAR, 3, 5))
    perform(plan, "purchase_plan.publish", actor=buyer, at=local(YEAR, 3, 6))
    return plan
