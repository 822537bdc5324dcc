"""A custody ledger month by month, and what of the fee may still be taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from procurement.access import Actor, Role
from procurement.calendars import add_months
from procurement.money import yuan
from projects.models import CustodyEntry, CustodyEntryKind, CustodyLedger, CustodyVoucher, VoucherKind

#: Seats of the union that prepare, approve and pay.
UNION_ROLES = (Role.UNI, Role.ORG_H, Role.ORG)
#: Seats of the group that may ask for money by preparing a voucher.
GROUP_ROLES = (Role.REC, Role.ORG_H, Role.ORG)


@dataclass(frozen=True)
class Statement:
    """What came in and went out in a month."""

    ledger: CustodyLedger
    month: date
    opening: Decimal
    entries: list[CustodyEntry]

    @property
    def inflow(self) -> Decimal:
        return sum((row.amount for row in self.entries if row.amount > 0), Decimal(0))

    @property
    def outflow(self) -> Decimal:
        return -sum((row.amount for row in self.entries if row.amount < 0), Decimal(0))

    @property
    def closing(self) -> Decimal:
        return self.opening + self.inflow - self.outflow

    @property
    def last_day(self) -> date:
        return date.fromordinal(add_months(self.month, 1).toordinal() - 1)


def statement(ledger: CustodyLedger, month: date) -> Statement:
    """The month's movements with the balance it began with; two queries."""
    first = month.replace(day=1)
    before = ledger.entries.filter(on__lt=first).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    rows = ledger.entries.filter(on__gte=first, on__lt=add_months(first, 1)).select_related("voucher", "payment")
    return Statement(ledger, first, before, list(rows.order_by("on", "recorded_at")))


def months_of(ledger: CustodyLedger) -> list[date]:
    """Months with movements, newest first."""
    return list(ledger.entries.order_by("-on").dates("on", "month", order="DESC"))


def fee_left(ledger: CustodyLedger) -> Decimal:
    """What the union may still take of the share disclosed in the letter (R-074)."""
    rows = ledger.entries
    received = rows.filter(kind=CustodyEntryKind.INFLOW).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    taken = rows.filter(voucher__kind=VoucherKind.FEE).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    return yuan(received * ledger.fee_share) + taken


def may_prepare(actor: Actor, ledger: CustodyLedger) -> bool:
    """The union's people, and the group's own."""
    return any(actor.holds(role, ledger.union_id) for role in UNION_ROLES) or any(
        actor.holds(role, ledger.executor_id) for role in GROUP_ROLES
    )


def vouchers_waiting(actor: Actor) -> list[CustodyVoucher]:
    """To approve or to pay by the union's people; never the own ones to approve."""
    union = actor.organization_ids(*UNION_ROLES)
    if not union:
        return []
    rows = CustodyVoucher.objects.filter(ledger__union__in=union, status__in=("prepared", "approved"))
    return [
        row
        for row in rows.select_related("ledger__union", "ledger__executor")
        if actor.id != (row.prepared_by_id if row.status == "prepared" else row.approved_by_id)
    ]
