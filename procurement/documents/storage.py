"""Where bytes rest: one immutable file per content, named by its SHA-256.

A file comes in through quarantine, on the same file system, is flushed to disk and then renamed, so a
reader sees all of it or nothing. What was placed is never written again.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

CHUNK = 1024 * 1024


def root() -> Path:
    return Path(settings.MEDIA_ROOT)


def path_of(stored_path: str) -> Path:
    return root() / stored_path


def content_path(sha256: str) -> str:
    """Relative to the media root, fanned out so that no directory grows without bound."""
    return f"documents/{sha256[:2]}/{sha256[2:4]}/{sha256}"


@contextmanager
def quarantine() -> Iterator[Path]:
    """A private directory for one file under suspicion; whatever happens, nothing stays in it."""
    waiting = root() / "quarantine"
    waiting.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=waiting) as room:
        yield Path(room)


def write(path: Path, chunks: Iterable[bytes]) -> None:
    with path.open("wb") as stream:
        os.fchmod(stream.fileno(), 0o600)
        for chunk in chunks:
            stream.write(chunk)
        stream.flush()
        os.fsync(stream.fileno())


def digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def place(path: Path, sha256: str) -> None:
    """Move a finished file to its lasting place. The same content may already be there; then that one stays."""
    target = path_of(content_path(sha256))
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not target.exists():
        os.chmod(path, 0o400)
        os.rename(path, target)
        flush_directory(target.parent)


def flush_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def pages_directory(path: Path) -> Path:
    """Where the page pictures of a stored file are cached: beside it."""
    return path.with_name(f"{path.name}.pages")
