"""Which way of buying the rules lead to, with the rule beside it. Every amount comes from a rule set (R-001)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from catalogs.models import FundSource, MethodGround, ProcurementMethod, PurchasePlan
from procurement.money import format_yuan
from procurement.rules import Refusal, Regime, implements
from procurement.rules.models import RuleSet
from procurement.rules.parameters import parameter

M, G = ProcurementMethod, MethodGround

#: The circumstances each method needs, and the rule that says so.
GROUNDS: dict[str, tuple[str, tuple[MethodGround, ...]]] = {
    M.INVITED_TENDER: ("R-094", (G.SPECIAL_SUPPLY, G.TOO_COSTLY)),
    M.COMPETITIVE_NEGOTIATION: ("R-095", (G.FAILED_TENDER, G.COMPLEX, G.URGENT, G.PRICE_UNKNOWN)),
    M.COMPETITIVE_CONSULTATION: ("R-096", (G.GOVERNMENT_SERVICE,)),
    M.SINGLE_SOURCE: ("R-097", (G.ONLY_SUPPLIER, G.EMERGENCY, G.CONSISTENCY)),
    M.FRAMEWORK_AGREEMENT: ("R-100", (G.RECIPIENTS_CHOOSE,)),
    M.DIRECT_PURCHASE: ("R-102", (G.SMALL_AMOUNT,)),
    M.DIRECTED_COMMISSION: ("R-103", (G.FUNCTION_TRANSFER,)),
    M.MATCHING_PURCHASE: ("R-104", (G.CO_FUNDED,)),
}
#: Ways in which organisations bring projects of their own to a fund (公益创投 also serves a department's own budget).
BY_APPLICATION = (M.GUIDE_APPLICATION, M.VENTURE_PHILANTHROPY)


@dataclass(frozen=True)
class Step:
    """One link of the reasoning: a sentence and the rule it follows."""

    rule_id: str
    text: str

    @property
    def url(self) -> str:
        return Refusal(self.rule_id, self.text).url


@dataclass(frozen=True)
class Recommendation:
    """``method`` is None where the place leaves the way of buying open below an amount (R-092).

    ``allowed`` are the methods the place's rule set of that regime admits at all.
    """

    regime: Regime
    method: ProcurementMethod | None
    steps: tuple[Step, ...]
    above_threshold: bool = False
    allowed: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return str(self.method.label) if self.method else _("不限定方式")


def rules_for(jurisdiction: str, on: date) -> tuple[RuleSet, RuleSet]:
    """(statutory, other purchase) rule sets in force; raises NoRuleSetInForce rather than guess (R-001)."""
    found = RuleSet.objects
    return (
        found.in_force(jurisdiction=jurisdiction, regime=Regime.STATUTORY, on=on),
        found.in_force(jurisdiction=jurisdiction, regime=Regime.OTHER_PURCHASE, on=on),
    )


@implements("R-090", "R-091", "R-092", "R-093", "R-096", "R-100")
def recommend(
    amount: Decimal,
    *,
    statutory: RuleSet,
    other: RuleSet,
    in_central_catalogue: bool = False,
    by_guide: bool = False,
    grant: RuleSet | None = None,
    is_major: bool = False,
    recipients_choose: bool = False,
) -> Recommendation:
    """The regime and the method for a purchase of ``amount`` yuan; 以上 includes the amount itself (R-306)."""
    if by_guide:
        step = Step("R-090", _("以申报指南安排的资金，由社会组织申报、评审立项"))
        usual: Any = parameter("allowed_methods").default_for(Regime.GRANT_APPLICATION)
        admitted = allowed_methods(grant) if grant else tuple(usual)
        return Recommendation(Regime.GRANT_APPLICATION, M.GUIDE_APPLICATION, (step,), allowed=admitted)
    limit = _money(statutory, "purchase_limit")
    if not in_central_catalogue and amount < limit:
        return _below_the_limit(amount, limit, other, statutory, is_major)
    first = Step("R-090", _("属于集中采购目录")) if in_central_catalogue else Step("R-090", _reaches(amount, limit))
    threshold = _money(statutory, "open_tender_threshold")
    method, step = _statutory_method(amount, threshold, statutory, is_major, recipients_choose)
    above, admitted = amount >= threshold, allowed_methods(statutory)
    return Recommendation(Regime.STATUTORY, method, (first, step), above_threshold=above, allowed=admitted)


def recommend_for(plan: PurchasePlan) -> Recommendation:
    """What the rule sets pinned to the plan say of it as it stands."""
    by_application = is_by_application(plan)
    return recommend(
        plan.amount,
        statutory=plan.rule_set,
        other=plan.other_rule_set,
        in_central_catalogue=plan.in_central_catalogue,
        by_guide=by_application,
        grant=grant_rules(plan) if by_application else None,
        is_major=plan.budget_line.is_major,
        recipients_choose=plan.recipients_choose,
    )


def is_by_application(plan: PurchasePlan) -> bool:
    """Organisations apply to a fund with projects of their own; a department's own budget is spent by purchase."""
    if plan.method == M.VENTURE_PHILANTHROPY:
        return plan.budget_line.envelope.source != FundSource.DEPARTMENT_BUDGET
    return plan.method == M.GUIDE_APPLICATION


def grant_rules(plan: PurchasePlan) -> RuleSet:
    """The rules for grants where the plan's money is spent, as of the plan's first day (R-001)."""
    begun = timezone.localdate(plan.created_at) if plan.created_at else timezone.localdate()
    return RuleSet.objects.in_force(
        jurisdiction=plan.budget_line.department.region_id, regime=Regime.GRANT_APPLICATION, on=begun
    )


