"""Backup and restore: one directory with a database dump, the documents, the checkpoints and a manifest of hashes.

Order matters. The database is dumped first: documents are never changed or removed while a row names
them, so a copy made afterwards holds at least every file the dump speaks of.
Keys are not in it: whoever holds a backup must not be able to sign. They are kept apart (docs/operations.md).
"""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.embedded.postgres import bindirs

DUMP = "database.dump"
MANIFEST = "manifest.json"
CHUNK = 1024 * 1024


class ArchiveRefused(Exception):
    """Why a backup was not made or not restored, as a sentence."""


@dataclass(frozen=True)
class Folder:
    """A directory that goes into the archive as one tar file; `left_out` names scratch space directly below it."""

    name: str
    path: Path
    left_out: frozenset[str] = frozenset()

    @property
    def tar(self) -> str:
        return f"{self.name}.tar"


def folders() -> list[Folder]:
    return [
        Folder("media", Path(settings.MEDIA_ROOT), frozenset({"quarantine"})),
        Folder("checkpoints", Path(settings.PORTAL["CHECKPOINT_DIR"])),
    ]


def make_backup(target: Path) -> dict[str, Any]:
    """Write a complete backup into the empty directory `target`; returns the manifest. Raises ArchiveRefused."""
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(target.iterdir()):
        raise ArchiveRefused(_("%(path)s 不是空目录，备份不覆盖已有文件。") % {"path": target})
    _run("pg_dump", "--format=custom", "--no-owner", "--file", str(target / DUMP))
    for folder in folders():
        _pack(folder, target / folder.tar)
    manifest = {
        "made_at": timezone.now().isoformat(),
        "database_server": connection.pg_version,
        "files": {path.name: digest(path) for path in sorted(target.iterdir())},
    }
    # written last: a directory without a manifest is an unfinished backup
    (target / MANIFEST).write_text(json.dumps(manifest, indent=2))
    return manifest


def restore_backup(source: Path, *, replace: bool = False) -> dict[str, Any]:
    """Put a backup back, after every hash was checked. Raises ArchiveRefused and then has changed nothing.

    A database with tables, or a directory with files, is only overwritten with `replace`.
    """
    manifest = check_backup(source)
    filled = [folder.path for folder in folders() if _is_filled(folder.path)]
    if not replace and (connection.introspection.table_names() or filled):
        raise ArchiveRefused(_("目标数据库或目录不是空的。确认要用备份替换时，请加 --replace。"))
    connection.close()
    _run(
        "pg_restore",
        *("--exit-on-error", "--single-transaction", "--no-owner", "--clean", "--if-exists"),
        *("--dbname", connection.settings_dict["NAME"], str(source / DUMP)),
    )
    for folder in folders():
        _unpack(folder, source / folder.tar)
    return manifest


def check_backup(source: Path) -> dict[str, Any]:
    """The manifest, if every file is there as it was written. Raises ArchiveRefused."""
    try:
        manifest: dict[str, Any] = json.loads((source / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise ArchiveRefused(_("%(path)s 中没有完整的备份（缺少清单）。") % {"path": source}) from error
    for name, expected in manifest["files"].items():
        path = source / name
        if not path.exists() or digest(path) != expected:
            raise ArchiveRefused(_("备份文件 %(name)s 缺失或已被改动，未恢复任何内容。") % {"name": name})
    return manifest


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pack(folder: Folder, target: Path) -> None:
    with tarfile.open(target, "w") as tar:
        for path in _members(folder):
            tar.add(path, arcname=str(path.relative_to(folder.path)), recursive=False)


def _members(folder: Folder) -> Iterator[Path]:
    for path in sorted(folder.path.rglob("*")) if folder.path.exists() else ():
        if path.is_file() and path.relative_to(folder.path).parts[0] not in folder.left_out:
            yield path


def _unpack(folder: Folder, source: Path) -> None:
    if folder.path.exists():
        shutil.rmtree(folder.path)
    folder.path.mkdir(parents=True, mode=0o700)
    with tarfile.open(source) as tar:
        tar.extractall(folder.path, filter="data")


def _is_filled(path: Path) -> bool:
    return path.exists() and any(entry.is_file() for entry in path.rglob("*"))


def _run(program: str, *arguments: str) -> None:
    """A PostgreSQL client program on the connected database. The password travels in the environment only."""
    server = connection.settings_dict
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("PG")},
        "PGHOST": server["HOST"],
        "PGPORT": str(server["PORT"] or 5432),
        "PGUSER": server["USER"],
        "PGPASSWORD": server["PASSWORD"],
        "PGDATABASE": server["NAME"],
    }
    done = subprocess.run([_client(program), *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ArchiveRefused(f"{program}: {done.stderr.strip()}")


def _client(program: str) -> str:
    """PG_BINDIR when it is set, else the newest of this machine: a dump program must not be older than the server."""
    named = os.environ.get("PG_BINDIR")
    for bindir in [Path(named)] if named else bindirs():
        if (bindir / program).exists():
            return str(bindir / program)
    found = shutil.which(program)
    if found is None:
        raise ArchiveRefused(_("找不到 PostgreSQL 客户端程序 %(name)s。") % {"name": program})
    return found
