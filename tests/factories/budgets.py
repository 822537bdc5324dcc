"""Budget lines and purchase plans, brought to their state by the people who do so."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from catalogs.models import BudgetLine, CatalogueItem, FundEnvelope, PurchasePlan
from catalogs.negative_list import questions_for
from catalogs.services import budgets, plans, purchase_checks
from orgs.models import Organization
from procurement.access import Actor, Role
from procurement.demo.budget import demo_organization
from procurement.lifecycle.engine import perform
from procurement.lifecycle.models import LifecycleModel
from tests.factories import duplicates
from tests.factories.guidance import make_catalogue
from tests.factories.money import make_envelope
from tests.factories.people import make_actor

_number = count(1)
BASIS = {
    "basis_research": "走访三家同类机构",
    "basis_price": "场地每场300元",
    "basis_wage": "社工月均7800元",
    "basis_tax": "按小规模纳税人",
    "estimator": "刘畅",
}


def preparer_of(envelope: FundEnvelope) -> Actor:
    return make_actor(Role.LGO, envelope.office)


def item_valid_in(department: Organization) -> CatalogueItem:
    """An item of the place's catalogue; the catalogue is made when there is none."""
    found = CatalogueItem.objects.valid_on(department.region, timezone.localdate()).filter(level=3).first()
    return found or make_catalogue(region=department.region).items.get(code="A0401")


def draft_line(envelope: FundEnvelope | None = None, amount: str = "600000.00", **fields: Any) -> BudgetLine:
    envelope = envelope or make_envelope("50000000")
    values = {
        "title": f"社区为老服务{next(_number)}",
        "budget_subject": "2080299",
        "category": "为老服务",
        "catalogue_item": item_valid_in(envelope.office),
        "service_class": "public_service",
        "in_procurement_budget": True,
        **BASIS,
        **fields,
    }
    line = BudgetLine(envelope=envelope, department=envelope.office, amount=Decimal(amount), **values)
    return budgets.prepare(actor=preparer_of(envelope), line=line)


def make_line(envelope: FundEnvelope | None = None, amount: str = "600000.00", **fields: Any) -> BudgetLine:
    """An approved and locked line, its table filed."""
    line = draft_line(envelope, amount, **fields)
    preparer, finance = preparer_of(line.envelope), make_actor(Role.FIN, line.envelope.finance)
    perform(line, "budget_line.submit", actor=preparer)
    budgets.file_item_table(actor=preparer, department=line.department, fiscal_year=line.fiscal_year)
    perform(line, "budget_line.review", actor=finance)
    perform(line, "budget_line.approve", actor=finance, approval_number="朝财预〔2026〕31号")
    return line


def clear_answers(region_code: str) -> dict[str, bool]:
    """The negative list answered with no throughout."""
    return {question.code: False for question in questions_for(region_code)}


def draft_plan(line: BudgetLine, amount: str = "300000.00", **fields: Any) -> PurchasePlan:
    values = {
        "title": f"为老服务采购{next(_number)}",
        "need": "为辖区独居老人提供探访和助餐",
        "expected_on": date(2026, 5, 1),
        "starts_on": date(2026, 6, 1),
        "ends_on": date(2027, 5, 31),
        "method": "competitive_selection",
        "method_reason": "本地具备条件的机构较少，邀请四家比选",
        "requirements": "每周探访一次",
        "service_standard": "探访记录完整率100%",
        "evaluation_method": "第三方评价与服务对象满意度",
        **fields,
    }
    buyer = make_actor(Role.PU_BUY, line.department)
    plan = plans.prepare(actor=buyer, plan=PurchasePlan(budget_line=line, amount=Decimal(amount), **values))
    purchase_checks.answer(
        actor=buyer,
        subject=plan.subject,
        region=line.department.region,
        answers=clear_answers(line.department.region_id),
    )
    return plan


def submitted_plan(line: BudgetLine, amount: str = "300000.00", **fields: Any) -> PurchasePlan:
    plan = draft_plan(line, amount, **fields)
    perform(plan, "purchase_plan.submit", actor=make_actor(Role.PU_BUY, line.department))
    return plan


def specimens() -> dict[str, LifecycleModel]:
    """One line and one plan for the exhaustive test of every table, in the office of its demo world."""
    office, finance = demo_organization("office"), demo_organization("finance")
    line = make_line(make_envelope("5000000", office=office, finance=finance))
    plan = submitted_plan(line)
    return {"budget_line": line, "purchase_plan": plan, **duplicates.specimens()}
