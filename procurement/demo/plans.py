"""Budget lines of the office with their filed table, and purchase plans in several states."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from catalogs.models import BudgetLine, CatalogueItem, FundEnvelope, FundSource, PurchasePlan
from catalogs.negative_list import questions_for
from catalogs.services import budgets, envelopes, plans, purchase_checks
from orgs.models import Organization
from procurement.access import Actor
from procurement.demo.budget import YEAR, demo_actor, demo_organization
from procurement.demo.stage import local
from procurement.lifecycle.engine import perform

_BASIS = {
    "basis_research": "向四家同类服务机构询价，并参照上年度合同价格。",
    "basis_price": "场地每场300元，物资按市场零售价九折。",
    "basis_wage": "专职社工按本市社会工作者平均工资测算。",
    "basis_tax": "按小规模纳税人税率据实。",
    "estimator": "刘畅",
}
#: Item of the district's catalogue by category.
_ITEMS = {"为老服务": "A0408", "心理服务": "A0501"}
#: title, subject, category, amount, statutory
_LINES = (
    ("社区为老服务驿站运营", "2080299 其他民政管理事务支出", "为老服务", "1800000", True),
    ("社区心理健康服务", "2080299 其他民政管理事务支出", "心理服务", "480000", False),
    ("人民调解员培训", "2040699 其他司法支出", "调解服务", "45000", False),
)


def seed(now: datetime) -> None:
    """Safe to repeat."""
    office, department = demo_actor("office"), demo_organization("office")
    if BudgetLine.objects.filter(department=department).exists():
        return
    envelope = _envelope(office, department)
    lines = [_line(office, envelope, department, row) for row in _LINES]
    draft = ("社区公益创投评估", "2080299 其他民政管理事务支出", "评估服务", "260000", False)
    for number, line in enumerate(lines):
        perform(line, "budget_line.submit", actor=office, at=local(YEAR, 1, 12, 9 + number))
    _line(office, envelope, department, draft)
    budgets.file_item_table(actor=office, department=department, fiscal_year=YEAR)
    finance = demo_actor("finance")
    for line in lines:
        perform(line, "budget_line.review", actor=finance, at=local(YEAR, 1, 15, 10))
    for line in lines[:2]:
        perform(
            line,
            "budget_line.approve",
            actor=finance,
            at=local(YEAR, 1, 20, 10),
            approval_number=f"朝财预〔{YEAR}〕31号",
        )
    _plans(lines[0], lines[1], finance)


def _envelope(office: Actor, department: Organization) -> FundEnvelope:
    envelope = envelopes.prepare(
        actor=office,
        envelope=FundEnvelope(
            fiscal_year=YEAR,
            title=f"{YEAR}年度部门预算购买服务经费",
            source=FundSource.DEPARTMENT_BUDGET,
            jurisdiction_id=department.region_id,
            office=department,
            finance=demo_organization("finance"),
            amount=Decimal("5000000.00"),
            basis="按本部门上年度购买服务支出和本年度新增任务测算。测算责任人：刘畅。",
        ),
    )
    perform(envelope, "envelope.submit", actor=office, at=local(YEAR, 1, 6, 11))
    perform(
        envelope,
        "envelope.approve",
        actor=demo_actor("finance"),
        at=local(YEAR, 1, 9, 16),
        approval_number=f"朝财预〔{YEAR}〕19号",
    )
    return envelope


def _line(
    office: Actor, envelope: FundEnvelope, department: Organization, row: tuple[str, str, str, str, bool]
) -> BudgetLine:
    title, subject, category, amount, statutory = row
    return budgets.prepare(
        actor=office,
        line=BudgetLine(
            envelope=envelope,
            department=department,
            title=title,
            budget_subject=subject,
            category=category,
            catalogue_item=_item(department, category),
            service_class="public_service",
            amount=Decimal(amount),
            in_procurement_budget=statutory,
            is_social_work=True,
            **_BASIS,
        ),
    )


def _item(department: Organization, category: str) -> CatalogueItem | None:
    valid = CatalogueItem.objects.valid_on(department.region, date(YEAR, 1, 12))
    return valid.filter(code=_ITEMS.get(category, "")).first()


def _plans(stations: BudgetLine, minds: BudgetLine, finance: Actor) -> None:
    buyer, signer = demo_actor("district"), demo_actor("signer")
    stations.refresh_from_db()
    department = stations.department
    published = _plan(
        buyer, stations, "八里庄等三街道为老服务驿站运营", "1200000", method="competitive_consultation",
        method_ground="government_service", method_reason="属于政府购买服务项目，需求需与供应商磋商细化。",
    )  # fmt: skip
    waiting = _plan(
        buyer, minds, "社区心理健康筛查和个案服务", "300000", method="competitive_selection",
        method_reason="未达采购限额标准，邀请四家机构比选。",
    )  # fmt: skip
    for plan in (published, waiting):
        purchase_checks.answer(
            actor=buyer, subject=plan.subject, region=department.region, answers={question.code: False for question in questions_for(department.region_id)},
            organization=department, at=local(YEAR, 2, 1, 9),
        )  # fmt: skip
    perform(published, "purchase_plan.submit", actor=buyer, at=local(YEAR, 2, 2, 9))
    perform(published, "purchase_plan.review", actor=finance, at=local(YEAR, 2, 4, 9))
    perform(published, "purchase_plan.approve", actor=signer, at=local(YEAR, 2, 5, 9))
    perform(
        published, "purchase_plan.publish", actor=buyer, at=local(YEAR, 2, 6, 9), filing_number=f"朝财采备〔{YEAR}〕6号"
    )
    perform(waiting, "purchase_plan.submit", actor=buyer, at=local(YEAR, 2, 3, 9))


def _plan(buyer: Actor, line: BudgetLine, title: str, amount: str, **fields: str) -> PurchasePlan:
    return plans.prepare(
        actor=buyer,
        plan=PurchasePlan(
            budget_line=line,
            title=title,
            amount=Decimal(amount),
            need="满足辖区居民日常服务需求，服务对象以独居、高龄和困难群体为主。",
            requirements="持证社工不少于三名，全年服务不少于240天，建立服务档案。",
            service_standard="服务记录完整率100%，投诉按时办结率100%。",
            evaluation_method="第三方评价占60%，服务对象满意度占40%。",
            expected_on=date(YEAR, 3, 16),
            starts_on=date(YEAR, 5, 1),
            ends_on=date(YEAR + 1, 4, 30),
            **fields,
        ),
    )
