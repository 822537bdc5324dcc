"""Why a bid came out as it did, as codes with one wording each (R-173)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.models import Bid
from projects.selectors.awards import candidates, is_framework


class OutcomeReason(models.TextChoices):
    WON = "won", _("按评审顺序确定为中标（成交）人")
    MOVED_UP = "moved_up", _("前序候选人放弃或者失去资格，由您递补")
    RANKED_LOWER = "ranked_lower", _("评审排序在中标（成交）人之后")
    OVER_BUDGET = "over_budget", _("报价超过采购预算或者最高限价")
    NOT_QUALIFIED = "not_qualified", _("资格审查未通过")
    INVALID = "invalid", _("投标（响应）被认定为无效")
    UNREADABLE = "unreadable", _("投标（响应）文件未能开启")
    DECLINED = "declined", _("已放弃中标（成交）")
    VOIDED = "voided", _("原中标（成交）结果作废")


_BY_STATE = {
    "disqualified": OutcomeReason.NOT_QUALIFIED,
    "invalid": OutcomeReason.INVALID,
    "unreadable": OutcomeReason.UNREADABLE,
    "declined": OutcomeReason.DECLINED,
}


def reason_codes(bid: Bid) -> list[str]:
    """Codes of ``OutcomeReason``, the weightiest first."""
    if bid.status in _BY_STATE:
        return [_BY_STATE[bid.status].value]
    if bid.status == "awarded":
        moved = (bid.rank or 1) > 1 and not is_framework(bid.procedure)
        return [(OutcomeReason.MOVED_UP if moved else OutcomeReason.WON).value]
    if bid.awards.filter(status="voided", report_id=bid.report_id).exists():
        return [OutcomeReason.VOIDED.value]
    if not candidates(bid.lot).filter(pk=bid.pk).exists():
        return [OutcomeReason.OVER_BUDGET.value]
    return [OutcomeReason.RANKED_LOWER.value]


def reason_texts(codes: list[str]) -> list[str]:
    return [str(OutcomeReason(code).label) for code in codes if code in OutcomeReason.values]
