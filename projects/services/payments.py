"""The three acts of a payment; who did each is kept beside the duty ledger and held apart by the database."""

from __future__ import annotations

from procurement.calendars import CalendarNotAnnounced, Period
from procurement.lifecycle import steps
from procurement.lifecycle.engine import Attempt
from procurement.rules import implements
from projects.models import Payment


@implements("R-251")
def request(attempt: Attempt) -> None:
    """Effect of payment.request: the invoice starts the clock for paying."""
    payment: Payment = attempt.obj
    payment.requested_by = attempt.actor.user
    payment.invoice_number = attempt.data["invoice_number"]
    payment.invoiced_on = attempt.data["invoiced_on"]
    try:
        payment.due_on = Period.parse(str(attempt.value("payment_days"))).due(payment.invoiced_on)
    except CalendarNotAnnounced:
        payment.due_on = None


def approve(attempt: Attempt) -> None:
    attempt.obj.approved_by = attempt.actor.user


def reject(attempt: Attempt) -> None:
    """Back to the start: the next request names its people anew."""
    payment: Payment = attempt.obj
    payment.requested_by = payment.approved_by = None
    payment.invoice_number, payment.invoiced_on, payment.due_on = "", None, None


def pay(attempt: Attempt) -> None:
    """Effect of payment.pay: the database adds the amount to the contract and holds it within (R-018)."""
    payment: Payment = attempt.obj
    payment.paid_by, payment.paid_at = attempt.actor.user, attempt.at
    payment.voucher_number = attempt.data["voucher_number"]
    if payment.tranche == 1 and payment.case is not None:
        steps.complete_step(payment.case, "release_first_tranche", at=attempt.at, actor=attempt.actor)
        steps.open_step(payment.case, "launch", at=attempt.at)
