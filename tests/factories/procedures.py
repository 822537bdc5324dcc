"""Procedures and opened bids standing at a given state, with their bodies; for rooms that begin there."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

from django.utils import timezone

from catalogs.models import PurchasePlan
from orgs.models import Organization
from procurement.demo.budget import demo_organization
from procurement.lifecycle.models import LifecycleModel
from projects.models import Bid, Lot, Procedure
from tests.factories.budgets import draft_plan, make_line
from tests.factories.money import make_envelope
from tests.factories.people import make_social_organization

_number = count(1)
OPEN = {"method": "open_tender", "method_reason": ""}


def make_procedure(status: str = "draft", *, plan: PurchasePlan | None = None, **fields: Any) -> Procedure:
    """A procedure of one lot; an open tender of 600 000 yuan unless told otherwise."""
    plan = plan or draft_plan(make_line(amount="2000000.00"), "600000.00", **OPEN)
    number = next(_number)
    line = plan.budget_line
    values = {
        "number": f"CG-2026-{number:04d}",
        "title": f"社区为老服务采购{number}",
        "kind": plan.method,
        "regime": plan.regime,
        "rule_set": plan.rule_set if plan.regime == "statutory" else plan.other_rule_set,
        "purchaser": line.department,
        "finance": line.envelope.finance,
        "method_reason": plan.method_reason,
        "budget": plan.amount,
        **_times(status),
        **fields,
    }
    procedure = Procedure.objects.create(plan=plan, status=status, **values)
    Lot.objects.create(procedure=procedure, number=1, title=procedure.title, budget=procedure.budget)
    return procedure


def make_bid(procedure: Procedure, status: str = "opened", *, price: str = "500000.00", **fields: Any) -> Bid:
    """An opened bid for the first lot, by a bidder of its own."""
    lot = procedure.lots.get(number=1)
    values = {
        "bidder": fields.pop("bidder", None) or make_social_organization(),
        "position": lot.bids.count() + 1,
        "submission_id": uuid4(),
        "price": Decimal(price),
        "opened_at": procedure.opened_at or timezone.now(),
        **fields,
    }
    return Bid.objects.create(procedure=procedure, lot=lot, status=status, **values)


def _times(status: str) -> dict[str, datetime]:
    """Instants that fit the state: announced, then a deadline ahead or behind, then opened."""
    now = timezone.now()
    if status in ("draft", "checking", "checked", "approved"):
        return {}
    if status in ("bidding", "publicised", "arguing"):
        return {"announced_at": now - timedelta(days=5), "deadline_at": now + timedelta(days=20)}
    times = {"announced_at": now - timedelta(days=30), "deadline_at": now - timedelta(days=2)}
    return times if status == "closed" else {**times, "opened_at": now - timedelta(days=2) + timedelta(minutes=10)}


def specimens() -> dict[str, LifecycleModel]:
    """One procedure and one bid for the exhaustive test of every table, in the office of its demo world."""
    office, finance = demo_organization("office"), demo_organization("finance")
    line = make_line(make_envelope("5000000", office=office, finance=finance), amount="2000000.00")
    procedure = make_procedure("opened", plan=draft_plan(line, "600000.00", **OPEN), agent=_agent())
    return {"procedure": procedure, "bid": make_bid(procedure, bidder=demo_organization("org1"))}


def _agent() -> Organization:
    return make_social_organization(name="采购代理服务中心")
