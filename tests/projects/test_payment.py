"""Step 10: three people, conditions that are met, never more than the contract, never twice."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client

from orgs.models import Membership
from procurement.demo import budget, people
from procurement.demo.stage import Stage, local
from procurement.demo.steps import contracting
from procurement.lifecycle.engine import perform, refusals
from procurement.rules import RuleViolation
from projects.models import Contract, Payment
from tests.projects.decided import to_performing


def requested(stage: Stage) -> Payment:
    payment = stage.contract.payments.get(tranche=1)
    perform(
        payment,
        "payment.request",
        actor=stage.actor("district"),
        at=stage.later(days=1),
        invoice_number="FP1",
        invoiced_on=date(2026, 5, 6),
    )
    return payment


@pytest.mark.django_db
@pytest.mark.stands(after=to_performing)
def test_first_tranche_goes_out_by_three_people(stage: Stage) -> None:
    contracting.first_tranche(stage)
    payment = stage.payment_1
    assert payment.status == "confirmed"
    assert len({payment.requested_by_id, payment.approved_by_id, payment.paid_by_id}) == 3
    assert stage.contract.paid_total == payment.amount
    assert stage.application.case.steps.get(step__code="release_first_tranche").state == "done"


@pytest.mark.django_db
@pytest.mark.stands(after=to_performing)
def test_second_tranche_names_everything_it_waits_for(stage: Stage) -> None:
    payment = stage.contract.payments.get(tranche=2)
    found = [str(r) for r in refusals(payment, "payment.request", stage.actor("district"), at=stage.now)]
    assert any(s.startswith("R-226") and "中期评估" in s for s in found)
    assert any("前一期" in s for s in found)


@pytest.mark.django_db
@pytest.mark.stands(after=to_performing)
def test_requester_may_not_approve_even_with_both_seats(stage: Stage) -> None:
    payment = requested(stage)
    Membership.objects.create(
        person=stage.actor("district").user,
        organization_id=stage.contract.purchaser_id,
        role="PU_FIN",
        valid_from=date(2026, 1, 1),
        appointed_by=stage.actor("sysadmin").user,
    )
    with pytest.raises(RuleViolation, match="R-254"):
        perform(payment, "payment.approve", actor=stage.actor("district"), at=stage.now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(approved_by=stage.actor("district").user)


@pytest.mark.django_db
@pytest.mark.stands(after=to_performing)
def test_paid_amount_cannot_be_changed_or_removed(stage: Stage) -> None:
    payment = contracting.tranche(stage, 1)
    for harm in (lambda: Payment.objects.filter(pk=payment.pk).update(amount=Decimal("1.00")), payment.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            harm()


@pytest.mark.django_db
@pytest.mark.stands(after=to_performing)
def test_payment_page_shows_what_is_missing_and_is_closed_to_strangers(stage: Stage, client: Client) -> None:
    payment = stage.contract.payments.get(tranche=3)
    client.force_login(stage.actor("district").user)
    assert "主责单位尚未验收通过" in client.get(payment.get_absolute_url()).content.decode()
    client.force_login(stage.actor("org2").user)
    assert client.get(payment.get_absolute_url()).status_code == 404


def _race(stage: Stage, payments: list[Payment]) -> list[str]:
    """Everybody pays at the same moment, each over a connection of their own."""
    barrier, said = threading.Barrier(len(payments)), []

    def pay(number: int, payment: Payment) -> None:
        barrier.wait()
        try:
            perform(payment, "payment.pay", actor=stage.actor("treasury"), at=stage.now, voucher_number=f"PZ-{number}")
            said.append("paid")
        except (RuleViolation, DatabaseError) as refused:
            said.append(type(refused).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=pay, args=(n, p)) for n, p in enumerate(payments)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


@pytest.fixture
def committed_stage(transactional_db: None) -> Stage:
    opened = local(2026, 1, 12)
    people.seed(opened)
    budget.seed(opened)
    stage = Stage(now=opened)
    to_performing(stage)
    return stage


def test_same_payment_paid_by_eight_clicks_at_once_goes_out_once(committed_stage: Stage) -> None:
    stage = committed_stage
    payment = requested(stage)
    perform(payment, "payment.approve", actor=stage.actor("finance"), at=stage.later(days=1))
    said = _race(stage, [payment] * 8)
    assert said.count("paid") == 1
    assert stage.contract.paid_total == payment.amount


def test_payments_racing_never_exceed_the_contract_and_would_without_the_guard(committed_stage: Stage) -> None:
    stage = committed_stage
    contract = stage.contract
    extra = [_approved_copy(contract, number) for number in range(11, 15)]
    said = _race(stage, extra)
    assert said.count("paid") == 1
    assert stage.contract.paid_total <= contract.amount
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE projects_contract DROP CONSTRAINT contract_paid_within_amount")
    try:
        _race(stage, [_approved_copy(contract, number) for number in range(21, 25)])
        assert stage.contract.paid_total > contract.amount
    finally:
        Contract.objects.filter(pk=contract.pk).update(paid_total=0)
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE projects_contract ADD CONSTRAINT contract_paid_within_amount"
                " CHECK (paid_total >= 0 AND paid_total <= amount)"
            )


def _approved_copy(contract: Contract, number: int) -> Payment:
    """A tranche too many, as a mistake in planning would leave it: seven tenths of the contract each."""
    return Payment.objects.create(
        contract=contract,
        case=contract.case,
        tranche=number,
        share=Decimal("0.7"),
        amount=(contract.amount * Decimal("0.7")).quantize(Decimal("0.01")),
        status="approved",
    )
