"""Official notices, ranked bids and awards at a given point; for rooms that begin there."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.utils import timezone

from catalogs.models import PurchasePlan
from procurement.access import Actor, Role
from procurement.lifecycle.engine import perform
from procurement.lifecycle.models import LifecycleModel
from projects.models import Award, Bid, BidReader, OfficialNotice, Procedure
from projects.notice_forms import FieldKind, notice_form
from projects.pricing import rank
from projects.selectors.awards import offer_of
from projects.selectors.qualification import conditions_of
from projects.services.awards import first_choice
from projects.services.bid_reviews import Conclusion, Standing, record_ranking
from tests.factories.budgets import draft_plan, make_line
from tests.factories.people import make_actor, make_user
from tests.factories.procedures import make_bid, make_procedure

Scores = list[tuple[str, str]]


def filled(kind: str) -> dict[str, Any]:
    """Something in every required blank of a form."""
    return {
        field.name: [{name: str(label) for name, label in field.columns}]
        if field.kind == FieldKind.ROWS
        else str(field.label)
        for field in notice_form(kind).fields
        if field.required
    }


def make_notice(procedure: Procedure, kind: str = "failed", **fields: Any) -> OfficialNotice:
    """A draft with every required blank filled in."""
    return OfficialNotice.objects.create(
        number=f"GG-{procedure.number}-{kind}",
        kind=kind,
        title=f"{procedure.title}{notice_form(kind).label}",
        issuer=procedure.purchaser,
        procedure=procedure,
        fields={**filled(kind), **fields},
    )


def published_plan(amount: str = "600000.00", **fields: Any) -> PurchasePlan:
    """A plan through all its hands, out as an intention."""
    values = {"method": "open_tender", "method_reason": "", **fields}
    plan = draft_plan(make_line(amount="2000000.00"), amount, **values)
    line = plan.budget_line
    buyer, finance = make_actor(Role.PU_BUY, line.department), make_actor(Role.FIN, line.envelope.finance)
    perform(plan, "purchase_plan.submit", actor=buyer)
    perform(plan, "purchase_plan.review", actor=finance)
    perform(plan, "purchase_plan.approve", actor=make_actor(Role.PU_SIGN, line.department))
    perform(plan, "purchase_plan.publish", actor=buyer, filing_number="BA-2026-7")
    return plan


def all_met(bid: Bid) -> list[dict[str, Any]]:
    """Every condition answered with yes."""
    return [{"condition": text, "is_met": True, "reason": ""} for text in conditions_of(bid.procedure)]


def ranked(procedure: Procedure, technical: dict[Bid, str], *, at: datetime, points: str = "20") -> None:
    """The panel's part: members read the bids, the report ranks them by the price formula, and is signed."""
    bids = list(technical)
    names = [f"评审专家{number}" for number in range(1, 6)]
    for name in names:
        reader = make_user(name=name)
        BidReader.objects.bulk_create([BidReader(bid=bid, person=reader, since=at) for bid in bids])
    perform(procedure, "procedure.convene", actor=make_actor(Role.PU_BUY, procedure.purchaser), panel_id=uuid4(), at=at)
    for bid in bids:
        bid.refresh_from_db()
        bid.technical_score = Decimal(technical[bid])
    rows = rank(procedure.kind, [offer_of(bid) for bid in bids], price_points=Decimal(points), ceiling=procedure.budget)  # type: ignore[misc]
    by_key = {bid.pk: bid for bid in bids}
    record_ranking(
        procedure=procedure,
        standings=[
            Standing(
                by_key[row.offer.key],  # type: ignore[index]
                row.rank or len(rows),
                row.total,
                row.offer.technical,
                row.price_score,
            )
            for row in rows
        ],
        conclusion=Conclusion(
            panel_id=uuid4(),
            panel_number="PS-2026-0001",
            report_id=uuid4(),
            report_version=1,
            members=[{"name": name} for name in names],
            lines=[],
        ),
        at=at,
    )


def make_evaluated(*scores: tuple[str, str], at: datetime | None = None, **fields: Any) -> tuple[Procedure, list[Bid]]:
    """A reviewed procedure with one bid per (price, technical points), best offer not necessarily first."""
    moment = at or timezone.now()
    procedure = make_procedure("qualified", **fields)
    bids = [make_bid(procedure, "qualified", price=price) for price, _points in scores]
    ranked(procedure, {bid: points for bid, (_price, points) in zip(bids, scores, strict=True)}, at=moment)
    for bid in bids:
        bid.refresh_from_db()
    procedure.refresh_from_db()
    return procedure, bids


def signer_of(procedure: Procedure) -> Actor:
    return make_actor(Role.PU_SIGN, procedure.purchaser)


def buyer_of(procedure: Procedure) -> Actor:
    return make_actor(Role.PU_BUY, procedure.purchaser)


def decide_first(procedure: Procedure, *, at: datetime | None = None) -> list[Award]:
    """The purchaser chooses as the ranking says."""
    perform(procedure, "procedure.decide", actor=signer_of(procedure), at=at, winners=first_choice(procedure))
    return list(procedure.awards.standing())


def announced(*scores: tuple[str, str], at: datetime | None = None, **fields: Any) -> tuple[Procedure, list[Bid]]:
    """Decided and announced at one moment; every bidder has a letter."""
    procedure, bids = make_evaluated(*scores, at=at, **fields)
    decide_first(procedure, at=at)
    perform(procedure, "procedure.announce_result", actor=buyer_of(procedure), at=at)
    for bid in bids:
        bid.refresh_from_db()
    return procedure, bids


def specimens(procedure: Procedure, bid: Bid) -> dict[str, LifecycleModel]:
    """A published notice and an announced award of the specimen procedure, for the exhaustive test of every table."""
    notice = make_notice(procedure)
    now = timezone.now()
    OfficialNotice.objects.filter(pk=notice.pk).update(published_at=now, starts_on=timezone.localdate(now))
    award = Award.objects.create(
        procedure=procedure, lot=bid.lot, bid=bid, supplier=bid.bidder, amount=bid.price, rank=1, decided_at=now,
        announced_at=now,
    )  # fmt: skip
    return {"official_notice": notice, "award": award}
