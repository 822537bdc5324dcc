"""Keep a file: judge it, number its version, write it down, put its bytes in their place.

The row is written before the bytes are moved and inside the same transaction: whoever sees the row
finds the bytes. A transaction that fails later can leave bytes without a row; they are harmless, are
used again by the next attempt, and `sweep_orphans` clears them after a day.
"""

import io
import shutil
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pikepdf
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from procurement.access import Actor
from procurement.access.models import User
from procurement.audit import record
from procurement.documents import storage
from procurement.documents.inspection import Inspected, receive
from procurement.documents.models import Document
from procurement.documents.names import normalise_name
from procurement.documents.refusals import UploadRefused
from procurement.documents.subjects import Subject

FILES_PER_SUBJECT = 200
ORPHAN_AGE = timedelta(days=1)
#: Longer than any work in quarantine may take.
QUARANTINE_AGE = timedelta(hours=1)


def store(
    *,
    actor: Actor,
    upload: "UploadedFile[bytes]",
    subject: str,
    kind: str,
    title: str,
    case_id: UUID | None = None,
    organization_id: UUID | None = None,
    supersedes: Document | None = None,
    is_public: bool = False,
) -> Document:
    """Take in a file a person hands in. Raises UploadRefused, and then keeps nothing.

    The caller has checked that the actor may add files to the subject. With `supersedes` the file becomes
    the next version of that document. The same bytes handed in twice (double click, repeated request)
    give the document that is already there.
    """
    check_room_for_more(subject)
    with storage.quarantine() as room:
        inspected = receive(upload, room)
        same = already_there(actor, inspected, subject, kind, title, supersedes)
        if same:
            return same
        return keep(
            actor=actor,
            inspected=inspected,
            supersedes=supersedes,
            fields={
                "subject": Subject.parse(subject),
                "kind": kind,
                "title": title,
                "case_id": case_id,
                "organization_id": organization_id,
                "is_public": is_public,
            },
        )


def store_generated(
    *,
    actor: Actor,
    content: bytes,
    filename: str,
    subject: str,
    kind: str,
    title: str,
    case_id: UUID | None = None,
    organization_id: UUID | None = None,
    media_type: str = "application/pdf",
    is_public: bool = False,
) -> Document:
    """Keep a file the portal drew up itself. Storing the same bytes again gives the same document;
    other bytes of the same subject and kind become its next version."""
    current = Document.objects.for_subject(subject).of_kind(kind).current().order_by("-version").first()
    with storage.quarantine() as room:
        path = room / "generated"
        storage.write(path, [content])
        sha256 = storage.digest(path)
        if current and current.sha256 == sha256:
            return current
        inspected = Inspected(
            path=path,
            name=normalise_name(filename),
            media_type=media_type,
            page_count=count_pages(content) if media_type == "application/pdf" else None,
            sha256=sha256,
            received_sha256=sha256,
            size=len(content),
        )
        return keep(
            actor=actor,
            inspected=inspected,
            supersedes=current,
            fields={
                "subject": Subject.parse(subject),
                "kind": kind,
                "title": title,
                "case_id": case_id,
                "organization_id": organization_id,
                "is_public": is_public,
            },
        )


def store_opened(
    *,
    actor: Actor,
    content: bytes,
    header: Mapping[str, Any],
    subject: str,
    kind: str,
    title: str,
    organization_id: UUID | None = None,
) -> Document:
    """Keep a file that was inspected before it was sealed and has now been unsealed.

    `header` is what travelled sealed with it: name, media_type, page_count, sha256. What does not have that hash is
    an error of the program, since the seal authenticates.
    """
    with storage.quarantine() as room:
        path = room / "opened"
        storage.write(path, [content])
        sha256 = storage.digest(path)
        if sha256 != header["sha256"]:
            raise ValueError("an unsealed file is not what was sealed")
        inspected = Inspected(
            path=path,
            name=normalise_name(header["name"]),
            media_type=header["media_type"],
            page_count=header["page_count"],
            sha256=sha256,
            received_sha256=sha256,
            size=len(content),
        )
        fields = {
            "subject": Subject.parse(subject),
            "kind": kind,
            "title": title,
            "organization_id": organization_id,
        }
        return keep(actor=actor, inspected=inspected, supersedes=None, fields=fields)


