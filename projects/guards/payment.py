"""What must hold before public money moves."""

from __future__ import annotations

from django.utils.translation import gettext as _

from procurement.lifecycle.engine import Attempt
from procurement.rules import Refusal, guard
from projects.models import PaymentCondition
from projects.selectors.conditions import missing_condition, open_rectifications

#: Which rule a missing condition is refused under.
_RULE_OF = {
    PaymentCondition.FILED: "R-203",
    PaymentCondition.LEDGER: "R-221",
    PaymentCondition.REPORTS: "R-222",
    PaymentCondition.MIDTERM: "R-226",
    PaymentCondition.ACCEPTED: "R-253",
    PaymentCondition.AUDITED: "R-253",
}


@guard("R-250", *dict.fromkeys(_RULE_OF.values()), warning=False)
def conditions_are_met(attempt: Attempt) -> list[Refusal]:
    payment = attempt.obj
    return [
        Refusal(_RULE_OF[PaymentCondition(code)], sentence)
        for code in payment.conditions
        if (sentence := missing_condition(code, payment.contract, attempt.today))
    ]


@guard("R-209")
def contract_is_running(attempt: Attempt) -> str | None:
    state = attempt.obj.contract.state
    return None if state.code == "performing" else _("合同当前为“%(state)s”，不能付款") % {"state": state.label}


@guard("R-225")
def nothing_to_rectify(attempt: Attempt) -> str | None:
    pending = open_rectifications(attempt.obj.contract.application)
    return _("有 %(n)s 件整改未完成，整改合格前不得付款") % {"n": pending} if pending else None


@guard("R-250")
def earlier_tranche_paid(attempt: Attempt) -> str | None:
    payment = attempt.obj
    earlier = payment.contract.payments.filter(tranche__lt=payment.tranche, paid_at__isnull=True).exclude(
        status="cancelled"
    )
    return _("前一期款项尚未支付") if earlier.exists() else None


@guard("S-04")
def invoice_is_given(attempt: Attempt) -> str | None:
    if attempt.data.get("invoice_number") and attempt.data.get("invoiced_on"):
        return None
    return _("请填写发票号码和收到发票的日期")


@guard("S-04")
def voucher_is_given(attempt: Attempt) -> str | None:
    return None if attempt.data.get("voucher_number") else _("请填写支付凭证号")


@guard("R-255")
def only_after_the_end(attempt: Attempt) -> str | None:
    ended = ("closing", "closed", "closed_failed", "terminated", "archived")
    if attempt.obj.contract.application.status in ended:
        return None
    return _("项目仍在实施，未付款项不得取消")
