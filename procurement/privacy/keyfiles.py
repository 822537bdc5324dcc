"""Keys live in files outside the database: made once, whole or not at all, readable by their owner only."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _


def key_file(name: str) -> Path:
    return Path(str(settings.PORTAL.get("KEY_DIR") or settings.VAR_DIR / "keys")) / name


def read_or_create(name: str, make: Callable[[], bytes]) -> bytes:
    """The bytes of a key file; made on first use unless PORTAL["KEY_CREATE"] is False.

    Raises ImproperlyConfigured when it is missing then, or when others may read it.
    """
    path = key_file(name)
    if not path.exists():
        if not settings.PORTAL.get("KEY_CREATE", True):
            raise ImproperlyConfigured(_("缺少密钥：%(path)s") % {"path": path})
        _create(path, make())
    if path.stat().st_mode & 0o077:
        raise ImproperlyConfigured(_("密钥 %(path)s 可被他人读取，权限须为 0600。") % {"path": path})
    return path.read_bytes()


def _create(path: Path, content: bytes) -> None:
    """Write a new key whole or not at all; when two processes try, both end up with the first one's key."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
