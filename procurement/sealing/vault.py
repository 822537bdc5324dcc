"""Where boxes rest until they are opened: files of a random name, written through to the disk, never changed.

Where the installation names an object store (settings.STORAGES["documents"]) each box rests there too; whether it is
still the box that came in is for the opening to judge, by the hash in the receipt.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, storages


def put(chunks: Iterable[bytes]) -> tuple[str, str, int]:
    """(stored path, SHA-256 of the box, its length); the name says nothing about whose or what it is."""
    name = uuid4().hex
    stored = f"sealed/{name[:2]}/{name}"
    target = _path(stored)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, length = hashlib.sha256(), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "wb") as file:
        for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
            length += len(chunk)
        file.flush()
        os.fsync(file.fileno())
    _flush(target.parent)
    store = _depot()
    if store is not None:
        with target.open("rb") as box:
            store.save(stored, File(box))
    return stored, digest.hexdigest(), length


def get(stored: str) -> bytes:
    """The whole box. Raises FileNotFoundError when it is gone."""
    path, store = _path(stored), _depot()
    if store is not None and not path.exists():
        with store.open(stored) as box:
            return bytes(box.read())
    return path.read_bytes()


def _depot() -> Storage | None:
    return storages["documents"] if "documents" in settings.STORAGES else None


def _flush(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _path(stored: str) -> Path:
    return Path(settings.MEDIA_ROOT, stored)
