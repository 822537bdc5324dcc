"""What must hold before a purchase plan is handed in, approved, published and used."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from catalogs.guards.guidance import item_refusals
from catalogs.models.envelope import APPROVED, FundSource
from catalogs.models.plan import NOT_COUNTED
from catalogs.selectors.budgets import not_open_total
from catalogs.selectors.plans import REVIEW_UNITS, SURVEY_LASTS, survey_is_due
from catalogs.selectors.prices import plan_price_hints
from catalogs.selectors.procedures import method_refusals, recommend_for
from catalogs.selectors.purchase_checks import check_refusals
from procurement.money import format_yuan
from procurement.rules import Refusal, Regime, guard


@guard("R-013")
def line_is_approved(attempt: Any) -> str | None:
    line = attempt.obj.budget_line
    return None if line.status == APPROVED else _("预算项目“%(title)s”尚未批准") % {"title": line.title}


@guard("R-006")
def item_is_in_catalogue(attempt: Any) -> list[Refusal]:
    line = attempt.obj.budget_line
    return item_refusals(line.catalogue_item, region=line.department.region, day=attempt.today)


@guard("R-003", "R-004", "R-005", "R-008", "R-009")
def negative_list_is_clear(attempt: Any) -> list[Refusal]:
    plan = attempt.obj
    return check_refusals(plan.subject, region=plan.budget_line.department.region)


@guard("R-018")
def plan_fits_line(attempt: Any) -> str | None:
    """The sentence for people; the database counts again when the state is written."""
    plan, line = attempt.obj, attempt.obj.budget_line
    left = line.available + (plan.amount if plan.status not in NOT_COUNTED else 0)
    if plan.amount <= left:
        return None
    return _("预算项目“%(title)s”可列计划余额%(left)s，本计划%(amount)s") % {
        "title": line.title,
        "left": format_yuan(left),
        "amount": format_yuan(plan.amount),
    }


@guard(
    "R-024", "R-090", "R-091", "R-094", "R-095", "R-096", "R-097", "R-099", "R-100", "R-102", "R-103", "R-104", "R-106"
)
def method_is_allowed(attempt: Any) -> list[Refusal]:
    plan = attempt.obj
    if plan.method == "guide_application" and plan.budget_line.envelope.source == FundSource.DEPARTMENT_BUDGET:
        return [Refusal("R-090", _("部门预算资金不得以申报指南方式安排，须按采购方式购买"))]
    found = recommend_for(plan)
    return method_refusals(
        found,
        amount=plan.amount,
        method=plan.method,
        ground=plan.method_ground,
        reason=plan.method_reason,
        approval=plan.method_approval,
        other=plan.other_rule_set,
        is_major=plan.budget_line.is_major,
    )


@guard("R-016")
def unusual_price_is_explained(attempt: Any) -> list[str]:
    """A price outside what contracts of the place paid says why."""
    plan = attempt.obj
    if plan.price_reason.strip():
        return []
    return [hint.text for hint in plan_price_hints(plan) if hint.needs_reason]


@guard("R-037")
def survey_was_held(attempt: Any) -> list[str]:
    """Large or major statutory purchases rest on a survey of the market, not older than a year."""
    plan, data = attempt.obj, attempt.data
    if not survey_is_due(plan):
        return []
    held, asked = data.get("survey_on"), data.get("survey_suppliers") or 0
    least = int(plan.rule_set.value("demand_survey_suppliers"))
    found = []
    if held is None:
        found.append(_("应当开展需求调查，请填写调查日期和情况"))
    elif not attempt.today - timedelta(days=SURVEY_LASTS) <= held <= attempt.today:
        found.append(_("需求调查须在一年以内，填写的日期为%(day)s") % {"day": held.isoformat()})
    if asked < least:
        found.append(
            _("需求调查对象不少于%(least)s家有代表性的供应商，现为%(asked)s家") % {"least": least, "asked": asked}
        )
    return found


@guard("R-038")
def key_review_was_held(attempt: Any) -> list[str]:
    """Where a survey is due, procurement, finance, business and supervision have looked at need and plan together."""
    if not survey_is_due(attempt.obj):
        return []
    present = set(attempt.data.get("units") or ())
    missing = [str(label) for code, label in REVIEW_UNITS if code not in present]
    return [_("重点审查须有%(units)s参加") % {"units": "、".join(missing)}] if missing else []


@guard("R-025")
def not_split(attempt: Any) -> str | None:
    """同一预算项目下的同一品目，一个财政年度内累计超过公开招标数额标准而不公开招标的，属于化整为零."""
    plan = attempt.obj
    if plan.method in ("open_tender", "guide_application") or plan.split_exception.strip() or plan.method_approval:
        return None
    threshold, total = Decimal(plan.rule_set.value("open_tender_threshold")), not_open_total(plan)
    if total <= threshold:
        return None
    line = plan.budget_line
    return _(
        "%(year)s年度“%(subject)s”下“%(category)s”非公开招标累计%(total)s，超过公开招标数额标准%(limit)s，"
        "构成化整为零；属预算调整或经批准的，请填写依据文件"
    ) % {
        "year": line.fiscal_year,
        "subject": line.budget_subject,
        "category": line.category,
        "total": format_yuan(total),
        "limit": format_yuan(threshold),
    }


@guard("R-102")
def two_people_approve(attempt: Any) -> str | None:
    """A direct purchase is approved by two different people."""
    plan = attempt.obj
    if plan.method != "direct_purchase":
        return None
    reviewed = plan.history.filter(transition="purchase_plan.review").last()
    if reviewed is None or reviewed.actor_id != attempt.actor.id:
        return None
    return _("小额直接委托须经两人审批，您已审核过本计划")


@guard("R-019")
def requirements_are_ready(attempt: Any) -> list[str]:
    plan = attempt.obj
    parts = (
        (plan.service_standard, _("服务标准")),
        (plan.evaluation_method, _("评价方法")),
        (plan.requirements, _("服务要求")),
    )
    return [_("公开前须写明%(what)s") % {"what": label} for text, label in parts if not text.strip()]


@guard("R-021")
def statutory_plan_is_filed(attempt: Any) -> str | None:
    if attempt.obj.regime != Regime.STATUTORY or str(attempt.data.get("filing_number", "")).strip():
        return None
    return _("政府采购项目须先报财政部门备案，请填写采购实施计划备案号")


@guard("R-018")
def award_fits_plan(attempt: Any) -> str | None:
    amount = attempt.data.get("awarded_amount")
    if amount is None or amount <= attempt.obj.amount:
        return None
    return _("成交金额%(award)s超过计划金额%(plan)s") % {
        "award": format_yuan(amount),
        "plan": format_yuan(attempt.obj.amount),
    }
