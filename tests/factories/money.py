"""Envelopes, brought to their state by the people who do so."""

from __future__ import annotations

from decimal import Decimal
from itertools import count

from catalogs.models import FundEnvelope, FundSource
from orgs.models import Organization, OrganizationKind
from procurement.access import Role
from procurement.lifecycle.engine import perform
from tests.factories.people import make_actor, make_organization

_number = count(1)


def make_envelope(
    amount: str = "1000000.00",
    *,
    status: str = "approved",
    office: Organization | None = None,
    finance: Organization | None = None,
    fiscal_year: int = 2026,
) -> FundEnvelope:
    """An envelope in ``status``, submitted by its office and approved by its finance authority."""
    office = office or make_organization()
    finance = finance or make_organization(OrganizationKind.AUTHORITY)
    envelope = FundEnvelope.objects.create(
        fiscal_year=fiscal_year,
        title=f"社会建设专项资金{next(_number)}",
        source=FundSource.SPECIAL_FUND,
        jurisdiction=office.region,
        office=office,
        finance=finance,
        amount=Decimal(amount),
        basis="参照上年度平均资助额测算",
    )
    if status != "draft":
        perform(envelope, "envelope.submit", actor=make_actor(Role.LGO, office))
    if status == "approved":
        approver = make_actor(Role.FIN, finance)
        perform(envelope, "envelope.approve", actor=approver, approval_number="朝财预〔2026〕18号")
    return envelope
