"""Custody money: in when a payment is confirmed, out when a voucher is approved; the database holds the balance."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement import audit
from procurement.access import Actor, actor_for
from procurement.documents import Progress, render_pdf, store_generated
from procurement.documents.models import Document, Job
from procurement.lifecycle.engine import Attempt, database_now
from procurement.lifecycle.numbering import next_number
from procurement.money import yuan
from procurement.rules import Refusal, RuleViolation, implements, records
from projects.models import CustodyEntry, CustodyEntryKind, CustodyLedger, CustodyVoucher, Payment
from projects.selectors.custody import may_prepare, statement
from projects.selectors.proxies import proxy_of
from projects.services.refunds import settle_after_payment


@implements("R-073")
def receive(attempt: Attempt) -> None:
    """Effect of payment.confirm: what a union received for a group goes into the group's ledger."""
    settle_after_payment(attempt)
    payment: Payment = attempt.obj
    proxy = proxy_of(payment.contract.origin_application)
    if proxy is None:
        return
    ledger, _created = CustodyLedger.objects.get_or_create(
        application=payment.contract.origin_application,
        defaults={
            "union": proxy.union,
            "executor": proxy.executor,
            "fee_share": proxy.letter.fee_share,
            "opened_at": attempt.at,
        },
    )
    CustodyEntry.objects.create(
        ledger=ledger,
        kind=CustodyEntryKind.INFLOW,
        amount=payment.amount,
        payment=payment,
        actor=attempt.actor.person,
        on=attempt.today,
    )
    attempt.kept["custody"] = str(ledger.pk)


@transaction.atomic
def prepare_voucher(
    *,
    actor: Actor,
    ledger: CustodyLedger,
    kind: str,
    payee: str,
    purpose: str,
    amount: Decimal,
    evidence: str = "",
    at: datetime | None = None,
) -> CustodyVoucher:
    """Ask for money to go out. Nothing moves until another person approves it."""
    moment = at or database_now()
    if not may_prepare(actor, ledger):
        raise RuleViolation([Refusal("S-02", _("凭单由代管单位或执行方编制"))])
    voucher = CustodyVoucher(
        ledger=ledger,
        case=ledger.application.case,
        number=next_number("custody_voucher", prefix="DG", year=timezone.localtime(moment).year),
        kind=kind,
        payee=payee.strip(),
        purpose=purpose.strip(),
        amount=yuan(amount),
        evidence=evidence.strip(),
        prepared_by=actor.person,
    )
    voucher.save()
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="custody_voucher.prepare",
        subject=voucher.subject,
        case_id=voucher.case_id,
        body={"ledger": str(ledger.pk), "amount": str(voucher.amount), "kind": kind},
    )
    return voucher


# --- effects of the table's rows --------------------------------------------------------------------------------


@implements("R-073")
def approve(attempt: Attempt) -> None:
    """Effect: out of the balance; of two that together overdraw, the database lets one through."""
    voucher: CustodyVoucher = attempt.obj
    voucher.approved_by = attempt.actor.person
    _move(attempt, CustodyEntryKind.OUTFLOW, -voucher.amount)


def pay(attempt: Attempt) -> None:
    voucher: CustodyVoucher = attempt.obj
    voucher.paid_by, voucher.paid_on = attempt.actor.person, attempt.data["paid_on"]
    voucher.reference = attempt.data["reference"]


def reverse(attempt: Attempt) -> None:
    """Effect: the bank sent it back; the money stands on the ledger again."""
    _move(attempt, CustodyEntryKind.REVERSAL, attempt.obj.amount)


def _move(attempt: Attempt, kind: CustodyEntryKind, amount: Decimal) -> None:
    CustodyEntry.objects.create(
        ledger=attempt.obj.ledger,
        kind=kind,
        amount=amount,
        voucher=attempt.obj,
        actor=attempt.actor.person,
        on=attempt.today,
    )


@records("R-073")
def make_statement_pdf(job: Job, progress: Progress) -> Document:
    """Handler of the job kind ``custody_statement``; ``params`` names the ledger and the month."""
    ledger = CustodyLedger.objects.select_related("application__case", "union", "executor").get(pk=job.params["ledger"])
    month = datetime.strptime(job.params["month"], "%Y-%m").date()  # noqa: DTZ007  a month, no instant
    found = statement(ledger, month)
    context = {
        "statement": found,
        "ledger": ledger,
        "title": str(ledger.application),
        "issuer": ledger.union.name,
        "reference": f"{ledger.application.number} {month:%Y-%m}",
        "issued_at": job.requested_at,
    }
    content = render_pdf("documents/custody_statement.html", context, progress=progress)
    return store_generated(
        actor=actor_for(job.requested_by),
        content=content,
        filename=f"{ledger.application.number}-{month:%Y-%m}.pdf",
        subject=f"projects.custodyledger:{ledger.pk}",
        kind="custody_statement",
        title=_("%(month)s 代管资金对账单") % {"month": f"{month:%Y-%m}"},
        case_id=ledger.application.case_id,
        organization_id=ledger.union_id,
    )
