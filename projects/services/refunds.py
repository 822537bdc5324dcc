"""Money going back to the treasury (R-255)."""

from __future__ import annotations

from procurement.lifecycle.engine import Attempt
from procurement.rules import implements
from projects.models import Application, FinancialAudit, Payment, Refund
from projects.selectors.closeouts import contract_of, final_audit


@implements("R-255")
def settle(
    application: Application, *, audit: FinancialAudit | None = None, last: Payment | None = None
) -> Refund | None:
    """Once the audit is final and no tranche is under way, what was paid beyond the eligible spending is due back.

    Called whenever the audit or a payment concludes; ``audit`` and ``last`` are those concluding at this moment,
    whose rows still say otherwise. Safe to repeat: a project has one refund.
    """
    audit, contract = audit or final_audit(application), contract_of(application)
    if audit is None or contract is None:
        return None
    pending = contract.payments.open()
    if last is not None:
        pending = pending.exclude(pk=last.pk)
    if pending.exists() and contract.status != "terminated":
        return None
    due = audit.refund_due_of(contract.paid_total)
    if due <= 0 or Refund.objects.filter(application=application).exists():
        return None
    refund = Refund(application=application, case=application.case, amount=due)
    refund.save()
    return refund


def settle_after_payment(attempt: Attempt) -> None:
    """Effect of payment.confirm and payment.cancel."""
    refund = settle(attempt.obj.contract.application, last=attempt.obj)
    if refund is not None:
        attempt.kept["refund_due"] = str(refund.amount)


def give_back(attempt: Attempt) -> None:
    refund: Refund = attempt.obj
    refund.voucher_number, refund.returned_at = attempt.data["voucher_number"], attempt.at


def not_arrived(attempt: Attempt) -> None:
    """Effect of refund.refuse: the voucher named did not bring the money."""
    attempt.kept["voucher_number"] = attempt.obj.voucher_number
    attempt.obj.voucher_number, attempt.obj.returned_at = "", None
