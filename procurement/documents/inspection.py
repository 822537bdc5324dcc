"""Is this file what it says, and only that? Asked of a child process, before anything is kept."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from procurement.documents import sandbox, storage
from procurement.documents.names import extension_of, normalise_name
from procurement.documents.refusals import REASONS, UploadRefused

EXTENSIONS = ("pdf", "docx", "xlsx", "png", "jpg", "jpeg")
LIMITS = sandbox.Limits(seconds=20, memory_mb=768, output_mb=64)


@dataclass(frozen=True)
class Inspected:
    """A file found fit to keep, still in quarantine. `received_sha256` is of the bytes as they were sent."""

    path: Path
    name: str
    media_type: str
    page_count: int | None
    sha256: str
    received_sha256: str
    size: int


def receive(upload: "UploadedFile[bytes]", room: Path) -> Inspected:
    """Take the upload into quarantine and judge it there. Raises UploadRefused."""
    name = normalise_name(upload.name or "")
    extension = extension_of(name)
    check_outside(upload, extension)
    received = room / "received"
    storage.write(received, upload.chunks())
    return judge(received, name, extension, room / "cleaned")


def check_outside(upload: "UploadedFile[bytes]", extension: str) -> None:
    """What can be told without reading: size and name."""
    cap = cast(int, settings.PORTAL["UPLOAD_MAX_BYTES"])
    if not upload.size:
        raise UploadRefused("empty")
    if upload.size > cap:
        raise UploadRefused("too_large", limit=f"{cap // (1024 * 1024)} MB")
    if extension not in EXTENSIONS:
        raise UploadRefused("extension")


def judge(received: Path, name: str, extension: str, cleaned: Path) -> Inspected:
    try:
        answer = json.loads(sandbox.run("inspect_upload", str(received), extension, str(cleaned), limits=LIMITS))
    except sandbox.SandboxError:
        raise UploadRefused("unreadable") from None
    if code := answer.get("refused"):
        raise UploadRefused(code, extension=extension) if "%(" in str(REASONS[code]) else UploadRefused(code)
    kept = cleaned if answer["cleaned"] else received
    return Inspected(
        path=kept,
        name=name,
        media_type=answer["media_type"],
        page_count=answer["page_count"],
        sha256=storage.digest(kept),
        received_sha256=storage.digest(received),
        size=kept.stat().st_size,
    )


@dataclass(frozen=True)
class Seen:
    """A file found fit to keep that never was on a disk."""

    name: str
    media_type: str
    page_count: int | None
    sha256: str
    size: int


def inspect_in_memory(content: bytes, raw_name: str, *, extensions: tuple[str, ...]) -> Seen:
    """Judge bytes that must not touch a disk in the clear: the child reads them from memory. Raises UploadRefused.

    Not for pictures, which would have to be written anew.
    """
    name = normalise_name(raw_name)
    extension = extension_of(name)
    cap = cast(int, settings.PORTAL["UPLOAD_MAX_BYTES"])
    if not content:
        raise UploadRefused("empty")
    if len(content) > cap:
        raise UploadRefused("too_large", limit=f"{cap // (1024 * 1024)} MB")
    if extension not in extensions:
        raise UploadRefused("pdf_only")
    answer = _answer_about(content, extension)
    if code := answer.get("refused"):
        raise UploadRefused(code, extension=extension) if "%(" in str(REASONS[code]) else UploadRefused(code)
    sha256 = hashlib.sha256(content).hexdigest()
    return Seen(name, answer["media_type"], answer["page_count"], sha256, len(content))


def _answer_about(content: bytes, extension: str) -> dict[str, Any]:
    held = os.memfd_create("upload")
    try:
        with open(held, "wb", closefd=False) as memory:
            memory.write(content)
        path = f"/proc/self/fd/{held}"
        answer: dict[str, Any] = json.loads(
            sandbox.run("inspect_upload", path, extension, os.devnull, limits=LIMITS, shared=(held,))
        )
        return answer
    except sandbox.SandboxError:
        raise UploadRefused("unreadable") from None
    finally:
        os.close(held)
