"""The portal's own programs as parts: web server, task worker, scheduler."""

import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import redis

from procurement.embedded import EmbeddedError
from procurement.embedded.layout import Layout, port_is_free
from procurement.embedded.services import running
from procurement.embedded.supervisor import Console, Part

#: Written by procurement.celery; read here without importing the portal.
HEARTBEAT_KEY = "portal:heartbeat"
#: Twice the time limit of a task and some: a worker silent for longer has lost its broker, however alive it looks.
HEARTBEAT_LIMIT = 660.0
#: A program that keeps its database connection for a long report may take longer over one statement.
LONG_STATEMENTS = {"PGOPTIONS": "-c statement_timeout=300s -c idle_in_transaction_session_timeout=300s"}


def web_port(layout: Layout) -> int:
    """PORT from the environment, 8000 otherwise. Raises EmbeddedError when it is taken or no port at all."""
    given = os.environ.get("PORT", "8000")
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise EmbeddedError(f"PORT={given} is not a port number.")
    port = int(given)
    # after a crash the former web server may need some seconds to let go
    until = time.monotonic() + (10.0 if layout.services_file.exists() else 0.0)
    while not port_is_free("127.0.0.1", port):
        if time.monotonic() > until:
            raise EmbeddedError(f"Port {port} is taken by another program. Choose another: PORT=9000 make run")
        time.sleep(0.2)
    return port


def parts(layout: Layout, port: int) -> list[Part]:
    celery = [sys.executable, "-m", "celery", "-A", "procurement.celery"]
    beat = layout.var / "beat"
    beat.mkdir(exist_ok=True)
    web = Part(
        name="Web server",
        stage=2,
        command=[
            *(sys.executable, "-m", "gunicorn", "procurement.wsgi:application"),
            *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers", "2", "--threads", "4"),
            *("--keep-alive", "75", "--timeout", "60", "--graceful-timeout", "5", "--no-control-socket"),
            "--preload",
            *("--worker-tmp-dir", str(layout.var)),
        ],
        ready=lambda: answers(port),
        log=layout.logs / "web.log",
    )
    worker = Part(
        name="Task worker",
        stage=2,
        command=[
            *celery,
            "worker",
            *("--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle"),
        ],
        environment=LONG_STATEMENTS,
        ready=lambda: heartbeat_age(layout) < time.monotonic() - worker.started,
        working=lambda: heartbeat_age(layout) < HEARTBEAT_LIMIT,
        log=layout.logs / "worker.log",
    )
    scheduler = Part(
        name="Scheduler",
        stage=2,
        command=[*celery, "beat", "--loglevel", "INFO", "--pidfile=", "--schedule", str(beat / "schedule")],
        ready=lambda: True,
        log=layout.logs / "scheduler.log",
    )
    return [web, worker, scheduler]


def answers(port: int) -> bool:
    """Whether the web server answers at all, in whatever health."""
    return _health(port)[0] != 0


def report_health(port: int, console: Console) -> None:
    """Say which check fails; the portal runs on, since its parts may still be catching up."""
    status, body = _health(port)
    if status != 200:
        console.say(f"/healthz answers {status}: {body[:300]}")


def _health(port: int) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")
    except OSError:
        return 0, ""


def heartbeat_age(layout: Layout) -> float:
    """Seconds since a worker last ran the scheduled heartbeat; infinite when never or the broker is away."""
    services = running(layout)
    if services is None:
        return float("inf")
    try:
        with redis.Redis.from_url(services.broker_url, socket_timeout=2) as client:
            value = client.get(HEARTBEAT_KEY)
    except redis.RedisError:
        return float("inf")
    return time.time() - float(value) if isinstance(value, bytes) else float("inf")


def manage(*arguments: str) -> list[str]:
    return [sys.executable, str(Path(__file__).resolve().parents[2] / "manage.py"), *arguments]