def publish(*, actor: Actor, document: Document) -> None:
    """Open the file to everyone. The only thing about a document that ever changes."""
    with transaction.atomic():
        document.is_public = True
        document.save(update_fields=["is_public"])
        journal(actor, "document.publish", document)


def check_room_for_more(subject: str) -> None:
    limit = cast(int, settings.PORTAL.get("UPLOAD_MAX_FILES", FILES_PER_SUBJECT))
    if Document.objects.for_subject(subject).count() >= limit:
        raise UploadRefused("too_many", limit=str(limit))


def already_there(
    actor: Actor, inspected: Inspected, subject: str, kind: str, title: str, supersedes: Document | None
) -> Document | None:
    if supersedes is not None:
        return supersedes if supersedes.sha256 == inspected.sha256 else None
    return (
        Document.objects.for_subject(subject)
        .of_kind(kind)
        .current()
        .filter(title=title, sha256=inspected.sha256, uploaded_by=actor.user)
        .first()
    )


def keep(*, actor: Actor, inspected: Inspected, supersedes: Document | None, fields: Mapping[str, Any]) -> Document:
    subject = fields["subject"]
    rest = {name: value for name, value in fields.items() if name != "subject"}
    try:
        with transaction.atomic():
            document = Document.objects.create(
                subject_type=subject.type,
                subject_id=subject.id,
                version=supersedes.version + 1 if supersedes else 1,
                supersedes=supersedes,
                sha256=inspected.sha256,
                received_sha256=inspected.received_sha256,
                size=inspected.size,
                media_type=inspected.media_type,
                page_count=inspected.page_count,
                original_name=inspected.name,
                stored_path=storage.content_path(inspected.sha256),
                uploaded_by=signed_in(actor),
                **rest,
            )
            journal(actor, "document.store", document)
            storage.place(inspected.path, inspected.sha256)
    except IntegrityError:
        if supersedes and Document.objects.filter(supersedes=supersedes).exists():
            raise UploadRefused("superseded") from None
        raise
    return document


def signed_in(actor: Actor) -> User:
    if actor.user is None:
        raise PermissionError("a file is handed in by a person who has signed in")
    return actor.user


def journal(actor: Actor, action: str, document: Document, *, ok: bool = True) -> None:
    """One line in the journal. The file's own name may name a person, so it goes in only as a salted hash."""
    record(
        actor_id=actor.id,
        actor_label=actor.label,
        action=action,
        subject=f"documents.document:{document.pk}",
        case_id=document.case_id,
        ok=ok,
        body={
            "of": str(document.subject),
            "kind": document.kind,
            "version": document.version,
            "sha256": document.sha256,
            "size": document.size,
        },
        personal={"original_name": document.original_name},
    )


def count_pages(content: bytes) -> int:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages)


def sweep_orphans(*, at: datetime) -> int:
    """Clear what killed processes left: abandoned quarantine, and bytes without a row after a day."""
    abandoned = older_than((storage.root() / "quarantine").glob("*"), at - QUARANTINE_AGE)
    for room in abandoned:
        shutil.rmtree(room, ignore_errors=True)
    kept = (storage.root() / "documents").glob("??/??/" + "[0-9a-f]" * 64)
    orphans = [
        path for path in older_than(kept, at - ORPHAN_AGE) if not Document.objects.filter(sha256=path.name).exists()
    ]
    for path in orphans:
        storage.remove(str(path.relative_to(storage.root())))
    return len(abandoned) + len(orphans)


def older_than(paths: Iterable[Path], limit: datetime) -> list[Path]:
    return [path for path in paths if path.stat().st_mtime < limit.timestamp()]
