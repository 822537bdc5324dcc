"""The one-command stack as a real process on a directory of its own: it starts, heals, stops, leaves nothing behind."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from procurement.embedded.layout import Layout, unused_port
from procurement.embedded.services import Services, running

pytestmark = pytest.mark.processes
ROOT = Path(__file__).resolve().parents[2]


class Runner:
    """`python -m procurement.embedded` and what it prints."""

    def __init__(self, var: Path, *arguments: str, **environment: str) -> None:
        var.mkdir(exist_ok=True)
        self.layout = Layout(var)
        self.output = var / "output.txt"
        hidden = ("DJANGO_", "DATABASE_", "BROKER_", "CACHE_", "MAKE", "PORT", "PYTEST_")
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(hidden)}
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "procurement.embedded", *arguments],
                cwd=ROOT,
                env={**inherited, "PORTAL_VAR": str(var), "PORTAL_DEMO": "0", **environment},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def until(self, condition: Callable[[], object], limit: float = 60.0) -> None:
        deadline = time.monotonic() + limit
        while not condition():
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.05)

    def until_said(self, text: str, limit: float = 60.0) -> None:
        self.until(lambda: text in self.output.read_text() or self.process.poll() is not None, limit)
        assert text in self.output.read_text()

    @property
    def services(self) -> Services:
        services = running(self.layout)
        assert services is not None
        return services

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=40)

    def children(self) -> list[int]:
        """Living processes that work on this directory."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) not in (os.getpid(), self.process.pid):
                try:
                    # servers write titles of their own over their command lines
                    known_by = (entry / "cmdline").read_text() + str((entry / "cwd").readlink())
                    belongs = str(self.layout.var) in known_by
                    dead = "\nState:\tZ" in (entry / "status").read_text()
                except OSError:
                    continue
                if belongs and not dead:
                    found.append(int(entry.name))
        return found


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Runner]]:
    started: list[Runner] = []

    def _start(*arguments: str, **environment: str) -> Runner:
        runner = Runner(tmp_path / "var", *arguments, **environment)
        started.append(runner)
        return runner

    yield _start
    for runner in started:
        if runner.process.poll() is None:
            runner.stop(signal.SIGTERM)
    shutil.rmtree(tmp_path / "var", ignore_errors=True)


def postmaster(runner: Runner) -> int:
    return int((runner.layout.postgres / "data" / "postmaster.pid").read_text().split()[0])


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url, connect_timeout=3)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_services_heal_stop_and_keep_their_data(start: Callable[..., Runner]) -> None:
    runner = start("--services")
    runner.until_said("READY")
    services = runner.services
    rows(services.database_owner_url, "CREATE TABLE note AS SELECT '养老' AS text")
    with redis.Redis.from_url(services.broker_url) as client:
        client.set("note", "养老")
        assert client.info("persistence")["aof_enabled"] == 1

    killed = postmaster(runner)
    os.kill(killed, signal.SIGKILL)
    runner.until_said("PostgreSQL stopped unexpectedly")
    runner.until(lambda: postmaster_is_new(runner, killed) and answers(services))
    assert rows(services.database_url, "SELECT text FROM note") == [("养老",)]

    assert runner.stop(signal.SIGINT) == 0
    assert runner.children() == []
    assert running(runner.layout) is None

    again = start("--services")
    again.until_said("READY")
    assert rows(again.services.database_url, "SELECT text FROM note") == [("养老",)]
    with redis.Redis.from_url(again.services.broker_url) as client:
        assert client.get("note") == "养老".encode()
    assert again.stop(signal.SIGTERM) == 0


def postmaster_is_new(runner: Runner, killed: int) -> bool:
    try:
        return postmaster(runner) != killed
    except (OSError, IndexError, ValueError):
        return False


def answers(services: Services) -> bool:
    try:
        return rows(services.database_url, "SELECT 1") == [(1,)]
    except psycopg2.OperationalError:
        return False


def test_killed_runner_takes_its_parts_along(start: Callable[..., Runner]) -> None:
    runner = start("--services")
    runner.until_said("READY")
    assert len(runner.children()) >= 2
    os.kill(runner.process.pid, signal.SIGKILL)
    runner.process.wait()
    runner.until(lambda: runner.children() == [], limit=10)
    assert running(runner.layout) is None


def test_second_runner_on_the_same_data_is_refused(start: Callable[..., Runner]) -> None:
    first = start("--services")
    first.until_said("READY")
    environment = {**os.environ, "PORTAL_VAR": str(first.layout.var)}
    second = subprocess.run(
        [sys.executable, "-m", "procurement.embedded", "--services"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert "already running" in second.stdout
    assert answers(first.services)


def test_command_without_running_services_says_how_to_start_them(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("DJANGO_", "DATABASE_"))}
    answer = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--skip-checks"],
        cwd=ROOT,
        env={**environment, "PORTAL_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert "make run" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_taken_port_is_a_clear_error(start: Callable[..., Runner]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        runner = start(PORT=str(port))
        assert runner.process.wait(timeout=30) == 1
    assert f"Port {port} is taken" in runner.output.read_text()
    assert "Traceback" not in runner.output.read_text()


def test_secrets_and_addresses_are_for_the_owner_only(start: Callable[..., Runner]) -> None:
    runner = start("--services")
    runner.until_said("READY")
    private = [runner.layout.services_file, *(runner.layout.var / "secrets").iterdir()]
    assert len(private) >= 4
    assert {oct(path.stat().st_mode & 0o777) for path in private} == {"0o600"}


def test_whole_portal_starts_heals_and_stops(start: Callable[..., Runner]) -> None:
    port = unused_port()
    runner = start(PORT=str(port))
    runner.until_said(f"READY http://127.0.0.1:{port}/", limit=240)
    # migrations ran as the owner, the web serves as a role that owns nothing
    owners = rows(runner.services.database_url, "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
    assert owners == [("portal_owner",)]
    runner.until(lambda: health(port).get("status") == "ok", limit=60)

    web = [pid for pid in runner.children() if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    for pid in web:
        os.kill(pid, signal.SIGKILL)
    runner.until_said("Web server stopped unexpectedly")
    runner.until(lambda: health(port).get("status") == "ok", limit=60)

    assert runner.stop(signal.SIGINT) == 0
    runner.until(lambda: runner.children() == [], limit=10)

    again = start(PORT=str(port))
    again.until_said("READY", limit=60)
    assert "Migrating" not in again.output.read_text()
    assert "Collecting static files" not in again.output.read_text()
    os.kill(again.process.pid, signal.SIGKILL)
    again.process.wait()
    again.until(lambda: again.children() == [], limit=20)

    question = "from django.db import connection as c; c.cursor(); print(c.vendor)"
    once = start("--run", "shell", "-v", "0", "-c", question)
    assert once.process.wait(timeout=60) == 0
    assert "postgresql\n" in once.output.read_text()
    assert once.children() == []


def health(port: int) -> dict[str, object]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            body: dict[str, object] = json.loads(answer.read())
            return body
    except OSError:
        return {}
