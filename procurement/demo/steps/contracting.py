"""Steps 9–10: the budget comes down to the grant, both heads sign, the first tranche goes out by three people."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from procurement.demo.stage import Stage
from procurement.lifecycle.engine import perform
from projects.models import Payment
from projects.services.contracts import draft_contract
from projects.services.revisions import begin_revision, save_revision


def revise(stage: Stage) -> None:
    """Scale the last line so that the sum is the granted amount to the cent (R-179)."""
    application = stage.application
    lines = begin_revision(actor=stage.actor("org"), application=application)
    entered = [
        {
            "item": line.item,
            "description": line.description,
            "unit": line.unit,
            "quantity": line.quantity,
            "unit_price": line.unit_price,
        }
        for line in lines
    ]
    surplus = sum((line.amount for line in lines), Decimal(0)) - application.granted_amount
    largest = max(range(len(lines)), key=lambda n: lines[n].amount)
    entered[largest] |= {"quantity": Decimal(1), "unit": "项", "unit_price": lines[largest].amount - surplus}
    save_revision(
        actor=stage.actor("org"),
        application=application,
        lines=entered,
        scheme="按批复资金压减活动物资和场次，服务人数和指标不变。",
    )
    perform(application, "application.revise", actor=stage.actor("org-head"), at=stage.later(working_days=3))


def draft(stage: Stage) -> None:
    contract = draft_contract(
        actor=stage.actor("district"), application=stage.application, at=stage.later(working_days=1)
    )
    stage.put("contract", contract)
    perform(contract, "contract.check", actor=stage.actor("checker"), at=stage.later(working_days=1))
    perform(contract, "contract.approve", actor=stage.actor("district"), at=stage.later(hours=2))


def sign(stage: Stage) -> None:
    for row, who in (("contract.sign_contractor", "org-head"), ("contract.sign_purchaser", "signer")):
        perform(
            stage.contract,
            row,
            actor=stage.actor(who),
            at=stage.later(days=1),
            seen_sha256=stage.contract.content_sha256,
            confirmed=True,
        )


def file(stage: Stage) -> None:
    perform(stage.contract, "contract.file", actor=stage.actor("finance"), at=stage.later(working_days=2))


def contract(stage: Stage) -> None:
    """Step 9 whole."""
    draft(stage)
    sign(stage)
    file(stage)


def tranche(stage: Stage, number: int) -> Payment:
    """One tranche, asked for, approved, paid and confirmed by four people."""
    payment = stage.contract.payments.get(tranche=number)
    stage.put(f"payment_{number}", payment)
    invoiced = timezone.localtime(stage.later(working_days=1)).date()
    perform(
        payment,
        "payment.request",
        actor=stage.actor("district"),
        at=stage.now,
        invoice_number=f"FP{payment.pk.hex[:10].upper()}",
        invoiced_on=invoiced,
    )
    perform(payment, "payment.approve", actor=stage.actor("finance"), at=stage.later(working_days=1))
    perform(
        payment,
        "payment.pay",
        actor=stage.actor("treasury"),
        at=stage.later(working_days=1),
        voucher_number=f"PZ{payment.pk.hex[:10].upper()}",
    )
    perform(payment, "payment.confirm", actor=stage.actor("org"), at=stage.later(days=1))
    return payment


def first_tranche(stage: Stage) -> None:
    """Step 10 whole."""
    tranche(stage, 1)
