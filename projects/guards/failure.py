"""A procedure fails for a reason the law names, and the facts must bear it out (R-098, R-118, R-121, R-122, R-177)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from procurement.lifecycle.engine import Attempt
from procurement.rules import Refusal, guard
from projects.models import FailureCause
from projects.selectors.procedures import shortage_of_bidders

#: The rule behind each cause.
RULE_OF = {
    FailureCause.TOO_FEW: "R-118",
    FailureCause.OVER_BUDGET: "R-121",
    FailureCause.ILLEGAL: "R-122",
    FailureCause.OBJECTION: "R-098",
    FailureCause.DECLINED: "R-177",
    FailureCause.CANCELLED: "R-122",
}


@guard("R-118", "R-098", "R-121", "R-122", "R-177")
def facts_bear_the_cause(attempt: Attempt) -> Refusal | None:
    cause, procedure = attempt.data.get("cause", ""), attempt.obj
    if cause not in RULE_OF or cause == FailureCause.CANCELLED:
        return Refusal("R-122", _("请选择废标（终止）的原因"))
    look = _FACTS.get(FailureCause(cause))
    text = look(procedure) if look else None
    return Refusal(RULE_OF[FailureCause(cause)], text) if text else None


def _too_few(procedure: Any) -> str | None:
    """Too few in every lot: one that has enough goes on by itself."""
    if procedure.status in ("publicised", "arguing", "bidding"):
        return _("投标（响应）尚未截止，供应商家数未定")
    if len(shortage_of_bidders(procedure)) == procedure.lots.count():
        return None
    return _("有采购包的供应商达到规定家数，采购活动应当继续")


def _over_budget(procedure: Any) -> str | None:
    """All quotes of some lot lie above what the purchaser can pay; one that fits is enough to go on."""
    for lot in procedure.lots.all():
        quotes = [bid.quote for bid in lot.bids.competing()]
        if quotes and all(quote is not None and quote > lot.budget for quote in quotes):
            return None
    return _("没有报价均超过预算的采购包")


def _objection(procedure: Any) -> str | None:
    return None if procedure.status == "arguing" else _("没有待论证的公示异议")


def _declined(procedure: Any) -> str | None:
    if procedure.bids.filter(status="declined").exists():
        return None
    return _("没有中标（成交）人放弃")


_FACTS: dict[FailureCause, Callable[[Any], str | None]] = {
    FailureCause.TOO_FEW: _too_few,
    FailureCause.OVER_BUDGET: _over_budget,
    FailureCause.OBJECTION: _objection,
    FailureCause.DECLINED: _declined,
}
