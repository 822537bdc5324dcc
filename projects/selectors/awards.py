"""Reads about awards: who may still be chosen, by when, and what the ranking rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from catalogs.models import ProcurementMethod
from orgs.models import Organization, OrganizationKind
from procurement.access import Actor, Role
from procurement.calendars import CalendarNotAnnounced, Period
from procurement.rules import implements
from projects.models import Award, Bid, Lot, Procedure, ProcedureReview
from projects.pricing import Offer

#: Whose offer is compared at a lower price, by what the bidder claims (R-145).
POLICY_CLAIMS = ("small_enterprise", "prison_enterprise", "disabled_employer")


@implements("R-170", "R-177")
def candidates(lot: Lot) -> QuerySet[Bid]:
    """Bids of the lot that may still be chosen, best first.

    Out are those that declined or were found invalid, those over what may be paid, and those whose award on the same
    report was voided by a remedy.
    """
    voided = Award.objects.filter(bid=OuterRef("pk"), status="voided", report_id=OuterRef("report_id"))
    limit = lot.procedure.price_ceiling if lot.procedure.price_ceiling is not None else lot.budget
    found = lot.bids.filter(status__in=("scored", "not_awarded"), rank__isnull=False).exclude(Exists(voided))
    within = [bid.pk for bid in found if bid.quote is not None and bid.quote <= min(limit, lot.budget)]
    return found.filter(pk__in=within).select_related("bidder").order_by("rank", "position")


def open_lots(procedure: Procedure) -> list[Lot]:
    """Lots nobody stands awarded for."""
    standing = Award.objects.standing().filter(lot=OuterRef("pk"))
    return list(procedure.lots.exclude(Exists(standing)).select_related("procedure"))


def first_of(bids: Iterable[Bid]) -> list[Bid]:
    """The best ones: one, or several that share the place."""
    rows = list(bids)
    return [bid for bid in rows if bid.rank == rows[0].rank] if rows else []


def is_framework(procedure: Procedure) -> bool:
    return procedure.method == ProcurementMethod.FRAMEWORK_AGREEMENT


@implements("R-170")
def decide_by(procedure: Procedure) -> date | None:
    """The last day on which the purchaser decides; None before the report, or while the calendar is not known.

    Where a remedy took a result back, the term begins again on that day: nobody is deemed to have chosen meanwhile.
    """
    begins = ("procedure.record_review", "procedure.redo_decision")
    record = procedure.history.filter(transition__in=begins).last()
    if record is None:
        return None
    try:
        return Period.parse(str(procedure.rule_set.value("award_decide_days"))).due(timezone.localdate(record.at))
    except CalendarNotAnnounced:
        return None


@implements("R-157")
def expert_names(procedure: Procedure) -> list[str]:
    """Who sat on the panel whose report stands."""
    review = ProcedureReview.objects.in_force().filter(procedure=procedure).first()
    return sorted(member["name"] for member in review.members) if review else []


@implements("R-145")
def policy_deduction(bid: Bid) -> Decimal:
    """The share its quote is lowered by in the comparison; a social organisation is no small enterprise by itself."""
    claim = bid.offer.get("policy_claim", "")
    if claim not in POLICY_CLAIMS:
        return Decimal(0)
    if claim != "disabled_employer" and bid.bidder.kind != OrganizationKind.ENTERPRISE:
        return Decimal(0)
    share: Any = bid.procedure.rule_set.value("policy_deduction_share")
    return Decimal(share)


@implements("R-105")
def is_preferred(bid: Bid) -> bool:
    """A social organisation where the catalogue prefers them at equal conditions."""
    item = bid.procedure.plan.budget_line.catalogue_item
    prefers = item is not None and item.prefers_social
    return prefers and bid.bidder.kind in Organization.SOCIAL_KINDS


def offer_of(bid: Bid) -> Offer | None:
    """What ranking needs of a bid (projects.pricing); None without a price."""
    if bid.quote is None:
        return None
    return Offer(
        key=bid.pk,
        quote=bid.quote,
        technical=bid.technical_score or Decimal(0),
        deduction=policy_deduction(bid),
        preferred=is_preferred(bid),
    )


@dataclass(frozen=True)
class PriceLine:
    """One bid in the computation, with every number that goes into it."""

    bid: Bid
    quote: Decimal
    deduction: Decimal
    compared: Decimal
    price_score: Decimal
    total: Decimal
    rank: int | None
    tied: bool

    @property
    def agrees(self) -> bool:
        """Whether the panel's report says the same."""
        return (self.bid.price_score or Decimal(0), self.bid.rank) == (self.price_score, self.rank)


@dataclass(frozen=True)
class Computation:
    """How the places of a lot came about: points for the price, the lowest compared quote, one line per bid."""

    lot: Lot
    points: Decimal
    lowest: Decimal
    ceiling: Decimal
    lines: list[PriceLine]


def runs(procedure: Procedure, actor: Actor) -> bool:
    """Those who work on the procedure, and the overseers; a bidder reads its own letter instead (R-124)."""
    if actor.sees_everything:
        return True
    if any(actor.holds(role, procedure.purchaser_id) for role in (Role.PU_BUY, Role.PU_CHK, Role.PU_SIGN)):
        return True
    return procedure.agent_id is not None and actor.holds(Role.AGT, procedure.agent_id)
