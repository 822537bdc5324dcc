"""Where boxes rest until they are opened: files of a random name, written through to the disk, never changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

from django.conf import settings


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
    return stored, digest.hexdigest(), length


def get(stored: str) -> bytes:
    """The whole box. Raises FileNotFoundError when it is gone."""
    return _path(stored).read_bytes()


def _path(stored: str) -> Path:
    return Path(settings.MEDIA_ROOT, stored)
