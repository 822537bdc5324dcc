"""The deadline freezes the set of sealed bids; the opening reads them one by one (R-117, reliability §4.1).

At the deadline the root of the set is published. Opening needs the shares of two custodians, somebody to witness, and
a set that still has that root. Each bid opens in its own savepoint: one that does not open is recorded with its cause
and the others go on. A crash takes all of it back, and the opening is done again.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from nacl.public import PrivateKey

from procurement import audit, sealing
from procurement.access import Actor, people_holding
from procurement.documents import start_job, store_opened
from procurement.lifecycle.engine import Attempt, database_now, perform, system_actor
from procurement.money import yuan
from procurement.notices import notify
from procurement.rules import implements, records
from procurement.sealing import platform, vault
from projects.models import (
    Attendance,
    Bid,
    DraftKind,
    LotKey,
    Opening,
    Procedure,
    SealedAction,
    SealedDraft,
    SealedSubmission,
    SealMode,
)
from projects.models.sealed_bids import BIDDERS
from projects.selectors.procedures import lots_too_few_to_open
from projects.selectors.sealed_receipts import is_genuine, leaf, receipts_of, set_root
from projects.selectors.sealing import may_attend, needs_confirming, public_keys, standing, witness_for
from projects.services.lot_keys import journal, refuse

#: Kind of the job that draws up the minutes (projects.services.opening_minutes).
MINUTES = "opening_minutes"


class CannotOpen(Exception):
    """Why one bid could not be opened, in the words its bidder reads."""


def close_due(now: datetime) -> int:
    """Close bidding whose deadline has passed; swept every minute."""
    due = list(Procedure.objects.filter(status="bidding", deadline_at__lte=now))
    for procedure in due:
        perform(procedure, "procedure.close", actor=system_actor(), at=max(now, procedure.deadline_at or now))
    return len(due)


@implements("R-117")
def freeze(attempt: Attempt) -> None:
    """Effect of procedure.close: publish what the set is, without telling how many there are."""
    blind = secrets.token_hex(32)
    root = set_root(blind, [leaf(receipt) for receipt in receipts_of(attempt.obj)])
    Opening.objects.create(procedure=attempt.obj, root=root, blind=blind, frozen_at=attempt.at)
    attempt.kept["root"] = root


@transaction.atomic
def attend(*, actor: Actor, procedure: Procedure, at: datetime | None = None) -> Attendance:
    """Say that one is present at the opening."""
    refuse(not may_attend(actor, procedure), "S-02", _("开启由采购人、代理机构、监督部门人员或密钥保管人见证"))
    refuse(procedure.status != "closed", "R-117", _("投标（响应）截止后、开启前方可签到"))
    attendance = Attendance.objects.create(
        procedure=procedure,
        person=actor.person,
        organization_name=actor.hat_name or ", ".join(hat.organization_name for hat in actor.hats)[:200],
        at=at or database_now(),
    )
    journal(actor, procedure, "sealing.attend", {})
    return attendance


@implements("R-117")
def open_all(attempt: Attempt) -> None:
    """Effect of procedure.open: read every bid that stands, and reveal the set the root was of."""
    procedure: Procedure = attempt.obj
    keys = private_keys(procedure, attempt.data.pop("keys", {}))
    opening = Opening.objects.select_for_update(no_key=True).get(procedure=procedure)
    witness = witness_for(procedure, attempt.actor, attempt.at)
    assert witness is not None, "the guard witness_is_present has seen one"  # noqa: S101
    outcomes = _open_each(attempt, opening, keys)
    _journal_receipts(attempt, procedure)
    opening.opened_at, opening.opened_by, opening.witness = attempt.at, attempt.actor.person, witness.person
    opening.shares_used = list(attempt.data.pop("shares", []))
    opening.leaves = _revealed(procedure, outcomes)
    opening.save()
    procedure.opened_at = attempt.at
    _tell_bidders(procedure, attempt.at)
    start_job(
        kind=MINUTES, actor=attempt.actor, case_id=procedure.case_id, params={"opening": str(opening.pk)}, at=attempt.at
    )
    attempt.kept.update({"root": opening.root, "witness": str(witness.person_id), "shares": opening.shares_used})


def private_keys(procedure: Procedure, entered: Mapping[str, PrivateKey]) -> Mapping[str, PrivateKey]:
    """By lot: what two custodians' shares made, or the platform's own."""
    if procedure.seal_mode == SealMode.QUORUM:
        return entered
    return {str(key.lot_id): sealing.private_key(platform.lot_secret(key.lot_id)) for key in public_keys(procedure)}


def keys_from_shares(keys: list[LotKey], shares: Mapping[int, Mapping[str, bytes]]) -> dict[str, PrivateKey]:
    """Put the private key of every lot together, in memory. Raises procurement.sealing.WrongShares."""
    return {
        str(key.lot_id): sealing.combine(
            {number: lots[str(key.lot_id)] for number, lots in shares.items()}, public=bytes(key.public_key)
        )
        for key in keys
    }


@records("R-117")
def mark_unreadable(attempt: Attempt) -> None:
    """Effect of bid.fail_to_open."""
    attempt.obj.outcome_reason = attempt.reason[:500]


def _tell_bidders(procedure: Procedure, at: datetime) -> None:
    """Everybody who had a bid in the set learns that it was opened, and where the record is."""
    bidders = {row.room.organization_id for row in standing(procedure)}
    people = {person.pk: person for bidder in bidders for role in BIDDERS for person in people_holding(role, bidder)}
    notify(
        template="transition",
        recipients=list(people.values()),
        case_id=procedure.case_id,
        url=reverse("opening", args=[procedure.pk]),
        context={
            "object": str(procedure),
            "action": _("开启投标（响应）文件"),
            "state": _("已开启"),
            "organization": procedure.purchaser.name,
            "when": timezone.localtime(at).strftime("%Y-%m-%d %H:%M"),
        },
        key=f"opened:{procedure.pk}",
    )


# --- bid by bid -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Content:
    """A bid as it came out of its boxes."""

    offer: dict[str, str]
    files: list[tuple[SealedDraft, dict[str, Any], bytes]]


def _open_each(attempt: Attempt, opening: Opening, keys: Mapping[str, PrivateKey]) -> dict[str, str]:
    """{submission: outcome}. The order follows from the root, so nobody chose it and it says nothing of arrival."""
    procedure: Procedure = attempt.obj
    rows = sorted(standing(procedure), key=lambda row: hashlib.sha256(f"{opening.root}{row.pk}".encode()).digest())
    short = {each.lot.pk for each in lots_too_few_to_open(procedure)}
    outcomes: dict[str, str] = {}
    positions: dict[Any, int] = {}
    for row in rows:
        if row.action == SealedAction.WITHDRAW:
            outcomes[str(row.pk)] = _("已撤回")
        elif needs_confirming(row, procedure):
            outcomes[str(row.pk)] = _("更正后未重新确认，视为撤回")
        elif row.room.lot_id in short:
            outcomes[str(row.pk)] = _("本包投标人不足规定家数，未开启")
        else:
            positions[row.room.lot_id] = positions.get(row.room.lot_id, 0) + 1
            bid = _open_one(attempt, row, positions[row.room.lot_id], keys)
            outcomes[str(row.pk)] = str(bid.state.label)
    return outcomes


def _open_one(attempt: Attempt, row: SealedSubmission, position: int, keys: Mapping[str, PrivateKey]) -> Bid:
    try:
        with transaction.atomic():
            content = read_bid(row, keys.get(str(row.room.lot_id)))
            return _keep(attempt, row, position, content)
    except CannotOpen as cause:
        reason = str(cause)
    with transaction.atomic():
        bid = _bid(attempt, row, position, {})
        perform(bid, "bid.fail_to_open", actor=system_actor(), at=attempt.at, reason=reason)
    return bid


def read_bid(row: SealedSubmission, key: PrivateKey | None) -> _Content:
    """Everything a submission names, out of its boxes. Raises CannotOpen with the cause and whose it is."""
    if key is None or not is_genuine(row.receipt):
        raise CannotOpen(_("平台保存的提交记录与签发的回执不一致（平台原因）"))
    drafts = {str(draft.pk): draft for draft in row.room.drafts.select_related("room")}
    offer: dict[str, str] = {}
    files = []
    for part in row.manifest:
        draft = drafts.get(part["draft"])
        if draft is None or draft.cipher_sha256 != part["cipher_sha256"] or draft.kind != part["kind"]:
            raise CannotOpen(_("密文与回执所载的哈希不一致（平台原因）"))
        header, content = _unsealed(draft, key)
        if draft.kind == DraftKind.OFFER:
            offer = json.loads(content)
        else:
            files.append((draft, header, content))
    return _Content(offer, files)


def _unsealed(draft: SealedDraft, key: PrivateKey) -> tuple[dict[str, Any], bytes]:
    try:
        box = vault.get(draft.stored_path)
    except OSError:
        raise CannotOpen(_("密文缺失（平台原因）：%(part)s") % {"part": draft}) from None
    if hashlib.sha256(box).hexdigest() != draft.cipher_sha256:
        raise CannotOpen(_("密文被改动，与回执所载的哈希不一致（平台原因）：%(part)s") % {"part": draft})
    try:
        return sealing.open_sealed(box, context=draft.context, key=key)
    except sealing.SealBroken as broken:
        raise CannotOpen(_("密文无法解密（%(code)s）：%(part)s") % {"code": broken.code, "part": draft}) from None


def _keep(attempt: Attempt, row: SealedSubmission, position: int, content: _Content) -> Bid:
    bid = _bid(attempt, row, position, content.offer)
    for draft, header, body in content.files:
        store_opened(
            actor=attempt.actor,
            content=body,
            header=header,
            subject=bid.subject,
            kind=draft.kind,
            title=f"{draft.get_kind_display()} {header['name']}"[:200],
            organization_id=row.room.organization_id,
        )
    return bid


def _bid(attempt: Attempt, row: SealedSubmission, position: int, offer: Mapping[str, str]) -> Bid:
    room = row.room
    return Bid.objects.create(
        procedure=attempt.obj,
        case=attempt.obj.case,
        lot=room.lot,
        bidder=room.organization,
        position=position,
        submission_id=row.pk,
        price=_money(offer.get("price")),
        co_funding=_money(offer.get("co_funding")),
        offer=dict(offer),
        opened_at=attempt.at,
    )


def _money(text: str | None) -> Decimal | None:
    try:
        return yuan(Decimal(text)) if text else None
    except InvalidOperation:
        return None


# --- what becomes known -----------------------------------------------------------------------------------------


def _revealed(procedure: Procedure, outcomes: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "submission": receipt.statement["submission"],
            "lot": receipt.statement["lot"],
            "organization": receipt.statement["bidder"]["id"],
            "name": receipt.statement["bidder"]["name"],
            "version": receipt.statement["version"],
            "action": receipt.statement["action"],
            "received_at": receipt.statement["received_at"],
            "leaf": leaf(receipt),
            "outcome": outcomes.get(receipt.statement["submission"], ""),
        }
        for receipt in receipts_of(procedure)
    ]


def _journal_receipts(attempt: Attempt, procedure: Procedure) -> None:
    """What was kept out of the journal until now enters it: who handed in what, and when."""
    for receipt in receipts_of(procedure):
        audit.record(
            actor_id=receipt.submission.submitted_by_id,
            actor_label=receipt.statement["bidder"]["name"],
            action="sealing.received",
            subject=procedure.subject,
            case_id=procedure.case_id,
            body={"leaf": leaf(receipt), "signature": receipt.signature, **receipt.statement},
        )
