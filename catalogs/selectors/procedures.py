"""Which way of buying the rules lead to, with the rule beside it. Every amount comes from a rule set (R-001)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from catalogs.models import MethodGround, ProcurementMethod
from procurement.money import format_yuan
from procurement.rules import Refusal, Regime, implements
from procurement.rules.models import RuleSet

M, G = ProcurementMethod, MethodGround

#: The circumstances each method needs, and the rule that says so.
GROUNDS: dict[str, tuple[str, tuple[MethodGround, ...]]] = {
    M.INVITED_TENDER: ("R-094", (G.SPECIAL_SUPPLY, G.TOO_COSTLY)),
    M.COMPETITIVE_NEGOTIATION: ("R-095", (G.FAILED_TENDER, G.COMPLEX, G.URGENT, G.PRICE_UNKNOWN)),
    M.COMPETITIVE_CONSULTATION: ("R-096", (G.GOVERNMENT_SERVICE,)),
    M.SINGLE_SOURCE: ("R-097", (G.ONLY_SUPPLIER, G.EMERGENCY, G.CONSISTENCY)),
    M.FRAMEWORK_AGREEMENT: ("R-100", (G.RECIPIENTS_CHOOSE,)),
    M.DIRECT_PURCHASE: ("R-102", (G.SMALL_AMOUNT,)),
}
METHODS: dict[str, tuple[ProcurementMethod, ...]] = {
    Regime.GRANT_APPLICATION: (M.GUIDE_APPLICATION,),
    Regime.STATUTORY: (
        M.OPEN_TENDER, M.INVITED_TENDER, M.COMPETITIVE_NEGOTIATION, M.COMPETITIVE_CONSULTATION, M.SINGLE_SOURCE,
        M.FRAMEWORK_AGREEMENT,
    ),
    Regime.OTHER_PURCHASE: (
        M.COMPETITIVE_SELECTION, M.DIRECT_PURCHASE, M.OPEN_TENDER, M.INVITED_TENDER, M.COMPETITIVE_NEGOTIATION,
        M.COMPETITIVE_CONSULTATION, M.GUIDE_APPLICATION,
    ),
}  # fmt: skip


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
    """``method`` is None where the place leaves the way of buying open below an amount (R-092)."""

    regime: Regime
    method: ProcurementMethod | None
    steps: tuple[Step, ...]
    above_threshold: bool = False

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
    is_major: bool = False,
    recipients_choose: bool = False,
) -> Recommendation:
    """The regime and the method for a purchase of ``amount`` yuan; 以上 includes the amount itself (R-306)."""
    if by_guide:
        step = Step("R-090", _("以申报指南安排的资金，由社会组织申报、评审立项"))
        return Recommendation(Regime.GRANT_APPLICATION, M.GUIDE_APPLICATION, (step,))
    limit = _money(statutory, "purchase_limit")
    if not in_central_catalogue and amount < limit:
        return _below_the_limit(amount, limit, other, statutory, is_major)
    first = Step("R-090", _("属于集中采购目录")) if in_central_catalogue else Step("R-090", _reaches(amount, limit))
    threshold = _money(statutory, "open_tender_threshold")
    method, step = _statutory_method(amount, threshold, statutory, is_major, recipients_choose)
    return Recommendation(Regime.STATUTORY, method, (first, step), above_threshold=amount >= threshold)


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
    if is_major:
        step = Step("R-024", _("重大、民生或临时项目一事一议，公开招标"))
        return Recommendation(Regime.OTHER_PURCHASE, M.OPEN_TENDER, (first, step))
    floor = _money(statutory, "unspecified_below")
    if amount < floor:
        step = Step("R-092", _("不足%(low)s的，不限定购买方式") % {"low": format_yuan(floor)})
        return Recommendation(Regime.OTHER_PURCHASE, None, (first, step))
    small = _money(other, "direct_purchase_limit")
    text = _("原则上竞争性比选")
    if amount <= small:
        text = _("原则上竞争性比选；单项不超过%(limit)s的，说明理由并经两人审批可直接委托") % {
            "limit": format_yuan(small)
        }
    return Recommendation(Regime.OTHER_PURCHASE, M.COMPETITIVE_SELECTION, (first, Step("R-102", text)))


def _reaches(amount: Decimal, limit: Decimal) -> str:
    return _("%(amount)s达到采购限额标准%(limit)s") % {"amount": format_yuan(amount), "limit": format_yuan(limit)}


def _money(rules: RuleSet, code: str) -> Decimal:
    value: Any = rules.value(code)
    return Decimal(value)


@implements("R-094", "R-095", "R-097", "R-099", "R-102", "R-106")
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
    if chosen not in METHODS[found.regime] and not (found.method is None and chosen in METHODS["other_purchase"]):
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
