"""What a procedure's kind and rule set say: how long, how many, sealed how, open to whom."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from catalogs.models import ProcurementMethod, PurchasePlan
from orgs.models import Organization
from procurement.access import Actor, Role
from procurement.calendars import Period, Unit, earliest_deadline
from procurement.rules import implements
from procurement.rules.models import RuleSet
from projects.models import COMPETING_STATES, Lot, Procedure, SealMode
from projects.selectors.sealing import counts, standing

M = ProcurementMethod

#: How long a kind leaves for bids, and how long before the deadline its document may still change (R-111 … R-114).
RESPONSE_PARAMETER = {
    M.OPEN_TENDER: "tender_days",
    M.INVITED_TENDER: "tender_days",
    M.FRAMEWORK_AGREEMENT: "tender_days",
    M.COMPETITIVE_NEGOTIATION: "negotiation_days",
    M.COMPETITIVE_CONSULTATION: "consultation_days",
    M.COMPETITIVE_SELECTION: "selection_days",
    M.MATCHING_PURCHASE: "selection_days",
    M.VENTURE_PHILANTHROPY: "venture_days",
}
CHANGE_PARAMETER = {
    M.OPEN_TENDER: "clarification_days",
    M.INVITED_TENDER: "clarification_days",
    M.FRAMEWORK_AGREEMENT: "clarification_days",
    M.COMPETITIVE_NEGOTIATION: "negotiation_change_days",
    M.COMPETITIVE_CONSULTATION: "consultation_change_days",
    M.COMPETITIVE_SELECTION: "selection_change_days",
    M.MATCHING_PURCHASE: "selection_change_days",
    M.VENTURE_PHILANTHROPY: "selection_change_days",
}
TENDERS = (M.OPEN_TENDER, M.INVITED_TENDER, M.FRAMEWORK_AGREEMENT)
#: One supplier, named beforehand.
FOR_ONE = (M.SINGLE_SOURCE, M.DIRECTED_COMMISSION, M.DIRECT_PURCHASE)
#: Only those invited may take part.
BY_INVITATION = (M.INVITED_TENDER, *FOR_ONE)
#: What may be talked about has to be named beforehand (R-110).
TALKED_OVER = (M.COMPETITIVE_NEGOTIATION, M.COMPETITIVE_CONSULTATION)
_MINIMUM_PARAMETER = {
    M.COMPETITIVE_NEGOTIATION: "min_bidders_negotiation",
    M.COMPETITIVE_CONSULTATION: "min_bidders_consultation",
    M.FRAMEWORK_AGREEMENT: "framework_suppliers",
}


def rule_of_response(procedure: Procedure) -> str:
    return "R-111" if procedure.kind in TENDERS else "R-114"


def response_period(procedure: Procedure) -> Period:
    return _period(procedure, RESPONSE_PARAMETER.get(procedure.method, "invitation_days"))


def change_period(procedure: Procedure) -> Period:
    return _period(procedure, CHANGE_PARAMETER.get(procedure.method, "invitation_days"))


def earliest_end(period: Period, issued: datetime) -> datetime:
    """The first instant that leaves the whole period after ``issued``; R-304 for calendar days."""
    return earliest_deadline(issued, period.n) if period.unit == Unit.CALENDAR_DAY else period.due_at(issued)


@implements("R-111", "R-114")
def earliest_deadline_for(procedure: Procedure, issued: datetime) -> datetime:
    """Raises CalendarNotAnnounced rather than guess a year's working days (R-305)."""
    return earliest_end(response_period(procedure), issued)


@implements("R-112")
def available_until(procedure: Procedure, issued: datetime) -> date:
    """Until when the document is handed out at least; the notice of a tender runs as long."""
    code = "tender_notice_days" if procedure.kind in TENDERS else "document_days"
    return _period(procedure, code).due(issued)


def _period(procedure: Procedure, code: str) -> Period:
    return Period.parse(str(procedure.rule_set.value(code)))


def sealed_how(kind: str, budget: Decimal, rules: RuleSet) -> SealMode:
    """A quorum of custodians, or for small and simple procedures the platform's key: the rule set says."""
    methods: Any = rules.value("simple_seal_methods")
    below: Any = rules.value("simple_seal_below")
    return SealMode.PLATFORM if kind in methods or budget < below else SealMode.QUORUM


