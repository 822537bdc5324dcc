"""What may be known about keys, sealed bids and openings, and by whom."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from orgs.models import Membership, Organization
from procurement import sealing
from procurement.access import Actor, Role
from procurement.rules import implements
from procurement.sealing import platform
from projects.models import (
    DRAIN_SECONDS,
    Attendance,
    BidRoom,
    CustodianBody,
    DraftKind,
    KeyCustodian,
    Lot,
    LotKey,
    Opening,
    Procedure,
    SealedAction,
    SealedDraft,
    SealedReceipt,
    SealedSubmission,
    SealMode,
)
from projects.models.sealed_bids import BIDDERS

#: How long somebody who signed in at the opening counts as present.
PRESENCE = timedelta(hours=2)


def lots_without_key(procedure: Procedure) -> list[Lot]:
    return list(procedure.lots.filter(key__isnull=True))


@implements("R-117")
def keys_ready(procedure: Procedure) -> bool:
    """Whether bids can be sealed: with the platform's key always; else every lot has its key and all three custodians
    showed that they hold their share."""
    if procedure.seal_mode == SealMode.PLATFORM:
        return True
    custodians = list(procedure.custodians.all())
    everyone = len(custodians) == len(CUSTODIANS) and all(each.confirmed_at for each in custodians)
    return everyone and procedure.lots.exists() and not lots_without_key(procedure)


CUSTODIANS = (1, 2, 3)


def share_of(procedure: Procedure, actor: Actor) -> KeyCustodian | None:
    """The share this person keeps; None for everybody else."""
    return procedure.custodians.filter(person_id=actor.id).first() if actor.id else None


def names_custodians(actor: Actor, procedure: Procedure) -> bool:
    """The purchaser's officer or the agent."""
    return actor.holds(Role.PU_BUY, procedure.purchaser_id) or (
        procedure.agent_id is not None and actor.holds(Role.AGT, procedure.agent_id)
    )


def holds_ceremony(actor: Actor, procedure: Procedure) -> bool:
    """Another person of the purchaser: who checks documents."""
    return actor.holds(Role.PU_CHK, procedure.purchaser_id)


def seats_for_shares(procedure: Procedure, body: CustodianBody) -> QuerySet[Membership]:
    """Seats of today among which the custodian of a body is chosen."""
    seats = Membership.objects.valid_on(timezone.localdate()).select_related("person", "organization")
    if body == CustodianBody.PURCHASER:
        return seats.filter(organization=procedure.purchaser_id)
    if body == CustodianBody.SUPERVISION:
        return seats.filter(organization=procedure.finance_id, role__in=(Role.FIN, Role.FIN_SUP))
    if procedure.agent_id is not None:
        return seats.filter(organization=procedure.agent_id, role=Role.AGT)
    return seats.filter(role__in=(Role.AUD, Role.DIS, Role.CIV)).exclude(organization=procedure.purchaser_id)


def may_attend(actor: Actor, procedure: Procedure) -> bool:
    """Purchaser's and agent's people, finance supervision, custodians: who may stand as the second person."""
    roles = (Role.PU_BUY, Role.PU_CHK, Role.PU_SIGN, Role.PU_DEM)
    return (
        any(actor.holds(role, procedure.purchaser_id) for role in roles)
        or (procedure.agent_id is not None and actor.holds(Role.AGT, procedure.agent_id))
        or actor.holds(Role.FIN_SUP)
        or share_of(procedure, actor) is not None
    )


def opens_from(procedure: Procedure) -> datetime | None:
    """The earliest instant of opening."""
    return procedure.deadline_at + timedelta(seconds=DRAIN_SECONDS) if procedure.deadline_at else None


def witness_for(procedure: Procedure, opener: Actor, at: datetime) -> Attendance | None:
    """The last other person who signed in at this opening within the last two hours."""
    recent = procedure.attendances.filter(at__gt=at - PRESENCE, at__lte=at)
    return recent.exclude(person_id=opener.id).select_related("person").first()


def standing_witnesses(procedure: Procedure, at: datetime) -> list[Attendance]:
    """Who signed in at this opening within the last two hours; after it, before it."""
    until = procedure.opened_at or at
    return list(procedure.attendances.filter(at__gt=until - PRESENCE, at__lte=until).select_related("person"))


def opening_of(procedure: Procedure) -> Opening | None:
    return Opening.objects.filter(procedure=procedure).select_related("opened_by", "witness").first()


# --- the bidder's own -------------------------------------------------------------------------------------------


def bidding_for(actor: Actor, procedure: Procedure) -> list[Organization]:
    """Organisations this person could bid for: their own, never the purchaser or the agent."""
    rows = Organization.objects.filter(pk__in=actor.organization_ids(*BIDDERS))
    return list(rows.exclude(pk__in=[key for key in (procedure.purchaser_id, procedure.agent_id) if key]))


