"""What must hold when a winner is decided, announced, replaced, and when the contract is signed (R-170 … R-178)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from procurement.lifecycle.engine import Attempt
from procurement.rules import Refusal, guard
from projects.models import Award, Bid
from projects.selectors.awards import candidates, decide_by, expert_names, first_of, is_framework, open_lots
from projects.selectors.remedies import freezing_sentence

#: States of a contract from which the winner has signed nothing yet.
UNSIGNED = ("draft", "checked", "approved", "cancelled")


@guard("R-121", "R-170")
def somebody_can_be_chosen(attempt: Attempt) -> list[Refusal]:
    procedure = attempt.obj
    found = []
    for lot in open_lots(procedure):
        if candidates(lot).exists():
            continue
        ranked = [bid for bid in lot.bids.competing() if bid.quote is not None]
        limit = min(procedure.price_ceiling or lot.budget, lot.budget)
        if ranked and all(bid.quote is not None and bid.quote > limit for bid in ranked):
            found.append(Refusal("R-121", _("第%(lot)s包的报价均超过采购预算，应当废标") % {"lot": lot.number}))
        else:
            found.append(Refusal("R-170", _("第%(lot)s包没有可以确定的候选人") % {"lot": lot.number}))
    return found


@guard("R-170")
def decided_in_time(attempt: Attempt) -> str | None:
    """Late is not forbidden, it is explained; the clock decides by itself for a purchaser who stays silent."""
    due = decide_by(attempt.obj)
    if due is None or attempt.today <= due:
        return None
    return _("收到评审报告后的确定期限已于 %(day)s 届满") % {"day": due}


@guard("R-170", "R-100")
def choice_follows_the_ranking(attempt: Attempt) -> list[Refusal]:
    """One lot, one winner: the best candidate left. A framework takes them from the top, at least two."""
    procedure, chosen = attempt.obj, attempt.data.get("winners", {})
    found: list[Refusal] = []
    for lot in open_lots(procedure):
        rows = list(candidates(lot))
        wanted = [bid for bid in rows if str(bid.pk) in chosen.get(str(lot.pk), ())]
        if len(wanted) != len(chosen.get(str(lot.pk), ())) or not wanted:
            found.append(Refusal("R-170", _("请在第%(lot)s包的候选人中确定中标（成交）人") % {"lot": lot.number}))
        elif is_framework(procedure):
            found += _framework_refusals(lot, rows, wanted)
        elif len(wanted) > 1 or wanted[0] not in first_of(rows):
            found.append(
                Refusal(
                    "R-170",
                    _("第%(lot)s包须确定排名第一的候选人“%(name)s”，不得越过顺序")
                    % {"lot": lot.number, "name": "、".join(bid.bidder.name for bid in first_of(rows))},
                )
            )
    return found


def _framework_refusals(lot: Any, rows: list[Bid], wanted: list[Bid]) -> list[Refusal]:
    found = []
    if len(wanted) < 2:
        found.append(Refusal("R-100", _("第%(lot)s包的框架协议至少须有两家入围供应商") % {"lot": lot.number}))
    last = max(bid.rank or 0 for bid in wanted)
    if any((bid.rank or 0) < last and bid not in wanted for bid in rows):
        found.append(Refusal("R-170", _("第%(lot)s包的入围供应商须按评审顺序确定，不得跳过") % {"lot": lot.number}))
    return found


@guard("R-172")
def experts_are_known(attempt: Attempt) -> str | None:
    """The result names who reviewed it (R-157); without the list it does not come out."""
    return None if expert_names(attempt.obj) else _("结果公告须载明评审专家名单，尚无名单")


@guard("R-170")
def every_lot_is_decided(attempt: Attempt) -> str | None:
    missing = "、".join(str(lot.number) for lot in open_lots(attempt.obj))
    return _("第%(lots)s包尚未确定中标（成交）人") % {"lots": missing} if missing else None


@guard("R-177")
def somebody_declined(attempt: Attempt) -> str | None:
    """Only where a winner refused does the next one move up by the purchaser's own hand (R-178)."""
    if any(lot.awards.filter(status="declined").exists() for lot in open_lots(attempt.obj)):
        return None
    return _("没有放弃中标（成交）的供应商，结果不得改变")


@guard("R-178")
def contract_is_not_signed(attempt: Attempt) -> str | None:
    award: Award = attempt.obj
    signed = award.contracts.exclude(status__in=UNSIGNED).exists()
    return _("合同已经签署，结果不得改变") if signed else None


@guard("R-171", "R-170", "R-183")
def clock_of_the_result_is_over(attempt: Attempt) -> list[Refusal]:
    """On the contract of an award: the announcement has run and the award stands (R-171, R-178)."""
    award = attempt.obj.award
    if award is None:
        return []
    if award.status != "announced":
        return [Refusal("R-170", _("中标（成交）结果当前为“%(state)s”，不能签约") % {"state": award.state.label})]
    if frozen := freezing_sentence(award.procedure):
        return [Refusal("R-183", frozen)]
    running = award.procedure.notices.filter(kind__in=("award", "award_change"), status="published").first()
    if running is not None and running.ends_on is not None and attempt.today <= running.ends_on:
        return [Refusal("R-171", _("结果公告期至 %(day)s，期满后才能签约") % {"day": running.ends_on})]
    if award.procedure.status != "awarded":
        state = award.procedure.state.label
        return [Refusal("R-170", _("采购项目当前为“%(state)s”，不能签约") % {"state": state})]
    return []
