"""Addresses of the running services, written by whoever runs them, read by the settings.

A held lock, not a process id, says that the file is true: the kernel drops the lock when its holder
dies in whatever way, and process ids are used again.
"""

import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass
from typing import IO

from procurement.embedded import EmbeddedError
from procurement.embedded.layout import Layout


@dataclass(frozen=True)
class Services:
    """`database_url` is the application's role (owns nothing); `database_owner_url` owns the schema."""

    database_url: str
    database_owner_url: str
    broker_url: str
    cache_url: str
    database_admin_url: str = ""
    bindir: str = ""
    pid: int = 0


def announce(layout: Layout, services: Services) -> None:
    """Publish the addresses in one step; they hold passwords, so only the owner may read them."""
    draft = layout.services_file.with_suffix(".draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(services), file)
    draft.replace(layout.services_file)


def withdraw(layout: Layout) -> None:
    layout.services_file.unlink(missing_ok=True)


def running(layout: Layout) -> Services | None:
    """The services now running on this `var`, or None."""
    if not layout.services_file.exists() or not is_held(layout):
        return None
    try:
        return Services(**json.loads(layout.services_file.read_text()))
    except FileNotFoundError:
        return None


def is_held(layout: Layout) -> bool:
    """Whether a runner lives on this `var`."""
    if not layout.lock_file.exists():
        return False
    with layout.lock_file.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def hold(layout: Layout, *, patience: float = 2.0) -> IO[str]:
    """Become the only runner of this `var`; the returned file must stay open. Raises EmbeddedError."""
    file = layout.lock_file.open("a")
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        except BlockingIOError:
            # a reader of is_held() holds it for microseconds; a runner holds it for good
            if time.monotonic() > until:
                file.close()
                raise EmbeddedError(
                    f"The portal is already running on {layout.var}; stop it first (Ctrl-C in its terminal)."
                ) from None
            time.sleep(0.05)
