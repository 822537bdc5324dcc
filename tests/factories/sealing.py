"""Sealed bids for tests: keys with their shares, bids handed in, and their opening, through the services people use.

procedure = make_procedure("bidding")
seal_bids(procedure, 3)
bids = open_bids(procedure)
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pgtrigger

from orgs.models import Organization, OrganizationKind
from procurement.access import Actor, Role
from procurement.documents import Seen
from procurement.lifecycle.engine import database_now, perform, system_actor
from projects.models import (
    Bid,
    BidRoom,
    CustodianBody,
    DraftKind,
    InvitedSupplier,
    KeyCustodian,
    Lot,
    Procedure,
    SealMode,
)
from projects.selectors.procedures import BY_INVITATION
from projects.selectors.sealing import lots_without_key, public_keys
from projects.services import lot_keys, opening, sealing
from tests.factories.people import make_actor, make_organization, make_social_organization

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n"
#: {procedure: {share number: (file, passphrase)}}: what the custodians took home.
_kept: dict[UUID, dict[int, tuple[bytes, str]]] = {}


def make_custodians(procedure: Procedure) -> list[KeyCustodian]:
    """Three people of three bodies, named by the purchaser's officer."""
    third = procedure.agent or make_organization(OrganizationKind.AUTHORITY, name=f"公证处{uuid4().hex[:4]}")
    seats = {
        CustodianBody.PURCHASER: (make_actor(Role.PU_SIGN, procedure.purchaser), procedure.purchaser),
        CustodianBody.SUPERVISION: (make_actor(Role.FIN_SUP, procedure.finance), procedure.finance),
        CustodianBody.THIRD: (make_actor(Role.AGT if procedure.agent else Role.AUD, third), third),
    }
    return lot_keys.name_custodians(
        actor=make_actor(Role.PU_BUY, procedure.purchaser),
        procedure=_not_yet_announced(procedure),
        people={body.value: (actor.person, body_of) for body, (actor, body_of) in seats.items()},
    )


def make_keys(procedure: Procedure) -> dict[int, tuple[bytes, str]]:
    """Hold the ceremony; {share number: (file, passphrase)}. All custodians have confirmed their share."""
    make_custodians(procedure)
    passphrases = {number: f"托管口令-{number}-{uuid4().hex[:8]}" for number in (1, 2, 3)}
    files = lot_keys.hold_ceremony(
        actor=make_actor(Role.PU_CHK, procedure.purchaser),
        procedure=_not_yet_announced(procedure),
        passphrases=passphrases,
    )
    procedure.custodians.update(confirmed_at=database_now())
    shares = {each.custodian.number: (each.content, passphrases[each.custodian.number]) for each in files}
    _kept[procedure.pk] = shares
    return shares


def shares_of(procedure: Procedure) -> dict[int, tuple[bytes, str]]:
    return _kept[procedure.pk]


def prepare_bid(
    lot: Lot,
    bidder: Organization,
    *,
    price: str = "500000.00",
    files: Mapping[str, bytes] | None = None,
    at: Any = None,
) -> tuple[BidRoom, Actor]:
    """A room with everything sealed in it, not handed in; and the bidder's head."""
    if lot.procedure.kind in BY_INVITATION:
        InvitedSupplier.objects.get_or_create(procedure=lot.procedure, organization=bidder)
    head = make_actor(Role.ORG_H, bidder)
    room = sealing.open_room(actor=head, lot=lot, organization=bidder, at=at)
    for kind in (DraftKind.QUALIFICATION, DraftKind.TECHNICAL):
        content = (files or {}).get(kind, PDF + f"%{kind}\n".encode())
        seen = Seen(f"{kind}.pdf", "application/pdf", 1, hashlib.sha256(content).hexdigest(), len(content))
        sealing.seal_inspected(actor=head, room=room, kind=kind, content=content, seen=seen, at=at)
    sealing.seal_offer(actor=head, room=room, values={"price": price, "promise": "按采购文件要求实施。"}, at=at)
    return room, head


def seal_bids(
    procedure: Procedure, n: int, *, prices: Sequence[str] = (), bidders: Sequence[Organization] = ()
) -> list[BidRoom]:
    """``n`` bids handed in for the first lot of a procedure that is bidding, whether or not its deadline is ahead."""
    if procedure.seal_mode == SealMode.QUORUM and lots_without_key(procedure):
        make_keys(procedure)
    lot = procedure.lots.order_by("number")[0]
    lot.procedure = procedure
    rooms = []
    past = procedure.deadline_at is not None and procedure.deadline_at <= database_now()
    at = procedure.deadline_at - timedelta(hours=1) if past and procedure.deadline_at else None
    for number in range(n):
        bidder = bidders[number] if number < len(bidders) else make_social_organization()
        price = prices[number] if number < len(prices) else f"{500_000 + number * 1_000}.00"
        room, head = prepare_bid(lot, bidder, price=price, at=at)
        if past:
            with pgtrigger.ignore("projects.SealedSubmission:received_by_clock"):
                sealing.submit(actor=head, room=room, idem=uuid4(), at=at)
        else:
            sealing.submit(actor=head, room=room, idem=uuid4())
        rooms.append(room)
    return rooms


def announce(procedure: Procedure, ahead: timedelta = timedelta(days=20)) -> None:
    """Open for bids, where the announcement with its document is not what is tested."""
    now = database_now()
    with pgtrigger.ignore():
        Procedure.objects.filter(pk=procedure.pk).update(status="bidding", announced_at=now, deadline_at=now + ahead)
    procedure.refresh_from_db()


def let_deadline_pass(procedure: Procedure, ago: timedelta = timedelta(minutes=10)) -> None:
    """The deadline was ``ago``; a test's way of waiting, past the trigger that keeps it where it was announced."""
    with pgtrigger.ignore():
        Procedure.objects.filter(pk=procedure.pk).update(deadline_at=database_now() - ago)
    procedure.refresh_from_db()


def close(procedure: Procedure) -> None:
    perform(procedure, "procedure.close", actor=system_actor())


def witness(procedure: Procedure) -> Actor:
    """A second person signs in at the opening."""
    actor = make_actor(Role.PU_CHK, procedure.purchaser)
    opening.attend(actor=actor, procedure=procedure)
    return actor


def opened_keys(procedure: Procedure, numbers: Sequence[int] = (1, 2)) -> dict[str, Any]:
    """What the opening form hands on: the keys made from these shares, and their numbers."""
    if procedure.seal_mode == SealMode.PLATFORM:
        return {}
    opened = [lot_keys.read_share(procedure, *shares_of(procedure)[number]) for number in numbers]
    keys = opening.keys_from_shares(public_keys(procedure), {share.number: share.lots for share in opened})
    return {"keys": keys, "shares": sorted(numbers)}


def open_bids(procedure: Procedure, *, opener: Actor | None = None) -> list[Bid]:
    """Close and open a procedure that is bidding; its opened bids in the order of opening."""
    procedure.refresh_from_db()
    if procedure.deadline_at is None or procedure.deadline_at > database_now() - timedelta(minutes=3):
        let_deadline_pass(procedure)
    if procedure.status == "bidding":
        close(procedure)
    witness(procedure)
    actor = opener or make_actor(Role.PU_BUY, procedure.purchaser)
    perform(procedure, "procedure.open", actor=actor, **opened_keys(procedure))
    return list(procedure.bids.order_by("lot__number", "position"))


def _not_yet_announced(procedure: Procedure) -> Procedure:
    """The procedure as it was when keys are made: factories begin at any state."""
    earlier = Procedure.objects.get(pk=procedure.pk)
    earlier.announced_at = None
    return earlier
