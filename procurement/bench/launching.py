"""Brings up servers of the benchmark's own, runs it, and takes everything down again.

Nothing of an installation is touched: data live in a directory of their own, made anew for each run, and
addresses of outside servers in the environment are left out of it. Loopback only.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from procurement.embedded import preparation, programs
from procurement.embedded.layout import Layout, unused_port
from procurement.embedded.services import Services, announce, hold, withdraw
from procurement.embedded.stack import Stack
from procurement.embedded.supervisor import Console, Part, Stopped, Supervisor

ROOT = Path(__file__).resolve().parents[2]
#: Settings that would lead to servers that are not the benchmark's.
OUTSIDE = ("DATABASE_URL", "DATABASE_OWNER_URL", "BROKER_URL", "CACHE_URL")


def run(*, var: Path, projects: int, entries: int, out: Path) -> int:
    """The exit code of the measuring process; 130 when stopped by a signal."""
    _own_environment(var)
    layout = Layout(var)
    layout.create()
    supervisor = Supervisor(Console())
    with hold(layout):
        _empty(layout)
        supervisor.listen()
        try:
            services = Stack.of(layout, outside_allowed=False).start(supervisor)
            announce(layout, services)
            preparation.prepare(layout, supervisor)
            web, floor = unused_port(), unused_port()
            supervisor.launch(programs.parts(layout, web)[0], _floor(layout, floor, services))
            return _measure(supervisor, services, web=web, floor=floor, projects=projects, entries=entries, out=out)
        except Stopped:
            return 130
        finally:
            supervisor.stop()
            withdraw(layout)


def _own_environment(var: Path) -> None:
    for name in OUTSIDE:
        os.environ.pop(name, None)
    os.environ.update(
        PORTAL_VAR=str(var), PORTAL_DEMO="1", PORTAL_DEBUG="0", DJANGO_SETTINGS_MODULE="procurement.settings.embedded"
    )


def _empty(layout: Layout) -> None:
    """Last run's data would make this one's figures incomparable."""
    cluster = Stack.of(layout, outside_allowed=False).cluster
    if cluster is not None:
        shutil.rmtree(cluster.home, ignore_errors=True)
    for directory in (layout.valkey, layout.stamps, layout.var / "media", layout.var / "mail"):
        shutil.rmtree(directory, ignore_errors=True)
    layout.create()


def _floor(layout: Layout, port: int, services: Services) -> Part:
    """The bare site under the same server with the same numbers of processes and threads."""
    command = [str(word) for word in programs.parts(layout, port)[0].command]
    command[command.index("procurement.wsgi:application")] = "procurement.bench.floor:application"
    return Part(
        name="Bare floor",
        stage=2,
        command=command,
        environment={"FLOOR_DATABASE_URL": services.database_url},
        ready=lambda: programs.answers(port),
        log=layout.logs / "floor.log",
    )


def _measure(
    supervisor: Supervisor, services: Services, *, web: int, floor: int, projects: int, entries: int, out: Path
) -> int:
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "procurement.bench", "--projects", str(projects), "--out", str(out)),
            *("--entries", str(entries)),
            *("--web", f"http://127.0.0.1:{web}", "--floor", f"http://127.0.0.1:{floor}"),
            *("--began", str(supervisor.console.began)),
            *("--app", services.database_url, "--owner", services.database_owner_url),
        ],
        cwd=ROOT,
        env={**os.environ, **programs.LONG_STATEMENTS},
        stdin=subprocess.DEVNULL,
    )
    try:
        supervisor.watch(until=lambda: process.poll() is not None)
        return process.returncode if process.returncode is not None else 130
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        process.wait()
