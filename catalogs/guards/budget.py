"""What must hold before a budget line is handed in, reviewed and approved."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from catalogs.selectors.budgets import is_filed
from catalogs.selectors.procedures import recommend, rules_for
from procurement.money import format_yuan
from procurement.rules import Regime, guard
from procurement.rules.models.rule_set import NoRuleSetInForce


@guard("R-016")
def basis_is_stated(attempt: Any) -> str | None:
    """A cost estimate names research, price, wage and tax, and who made it."""
    line = attempt.obj
    parts = (
        (line.basis_research, _("市场调查")),
        (line.basis_price, _("价格水平")),
        (line.basis_wage, _("工资标准")),
        (line.basis_tax, _("税费")),
        (line.estimator, _("测算责任人")),
    )
    absent = [label for text, label in parts if not text.strip()]
    return _("测算依据缺少：%(what)s") % {"what": "、".join(absent)} if absent else None


@guard("R-026")
def later_years_are_covered(attempt: Any) -> str | None:
    line = attempt.obj
    if not line.last_year or line.last_year <= line.fiscal_year or line.midterm_plan.strip():
        return None
    return _("项目延续至%(year)s年，尚未说明以后年度预算列入的中期财政规划") % {"year": line.last_year}


@guard("R-024")
def major_item_was_discussed(attempt: Any) -> str | None:
    line = attempt.obj
    if not line.is_major or line.discussion_number.strip():
        return None
    return _("重大、民生或临时项目须一事一议，请填写议定文号")


@guard("R-014")
def table_is_filed(attempt: Any) -> str | None:
    if is_filed(attempt.obj):
        return None
    return _("%(department)s%(year)s年度购买项目表尚未报送，或报送的金额与本项目不一致") % {
        "department": attempt.obj.department,
        "year": attempt.obj.fiscal_year,
    }


@guard("R-014")
def statutory_item_is_in_procurement_budget(attempt: Any) -> str | None:
    line = attempt.obj
    if line.in_procurement_budget:
        return None
    try:
        statutory, other = rules_for(line.department.region_id, timezone.localtime(attempt.at).date())
    except NoRuleSetInForce as unknown:
        return str(unknown)
    if recommend(line.amount, statutory=statutory, other=other).regime != Regime.STATUTORY:
        return None
    return _("达到采购限额标准的项目须同时编入政府采购预算")


@guard("R-013")
def envelope_covers_line(attempt: Any) -> str | None:
    """An approved line reserves its money out of an approved envelope."""
    line = attempt.obj
    if not line.envelope.is_locked:
        return _("资金额度“%(title)s”尚未批准") % {"title": line.envelope.title}
    if line.amount <= line.envelope.available:
        return None
    return _("“%(title)s”可安排余额%(left)s，本项目需要%(amount)s") % {
        "title": line.envelope.title,
        "left": format_yuan(line.envelope.available),
        "amount": format_yuan(line.amount),
    }
