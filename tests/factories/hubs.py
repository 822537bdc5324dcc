"""Recognised hubs, and recognitions on their way."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from orgs.models import HubRecognition, HubTier, Organization
from procurement.calendars import add_months
from procurement.demo.stage import Stage, local
from procurement.demo.steps import proxying
from procurement.lifecycle.models import LifecycleModel
from projects.models import Application, CustodyLedger
from projects.services.custody import prepare_voucher
from tests.factories.people import make_organization

_number = count(1)
SINCE = date(2024, 1, 2)


def make_recognition(hub: Organization, *, status: str = "recognised", **fields: Any) -> HubRecognition:
    """In force since 2024 unless told otherwise, by a leading group of its own."""
    number = next(_number)
    values = {
        "tier": HubTier.DISTRICT,
        "field": "综合服务",
        "grounds": "联系本领域社会组织，作用突出。",
        "document_number": f"测社领〔2024〕{number}号",
        "recognised_on": SINCE,
        "review_due_on": add_months(timezone.localdate(), 6),
    }
    office = fields.pop("office", None) or make_organization()
    return HubRecognition.objects.create(organization=hub, office=office, status=status, **{**values, **fields})


def specimens() -> dict[str, LifecycleModel]:
    """One of each lifecycle of the network, among the bodies of the demo world and on its project."""
    stage = Stage(now=local(2026, 1, 13))
    filing, letter = proxying.file_group(stage), proxying.give_letter(stage)
    bought = Application.objects.filter(guide__purchaser__memberships__person__username="office").order_by("created_at")
    ledger = CustodyLedger.objects.create(
        application=bought[0], union=letter.union, executor=letter.executor, opened_at=stage.now
    )
    voucher = prepare_voucher(
        actor=stage.actor("union"), ledger=ledger, kind="expense", payee="某印务部", purpose="印制", amount=Decimal(100)
    )
    return {
        "hub_recognition": HubRecognition.objects.in_force().order_by("created_at")[0],
        "filing": filing,
        "authorization": letter,
        "custody_voucher": voucher,
    }