@implements("R-118", "R-119", "R-120")
def fewest_bidders(procedure: Procedure) -> int:
    """How many must take part in each lot for the procedure to go on."""
    if procedure.kind in FOR_ONE:
        return 1
    fewest: Any = procedure.rule_set.value(_MINIMUM_PARAMETER.get(procedure.method, "min_bidders"))
    return int(fewest)


@dataclass(frozen=True)
class Shortage:
    """A lot for which fewer take part than must."""

    lot: Lot
    count: int
    fewest: int


def shortage_of_bidders(procedure: Procedure) -> list[Shortage]:
    """Lots with too few: of what was handed in, once the deadline is over; of what could be opened; of the qualified.

    Asked before the deadline it raises ValueError: until then nobody knows how many there are (R-117).
    """
    if procedure.status in _BEFORE_THE_DEADLINE:
        raise ValueError("the number of bids is a secret before the deadline")
    fewest, handed_in = fewest_bidders(procedure), _handed_in(procedure)
    counted = Q(status__in=COMPETING_STATES) if procedure.status in _QUALIFIED else ~Q(status="unreadable")
    short = []
    for lot in procedure.lots.all():
        count = handed_in[lot.pk] if procedure.status == "closed" else lot.bids.filter(counted).count()
        if count < fewest:
            short.append(Shortage(lot, count, fewest))
    return short


def lots_too_few_to_open(procedure: Procedure) -> list[Shortage]:
    """Lots of a tender that must not be opened; other kinds are opened whatever came in."""
    return shortage_of_bidders(procedure) if procedure.kind in TENDERS else []


_BEFORE_THE_DEADLINE = ("draft", "checking", "checked", "approved", "publicised", "arguing", "bidding")
_QUALIFIED = ("qualified", "evaluating", "evaluated", "decided")


def _handed_in(procedure: Procedure) -> Counter[UUID]:
    """How many sealed bids stand for each lot."""
    if procedure.status != "closed":
        return Counter()
    return Counter(sealed.room.lot_id for sealed in standing(procedure) if counts(sealed, procedure))


def may_take_part(procedure: Procedure, organization_id: UUID) -> bool:
    """Whether the kind of procedure lets this body hand in a bid at all; its qualification is asked elsewhere."""
    if procedure.kind not in BY_INVITATION:
        return True
    return procedure.invited.filter(organization=organization_id).exists()


def works_on(procedure: Procedure, actor: Actor) -> bool:
    """Who writes the document and runs the procedure: the purchaser's officer, or the agent's."""
    if actor.holds(Role.PU_BUY, procedure.purchaser_id):
        return True
    return procedure.agent_id is not None and actor.holds(Role.AGT, procedure.agent_id)


def plans_to_open(actor: Actor) -> QuerySet[PurchasePlan]:
    """Published plans of the actor's departments for which no procedure is under way."""
    running = Procedure.objects.exclude(status__in=("failed", "cancelled")).values("plan")
    return (
        PurchasePlan.objects.filter(status="published", budget_line__department__in=actor.organization_ids(Role.PU_BUY))
        .exclude(pk__in=running)
        .exclude(method=M.GUIDE_APPLICATION)
        .select_related("budget_line__department")
        .order_by("-published_at")
    )


def agents() -> QuerySet[Organization]:
    """Bodies in which somebody holds an agent's seat."""
    return Organization.objects.filter(memberships__role=Role.AGT).distinct().order_by("name")


def procedure_rows(
    actor: Actor, *, state: str = "", kind: str = "", regime: str = "", words: str = "", mine: bool = False
) -> QuerySet[Procedure]:
    """The list, narrowed by what its filters ask for."""
    rows = Procedure.objects.visible_to(actor)
    if mine:
        rows = rows.worked_on_by(actor)
    if state:
        rows = rows.filter(status__in=STATE_GROUPS.get(state, ()))
    if kind:
        rows = rows.filter(kind=kind)
    if regime:
        rows = rows.filter(regime=regime)
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(number__icontains=words) | Q(purchaser__name__icontains=words))
    return rows.select_related("purchaser")


STATE_GROUPS = {
    "preparing": ("draft", "checking", "checked", "approved"),
    "source": ("publicised", "arguing"),
    "bidding": ("bidding",),
    "evaluating": ("closed", "opened", "qualified", "evaluating", "evaluated", "decided", "paused"),
    "awarded": ("awarded", "contracted"),
    "failed": ("failed", "cancelled"),
}
