"""The same real servers for tests, shared by every test session on one `var` and gone soon after the last.

A keeper process runs them. Each session holds a shared lock; the keeper leaves once it can take that
lock for itself, so a session killed in any way counts as gone.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import psycopg2

from procurement.embedded import EmbeddedError
from procurement.embedded.layout import Layout
from procurement.embedded.services import Services, announce, hold, is_held, running, withdraw
from procurement.embedded.stack import Stack
from procurement.embedded.supervisor import Console, Stopped, Supervisor

LINGER = 10.0
START_LIMIT = 90.0


def join(layout: Layout) -> tuple[Services, IO[str]]:
    """The running servers, started when nobody has; keep the returned file open as long as they are needed."""
    layout.create()
    user = layout.users_file.open("a")
    fcntl.flock(user, fcntl.LOCK_SH)
    until = time.monotonic() + START_LIMIT
    spawned_at = 0.0
    while (services := running(layout)) is None:
        if time.monotonic() > until:
            raise EmbeddedError(f"The test servers did not start; see {layout.logs / 'keeper.log'}.")
        if not is_held(layout) and time.monotonic() - spawned_at > 5:
            spawned_at = time.monotonic()
            _spawn_keeper(layout)
        time.sleep(0.05)
    return services, user


def _spawn_keeper(layout: Layout) -> None:
    with (layout.logs / "keeper.log").open("ab") as log:
        subprocess.Popen(
            [sys.executable, "-m", __name__, str(layout.var)],
            env={key: value for key, value in os.environ.items() if not key.startswith("COV_")},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def keep(layout: Layout) -> None:
    """Run the servers until no session is left."""
    layout.create()
    lock = hold(layout, patience=0.3)
    supervisor = Supervisor(Console())
    supervisor.listen()
    try:
        services = Stack.of(layout, durable=False, outside_allowed=False).start(supervisor)
        _drop_leftovers(layout, services.database_admin_url)
        announce(layout, services)
        with layout.users_file.open("a") as users:
            supervisor.watch(until=_nobody_left(users))
            withdraw(layout)
            supervisor.stop()
    except Stopped:
        supervisor.stop()
    except EmbeddedError as error:
        supervisor.console.say(str(error))
        supervisor.stop()
    finally:
        lock.close()


class _nobody_left:
    """True once the lock of all sessions could be taken for LINGER seconds; keeps it then, so none slips in."""

    def __init__(self, users: IO[str]) -> None:
        self.users = users
        self.idle_since: float | None = None

    def __call__(self) -> bool:
        try:
            fcntl.flock(self.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.idle_since = None
            return False
        self.idle_since = self.idle_since or time.monotonic()
        if time.monotonic() - self.idle_since > LINGER:
            return True
        fcntl.flock(self.users, fcntl.LOCK_UN)
        return False


def _drop_leftovers(layout: Layout, admin_url: str) -> None:
    """Databases and files of sessions that were killed; at this moment nobody else can be using them."""
    shutil.rmtree(layout.files, ignore_errors=True)
    connection = psycopg2.connect(admin_url)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(r"SELECT datname FROM pg_database WHERE datname LIKE 'test\_portal\_%'")
    for (name,) in cursor.fetchall():
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
    connection.close()


if __name__ == "__main__":
    keep(Layout(Path(sys.argv[1])))
