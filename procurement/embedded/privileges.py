"""PostgreSQL refuses to run as root. How its programs run all the same, without making users or opening directories.

1. Not root: nothing to do.
2. Root, and everybody may pass through the directories: run as `nobody`.
3. Root below a private directory: run in a user namespace, where root appears as user 1000.
4. Namespaces are blocked as well (some containers): move data and binaries under /var/tmp and do 2.
"""

import functools
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UNSHARE = ("unshare", "--user", "--map-user=1000", "--map-group=1000")


@dataclass(frozen=True)
class Identity:
    """Who PostgreSQL's programs run as. `uid` None: as ourselves, after `prefix`."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    @property
    def spawn_options(self) -> Mapping[str, Any]:
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give `path` and what is below to that user; a copied or moved checkout may have another owner."""
        uid, gid = (os.geteuid(), os.getegid()) if self.uid is None else (self.uid, self.gid or 0)
        if path.stat().st_uid == uid:
            return
        os.chown(path, uid, gid)
        for directory, names, files in os.walk(path):
            for name in (*names, *files):
                os.chown(os.path.join(directory, name), uid, gid, follow_symlinks=False)


def choose_identity(*paths: Path) -> Identity | None:
    """Ways 1 to 3 in this order; None when only a move (way 4) is left."""
    if os.geteuid() != 0:
        return Identity()
    if all(open_to_everybody(path) for path in paths):
        return nobody()
    if namespaces_work():
        return Identity(prefix=UNSHARE)
    return None


def nobody() -> Identity:
    entry = pwd.getpwnam("nobody")
    return Identity(uid=entry.pw_uid, gid=entry.pw_gid)


def open_to_everybody(path: Path) -> bool:
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.absolute().parents if parent.exists())


@functools.cache
def namespaces_work() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode == 0


def refuge(var: Path) -> Path:
    """The directory under /var/tmp that stands in for a `var` nobody may pass into; one per `var`."""
    digest = hashlib.sha256(str(var.absolute()).encode()).hexdigest()[:12]
    return Path("/var/tmp") / f"portal-{digest}"  # noqa: S108 - fixed name, created 0711 by root, checked below


def move_in(home: Path, bindir: Path) -> Path:
    """Copy the binaries next to the data in the refuge; returns the new bindir."""
    home.mkdir(mode=0o711, exist_ok=True)
    if home.stat().st_uid != os.geteuid():
        raise PermissionError(f"{home} belongs to somebody else")
    package = bindir.parent.parent
    libraries = package.parent / f"{package.name}.libs"
    copy = home / package.name / bindir.parent.name
    if not copy.exists():
        shutil.copytree(bindir.parent, copy, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, home / libraries.name, symlinks=True)
    return copy / bindir.name
