"""Two vouchers approved at once that together overdraw: exactly one passes; without the constraint both would (R-073)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from orgs.models import OrganizationKind
from procurement.access import Role
from procurement.lifecycle.engine import database_now, perform
from procurement.rules import RuleViolation
from projects.guards import custody as guards
from projects.models import CustodyEntry, CustodyLedger, CustodyVoucher
from tests.factories import make_actor, make_organization, make_user
from tests.factories.applications import make_guide, make_plain_application

pytestmark = pytest.mark.django_db(transaction=True)
IN, EACH = Decimal("1000.00"), Decimal("700.00")


class Purse:
    """A ledger with 1000 on it and two vouchers of 700, each with an approver of its own."""

    def __init__(self) -> None:
        union, group = make_organization(OrganizationKind.UNION), make_organization(OrganizationKind.COMMUNITY)
        application = make_plain_application(make_guide(), union)
        self.ledger = CustodyLedger.objects.create(
            application=application, union=union, executor=group, opened_at=database_now()
        )
        person = make_user()
        funding = self._voucher("到账", IN, person)
        # A reversal stands for the first money in: a payment would need the whole case.
        CustodyEntry.objects.create(
            ledger=self.ledger, kind="reversal", amount=IN, voucher=funding, actor=person, on=database_now().date()
        )
        self.vouchers = [self._voucher(f"支出{n}", EACH, person) for n in (1, 2)]
        self.said: list[str] = []
        self.heads = [make_actor(Role.ORG_H, union) for _each in (1, 2)]

    def _voucher(self, purpose: str, amount: Decimal, person: object) -> CustodyVoucher:
        return CustodyVoucher.objects.create(
            ledger=self.ledger,
            number=f"DG-{purpose}",
            payee="某单位",
            purpose=purpose,
            amount=amount,
            prepared_by=person,
        )

    def approve_both(self, barrier: Barrier) -> list[bool]:
        def run(n: int) -> bool:
            try:
                barrier.wait()
                perform(self.vouchers[n], "custody_voucher.approve", actor=self.heads[n])
            except RuleViolation as refused:
                self.said.append(str(refused)[:5])
                return False
            else:
                return True
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            return [future.result() for future in [pool.submit(run, n) for n in (0, 1)]]


def test_of_two_vouchers_that_overdraw_exactly_one_passes() -> None:
    purse = Purse()
    assert sorted(purse.approve_both(Barrier(2, timeout=20))) == [False, True]
    assert purse.said == ["R-073"]
    purse.ledger.refresh_from_db()
    assert purse.ledger.balance == IN - EACH


def test_without_the_constraint_both_pass_and_the_ledger_is_overdrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: guard and constraint off."""
    purse = Purse()
    monkeypatch.setattr(guards.balance_suffices, "check", lambda attempt: None)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE projects_custodyledger DROP CONSTRAINT custody_never_overdrawn")
    try:
        assert purse.approve_both(Barrier(2, timeout=20)) == [True, True]
        purse.ledger.refresh_from_db()
        assert purse.ledger.balance == IN - 2 * EACH
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE projects_custodyledger ADD CONSTRAINT custody_never_overdrawn CHECK (balance >= 0) NOT VALID"
            )


def test_without_the_guard_the_database_alone_still_lets_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    purse = Purse()
    monkeypatch.setattr(guards.balance_suffices, "check", lambda attempt: None)
    assert sorted(purse.approve_both(Barrier(2, timeout=20))) == [False, True]
