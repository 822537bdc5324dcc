"""What must hold when the leading group decides, the list is publicised and the project is approved."""

from __future__ import annotations

from django.utils.translation import gettext as _

from procurement.lifecycle.engine import Attempt
from procurement.money import format_yuan
from procurement.rules import guard


@guard("R-018")
def amount_is_granted(attempt: Attempt) -> str | None:
    granted, requested = attempt.data.get("granted_amount"), attempt.obj.requested_amount
    if granted is None or granted <= 0:
        return _("请填写批复资金，须大于 0 元")
    if granted > requested:
        return _("批复资金 %(granted)s 超过申请资金 %(requested)s") % {
            "granted": format_yuan(granted),
            "requested": format_yuan(requested),
        }
    return None


@guard("R-018")
def within_envelope(attempt: Attempt) -> str | None:
    """Courtesy: says it before the database does (catalogs.FundEnvelope holds the check)."""
    granted, envelope = attempt.data.get("granted_amount"), attempt.obj.guide.envelope
    if granted is None or envelope is None:
        return None
    left = envelope.amount - envelope.committed_total
    if granted <= left:
        return None
    return _("批复资金 %(granted)s 超出指南资金额度：额度 %(amount)s，已安排 %(used)s，剩余 %(left)s") % {
        "granted": format_yuan(granted),
        "amount": format_yuan(envelope.amount),
        "used": format_yuan(envelope.committed_total),
        "left": format_yuan(left),
    }


@guard("R-174")
def no_open_objection(attempt: Attempt) -> str | None:
    pending = attempt.obj.objections.open().count()
    if not pending:
        return None
    return _("还有 %(count)s 件公示异议未复核，复核完毕前不得批复") % {"count": pending}
