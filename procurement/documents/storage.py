"""Where bytes rest: one immutable file per content, named by its SHA-256.

A file comes in through quarantine, on the same file system, is flushed to disk and then renamed, so a
reader sees all of it or nothing. What was placed is never written again.

Where the installation names an object store (settings.STORAGES["documents"]), every file rests there too and the
media root is a cache that may be lost: a file missing here is fetched and believed only when its hash is its name.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, storages

CHUNK = 1024 * 1024


def root() -> Path:
    return Path(settings.MEDIA_ROOT)


class Damaged(OSError):
    """What the object store gave back is not what was put there."""


def depot() -> Storage | None:
    return storages["documents"] if "documents" in settings.STORAGES else None


def path_of(stored_path: str) -> Path:
    """The file on this machine, fetched from the object store first when it is not here. Raises Damaged."""
    path = root() / stored_path
    store = depot()
    if store is not None and not path.exists():
        fetch(store, stored_path)
    return path


def fetch(store: Storage, stored_path: str) -> None:
    expected = Path(stored_path).name
    with quarantine() as room, store.open(stored_path) as stream:
        arrived = room / expected
        write(arrived, stream.chunks())
        if digest(arrived) != expected:
            raise Damaged(stored_path)
        settle(arrived, stored_path)


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
    """Move a finished file to its lasting place. The same content may already be there; then that one stays.

    With an object store the file is there before this returns: a row that names it is never committed without it.
    """
    stored_path = content_path(sha256)
    settle(path, stored_path)
    store = depot()
    if store is not None and not store.exists(stored_path):
        with (root() / stored_path).open("rb") as stream:
            store.save(stored_path, File(stream))


def settle(path: Path, stored_path: str) -> None:
    target = root() / stored_path
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not target.exists():
        os.chmod(path, 0o400)
        os.rename(path, target)
        flush_directory(target.parent)


def remove(stored_path: str) -> None:
    """Forget bytes no row names, here and in the object store, with the pages drawn from them."""
    path = root() / stored_path
    path.unlink(missing_ok=True)
    shutil.rmtree(pages_directory(path), ignore_errors=True)
    store = depot()
    if store is not None:
        store.delete(stored_path)


def flush_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def pages_directory(path: Path) -> Path:
    """Where the page pictures of a stored file are cached: beside it."""
    return path.with_name(f"{path.name}.pages")
