"""Receipts: what was handed in, when by the server's clock, sealed so that anyone can check it later."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from procurement.audit import sign, verify_signature
from procurement.audit.canonical import canonical_bytes
from procurement.documents.models import Document
from projects.models import Application, BudgetVersion, Receipt
from projects.selectors.applications import files_of

PURPOSE = "receipt"


def issue(application: Application, at: datetime) -> Receipt:
    """A new receipt for the application as it stands; earlier ones stay. Runs inside the transition's transaction."""
    count = application.receipts.count() + 1
    number = f"HZ-{application.number}-{count}"
    documents = files_of(application)
    content = snapshot(application, at, documents)
    digest = hashlib.sha256(canonical_bytes(content)).hexdigest()
    files = [
        {
            "id": str(document.pk),
            "title": document.title,
            "version": document.version,
            "sha256": document.sha256,
            "received_sha256": document.received_sha256,
            "size": document.size,
        }
        for document in documents
    ]
    return Receipt.objects.create(
        number=number,
        application=application,
        issued_at=at,
        content_sha256=digest,
        files=files,
        snapshot=content,
        signature=seal(number, at, digest, files),
    )


def seal(number: str, at: datetime, digest: str, files: list[dict[str, Any]]) -> str:
    """The portal's signature over number, time and every hash."""
    return sign(_statement(number, at, digest, files), purpose=PURPOSE)


def snapshot(application: Application, at: datetime, documents: list[Document]) -> dict[str, Any]:
    """Everything handed in, in plain JSON; its RFC 8785 bytes are what ``content_sha256`` is of."""
    guide, applicant = application.guide, application.applicant
    return {
        "application": application.number,
        "guide": guide.number,
        "submitted_at": at.isoformat(timespec="microseconds"),
        "applicant": {"name": applicant.name, "uscc": applicant.uscc or ""},
        "hub": application.hub.name if application.hub else "",
        "category": str(application.category) if application.category else "",
        "title": application.title,
        "summary": application.summary,
        "place": application.place,
        "starts_on": _day(application.starts_on),
        "ends_on": _day(application.ends_on),
        "beneficiary_groups": sorted(application.beneficiary_groups),
        "beneficiary_count": application.beneficiary_count,
        "leader": {"name": application.leader_name, "phone": application.leader_phone},
        "answers": application.answers,
        "requested_amount": f"{application.requested_amount:.2f}",
        "co_funding_amount": f"{application.co_funding_amount:.2f}",
        "budget": [
            {
                "item": line.item,
                "description": line.description,
                "unit": line.unit,
                "quantity": f"{line.quantity:.2f}",
                "unit_price": f"{line.unit_price:.2f}",
                "amount": f"{line.amount:.2f}",
            }
            for line in application.budget_lines.filter(version=BudgetVersion.REQUESTED)
        ],
        "co_funding": [
            {"source": row.source, "kind": row.kind, "amount": f"{row.amount:.2f}", "secured": row.secured}
            for row in application.co_fundings.all()
        ],
        "indicators": [
            {
                "kind": row.kind,
                "name": row.name,
                "unit": row.unit,
                "target": f"{row.target:.2f}",
                "how_known": row.how_known,
            }
            for row in application.indicators.all()
        ],
        "certificates": [
            {"kind": held.kind, "number": held.number, "expires_on": _day(held.expires_on)}
            for held in application.qualifications.order_by("kind", "number")
        ],
        "files": [
            {"kind": document.kind, "title": document.title, "sha256": document.sha256} for document in documents
        ],
    }


def is_genuine(receipt: Receipt) -> bool:
    """The content still has its hash and the portal's signature covers number, time and every hash."""
    if hashlib.sha256(canonical_bytes(receipt.snapshot)).hexdigest() != receipt.content_sha256:
        return False
    statement = _statement(receipt.number, receipt.issued_at, receipt.content_sha256, receipt.files)
    return verify_signature(statement, receipt.signature, purpose=PURPOSE)


@dataclass(frozen=True)
class Proof:
    """What anyone may know: number, time, hashes, whether the seal holds. Never whose it is or what it says."""

    number: str
    at: datetime
    content_sha256: str
    file_hashes: tuple[str, ...]
    signed: bool
    #: None for a file kept by the portal that bears no signature of its own.
    genuine: bool | None
    matches: str = ""


HASH = re.compile(r"[0-9a-f]{64}")


def proofs_for(query: str) -> list[Proof]:
    """Receipts and files that a number or SHA-256 names; empty when the portal knows nothing of it."""
    wanted = query.strip()
    if HASH.fullmatch(wanted.lower()):
        return _by_hash(wanted.lower())
    receipt = Receipt.objects.filter(number__iexact=wanted).first()
    return [_proof(receipt)] if receipt else []


def _by_hash(digest: str) -> list[Proof]:
    by_content = list(Receipt.objects.filter(content_sha256=digest))
    by_file = list(
        Receipt.objects.filter(files__contains=[{"sha256": digest}])
        | Receipt.objects.filter(files__contains=[{"received_sha256": digest}])
    )
    found = [_proof(receipt, digest) for receipt in dict.fromkeys((*by_content, *by_file))]
    if found:
        return found
    return [
        Proof(
            number="",
            at=document.created_at,
            content_sha256=document.sha256,
            file_hashes=(),
            signed=False,
            genuine=None,
            matches=digest,
        )
        for document in Document.objects.by_hash(digest).order_by("created_at")[:1]
    ]


def _proof(receipt: Receipt, matches: str = "") -> Proof:
    return Proof(
        number=receipt.number,
        at=receipt.issued_at,
        content_sha256=receipt.content_sha256,
        file_hashes=tuple(file["sha256"] for file in receipt.files),
        signed=True,
        genuine=is_genuine(receipt),
        matches=matches,
    )


def _statement(number: str, at: datetime, digest: str, files: list[dict[str, Any]]) -> bytes:
    return canonical_bytes(
        {"number": number, "issued_at": at, "content": digest, "files": [file["sha256"] for file in files]}
    )


def _day(day: Any) -> str:
    return day.isoformat() if day else ""
