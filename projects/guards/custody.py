"""What must hold before custody money goes out (R-073, R-074, R-254)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from procurement.lifecycle.engine import Attempt
from procurement.money import format_yuan
from procurement.rules import guard
from projects.models import VoucherKind
from projects.selectors.custody import fee_left


@guard("R-254")
def approver_is_another_person(attempt: Attempt) -> str | None:
    if attempt.actor.id != attempt.obj.prepared_by_id:
        return None
    return _("凭单由您编制，须由另一人审批")


@guard("R-254")
def payer_is_another_person(attempt: Attempt) -> str | None:
    if attempt.actor.id is None or attempt.actor.id != attempt.obj.approved_by_id:
        return None
    return _("凭单由您审批，须由另一人支付")


@guard("R-073")
def balance_suffices(attempt: Attempt) -> str | None:
    """Courtesy: the database decides when two come at once."""
    voucher = attempt.obj
    if voucher.amount <= voucher.ledger.balance:
        return None
    return _("余额 %(left)s，不足支付 %(asked)s") % {
        "left": format_yuan(voucher.ledger.balance),
        "asked": format_yuan(voucher.amount),
    }


@guard("R-074", warning=False)
def fee_is_as_disclosed(attempt: Attempt) -> str | None:
    """The union takes no more than the share the letter disclosed, of what has come in."""
    voucher = attempt.obj
    if voucher.kind != VoucherKind.FEE:
        return None
    left = fee_left(voucher.ledger)
    if voucher.amount <= left:
        return None
    return _("按委托书公开的比例，服务费尚可提取 %(left)s，本次为 %(asked)s") % {
        "left": format_yuan(left),
        "asked": format_yuan(voucher.amount),
    }