def rooms_of(actor: Actor, procedure: Procedure) -> list[BidRoom]:
    rows = BidRoom.objects.visible_to(actor).filter(lot__procedure=procedure)
    return list(rows.select_related("lot__procedure", "organization").order_by("lot__number"))


def current_drafts(room: BidRoom) -> list[SealedDraft]:
    return list(room.drafts.current().select_related("room"))


def last_submission(room: BidRoom) -> SealedSubmission | None:
    return room.submissions.order_by("-version").first()


def receipts(room: BidRoom) -> list[SealedReceipt]:
    rows = SealedReceipt.objects.filter(submission__room=room).select_related("submission")
    return list(rows.order_by("-submission__version"))


def counts(submission: SealedSubmission | None, procedure: Procedure) -> bool:
    """Whether this last version stands for a bid: not withdrawn, and confirmed after the last change (R-113)."""
    if submission is None or submission.action == SealedAction.WITHDRAW:
        return False
    return not needs_confirming(submission, procedure)


@implements("R-113")
def needs_confirming(submission: SealedSubmission | None, procedure: Procedure) -> bool:
    """Handed in before the document changed: the bidder must say once more that it stands."""
    after = procedure.reconfirm_after
    if submission is None or submission.action == SealedAction.WITHDRAW or after is None:
        return False
    return bool(submission.received_at < after)


def missing_parts(drafts: list[SealedDraft]) -> list[DraftKind]:
    """What a bid cannot be handed in without."""
    kinds = {draft.kind for draft in drafts}
    return [kind for kind in (DraftKind.OFFER, DraftKind.QUALIFICATION, DraftKind.TECHNICAL) if kind not in kinds]


def standing(procedure: Procedure) -> list[SealedSubmission]:
    """The last version of every room, whatever it says; for the opening only."""
    rows = SealedSubmission.objects.of(procedure).select_related("room__lot__procedure", "room__organization")
    last: dict[object, SealedSubmission] = {}
    for row in rows.order_by("version"):
        last[row.room_id] = row
    return list(last.values())


def public_keys(procedure: Procedure) -> list[LotKey]:
    """The key of every lot that has one. The platform's follow from its own key and are never stored: a row made for
    the first bidder would tell that there is one."""
    if procedure.seal_mode == SealMode.PLATFORM:
        return [public_key_of(lot) for lot in procedure.lots.all()]
    return list(LotKey.objects.filter(lot__procedure=procedure).select_related("lot", "made_by", "prepared_by"))


def public_key_of(lot: Lot) -> LotKey:
    """What bids for this lot are sealed to. Raises LotKey.DoesNotExist before the ceremony."""
    if lot.procedure.seal_mode == SealMode.QUORUM:
        return LotKey.objects.get(lot=lot)
    public = sealing.public_key(platform.lot_secret(lot.pk))
    return LotKey(lot=lot, mode=SealMode.PLATFORM, suite=sealing.SUITE, public_key=public)


def reads_the_set(actor: Actor, procedure: Procedure) -> bool:
    """Names and outcomes of the opened set: those who run it, the overseers, the bidders that were in it."""
    inside = Procedure.objects.worked_on_by(actor).filter(pk=procedure.pk).exists()
    mine = actor.organization_ids(*BIDDERS)
    return actor.sees_everything or inside or procedure.bids.filter(bidder__in=mine).exists()


def shares_to_confirm(actor: Actor) -> list[KeyCustodian]:
    """Shares of this person that they have not yet shown to hold."""
    if actor.id is None:
        return []
    made = LotKey.objects.filter(mode=SealMode.QUORUM).values("lot__procedure")
    rows = KeyCustodian.objects.filter(person_id=actor.id, confirmed_at__isnull=True, procedure__in=made)
    return list(rows.select_related("procedure"))


def rooms_not_in(actor: Actor) -> list[BidRoom]:
    """Rooms of the actor's organisations in which nothing stands yet while bidding is open."""
    rows = BidRoom.objects.visible_to(actor).filter(lot__procedure__status="bidding")
    rooms = rows.select_related("lot__procedure", "organization")
    return [room for room in rooms if not counts(last_submission(room), room.procedure)]


def to_open(actor: Actor, at: datetime) -> list[Procedure]:
    """Closed procedures of the actor's house whose drain is over."""
    drained = at - timedelta(seconds=DRAIN_SECONDS)
    runs = Q(purchaser__in=actor.organization_ids(Role.PU_BUY)) | Q(agent__in=actor.organization_ids(Role.AGT))
    return list(Procedure.objects.filter(runs, status="closed", deadline_at__lte=drained))