def allowed_methods(rules: RuleSet) -> tuple[str, ...]:
    """The ways of buying a place admits under a regime: data, not code."""
    admitted: Any = rules.value("allowed_methods")
    return tuple(admitted)


def _statutory_method(
    amount: Decimal, threshold: Decimal, rules: RuleSet, is_major: bool, recipients_choose: bool
) -> tuple[ProcurementMethod, Step]:
    if is_major:
        return M.OPEN_TENDER, Step("R-024", _("重大、民生或临时项目一事一议，公开招标"))
    if recipients_choose:
        return M.FRAMEWORK_AGREEMENT, Step("R-100", _("由服务对象在多家承接主体中选择，采用框架协议采购"))
    if amount >= threshold:
        words = {"amount": format_yuan(amount), "limit": format_yuan(threshold)}
        return M.OPEN_TENDER, Step("R-091", _("%(amount)s达到公开招标数额标准%(limit)s") % words)
    if floor := _money(rules, "unspecified_below"):
        words = {"low": format_yuan(floor), "high": format_yuan(threshold)}
        return M.COMPETITIVE_NEGOTIATION, Step("R-092", _("%(low)s以上、不足%(high)s的，竞争性谈判") % words)
    text = _("未达公开招标数额标准%(limit)s，政府购买服务可采用竞争性磋商") % {"limit": format_yuan(threshold)}
    return M.COMPETITIVE_CONSULTATION, Step("R-096", text)


def _below_the_limit(
    amount: Decimal, limit: Decimal, other: RuleSet, statutory: RuleSet, is_major: bool
) -> Recommendation:
    first = Step("R-090", _("未列入集中采购目录，且不足采购限额标准%(limit)s") % {"limit": format_yuan(limit)})
    admitted = allowed_methods(other)
    if is_major:
        step = Step("R-024", _("重大、民生或临时项目一事一议，公开招标"))
        return Recommendation(Regime.OTHER_PURCHASE, M.OPEN_TENDER, (first, step), allowed=admitted)
    floor = _money(statutory, "unspecified_below")
    if amount < floor:
        step = Step("R-092", _("不足%(low)s的，不限定购买方式") % {"low": format_yuan(floor)})
        return Recommendation(Regime.OTHER_PURCHASE, None, (first, step), allowed=admitted)
    small = _money(other, "direct_purchase_limit")
    text = _("原则上竞争性比选")
    if amount <= small:
        text = _("原则上竞争性比选；单项不超过%(limit)s的，说明理由并经两人审批可直接委托") % {
            "limit": format_yuan(small)
        }
    return Recommendation(
        Regime.OTHER_PURCHASE, M.COMPETITIVE_SELECTION, (first, Step("R-102", text)), allowed=admitted
    )


def _reaches(amount: Decimal, limit: Decimal) -> str:
    return _("%(amount)s达到采购限额标准%(limit)s") % {"amount": format_yuan(amount), "limit": format_yuan(limit)}


def _money(rules: RuleSet, code: str) -> Decimal:
    value: Any = rules.value(code)
    return Decimal(value)


@implements("R-094", "R-095", "R-097", "R-099", "R-102", "R-103", "R-104", "R-106")
def method_refusals(
    found: Recommendation,
    *,
    amount: Decimal,
    method: str,
    ground: str,
    reason: str,
    approval: str,
    other: RuleSet,
    is_major: bool = False,
) -> list[Refusal]:
    """Everything that speaks against the chosen method; empty when it may be used."""
    if method not in ProcurementMethod.values:
        return [Refusal("R-099", _("该方式不适用于购买服务"))]
    chosen = ProcurementMethod(method)
    refusals = []
    if found.regime == Regime.STATUTORY and chosen == M.DIRECTED_COMMISSION:
        text = _("政府采购项目的定向委托按单一来源采购办理，请选择“单一来源”，并在理由中写明职能转移的依据")
        return [Refusal("R-103", text)]
    if chosen not in found.allowed:
        words = {"method": chosen.label, "regime": found.regime.label}
        refusals.append(Refusal("R-090", _("“%(method)s”不是%(regime)s可用的方式") % words))
    if is_major and chosen != M.OPEN_TENDER:
        refusals.append(Refusal("R-024", _("重大、民生或临时项目须公开招标")))
    if found.regime == Regime.STATUTORY and found.above_threshold and not chosen.is_open and not approval.strip():
        refusals.append(
            Refusal(
                "R-091",
                _("达到公开招标数额标准而采用“%(method)s”，须经设区的市以上财政部门批准") % {"method": chosen.label},
            )
        )
    if not chosen.is_open and not reason.strip():
        refusals.append(Refusal("R-106", _("采用“%(method)s”须写明理由") % {"method": chosen.label}))
    return refusals + _ground_refusals(found, amount, chosen, ground, other)


def _ground_refusals(
    found: Recommendation, amount: Decimal, chosen: ProcurementMethod, ground: str, other: RuleSet
) -> list[Refusal]:
    small = _money(other, "direct_purchase_limit")
    if chosen == M.DIRECT_PURCHASE and amount > small:
        return [Refusal("R-102", _("超过小额直接委托上限%(limit)s") % {"limit": format_yuan(small)})]
    needed = GROUNDS.get(chosen)
    if needed is None or chosen == found.method:  # what the rule set itself prescribes needs no other ground
        return []
    rule_id, grounds = needed
    if ground in grounds:
        return []
    choices = "、".join(str(one.label) for one in grounds)
    words = {"method": chosen.label, "grounds": choices}
    return [Refusal(rule_id, _("“%(method)s”只适用于：%(grounds)s") % words)]
