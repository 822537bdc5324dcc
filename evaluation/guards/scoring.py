"""What must hold before a score sheet is handed in."""

from __future__ import annotations

from django.utils.translation import gettext as _

from evaluation.models import ScoreSheet
from evaluation.selectors.scoring import unscored
from procurement.lifecycle.engine import Attempt
from procurement.money import format_yuan
from procurement.rules import guard


@guard("R-139")
def review_is_in_session(attempt: Attempt) -> str | None:
    return None if attempt.obj.panel.status == "in_session" else _("评审未在进行，不能提交评分")


@guard("R-154")
def member_still_sits(attempt: Attempt) -> str | None:
    return None if attempt.obj.seat.status == "confirmed" else _("您已不在本评审组，不能提交评分")


@guard("R-132")
def every_factor_is_scored(attempt: Attempt) -> str | None:
    missing = unscored(attempt.obj)
    if not missing:
        return None
    return _("尚未评分：%(factors)s") % {"factors": "、".join(str(factor) for factor in missing)}


@guard("S-04")
def amount_is_suggested(attempt: Attempt) -> str | None:
    """On grants a panel advises on money too; the suggestion may cut but not raise what was asked for."""
    sheet: ScoreSheet = attempt.obj
    if not sheet.entry.suggests_amount:
        return None
    if sheet.suggested_amount is None:
        return _("请填写建议资金；不建议支持的填 0")
    if sheet.suggested_amount > sheet.entry.amount:
        return _("建议资金不得超过申请资金 %(asked)s") % {"asked": format_yuan(sheet.entry.amount)}
    return None
