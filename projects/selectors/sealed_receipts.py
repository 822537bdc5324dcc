"""Receipts for sealed bids as they are read again: checked against the rows, and as the published set."""

from __future__ import annotations

import hashlib
from typing import Any

from procurement.audit import verify_signature
from procurement.audit.canonical import canonical_bytes
from procurement.audit.merkle import Tree
from procurement.rules import implements
from projects.models import Opening, Procedure, SealedReceipt, SealedSubmission

PURPOSE = "sealed-bid"


def statement_of(submission: SealedSubmission) -> dict[str, Any]:
    """What is signed, from the row as it stands."""
    room = submission.room
    return {
        "submission": str(submission.pk),
        "procedure": room.procedure.number,
        "lot": room.lot.number,
        "bidder": {"id": str(room.organization_id), "name": room.organization.name},
        "version": submission.version,
        "action": submission.action,
        "files": submission.manifest,
        "received_at": submission.received_at.isoformat(timespec="microseconds"),
    }


def is_genuine(receipt: SealedReceipt) -> bool:
    """Signed by the portal, and still saying what the row says (a renamed bidder keeps the name it had)."""
    signed = verify_signature(canonical_bytes(receipt.statement), receipt.signature, purpose=PURPOSE)
    return signed and _without_name(receipt.statement) == _without_name(statement_of(receipt.submission))


def leaf(receipt: SealedReceipt) -> str:
    """64 hex digits by which a bidder finds the own receipt in the published set."""
    return hashlib.sha256(canonical_bytes(receipt.statement) + receipt.signature.encode()).hexdigest()


def receipts_of(procedure: Procedure) -> list[SealedReceipt]:
    """Every receipt of the procedure, replaced versions and withdrawals included, in the order of the set."""
    rows = SealedReceipt.objects.filter(submission__room__lot__procedure=procedure)
    return list(
        rows.select_related("submission__room__lot__procedure", "submission__room__organization").order_by("pk")
    )


def set_root(blind: str, leaves: list[str]) -> str:
    """The Merkle root (RFC 6962) of the blind and the receipts, as published at the deadline."""
    tree = Tree()
    for each in (blind, *leaves):
        tree.append(bytes.fromhex(each))
    return tree.root().hex()


@implements("R-117")
def set_is_as_published(procedure: Procedure) -> bool:
    """Whether the receipts kept now are those whose root was published at the deadline."""
    opening = Opening.objects.filter(procedure=procedure).first()
    leaves = [leaf(receipt) for receipt in receipts_of(procedure)]
    whole = SealedSubmission.objects.of(procedure).count() == len(leaves)
    return opening is not None and whole and set_root(opening.blind, leaves) == opening.root


def _without_name(statement: dict[str, Any]) -> dict[str, Any]:
    return {**statement, "bidder": statement["bidder"]["id"]}
