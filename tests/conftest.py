"""What every test may use: the real database and broker, a browser, a worker.

A database of this session is copied from a template that is migrated once per state of the migrations.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings

from procurement.embedded.translations import compile_translations
from tests.ground import GROUND, in_walking_order, ways_of

ROOT = Path(__file__).resolve().parents[1]
# Playwright keeps an event loop in the test's thread; the ORM calls of a browser test are plain ones all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def pytest_configure(config: pytest.Config) -> None:
    compile_translations()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(settings.TEST_FILES, ignore_errors=True)


# --- database ---------------------------------------------------------------------------------------------------


def migrations_fingerprint() -> str:
    """Changes with every migration of ours and every installed package that may bring its own."""
    digest = hashlib.sha256()
    for path in sorted(
        [
            *ROOT.glob("**/migrations/*.py"),
            *ROOT.glob("procurement/*/data/presets.json"),
            *ROOT.glob("catalogs/data/**/*.*"),
        ]
    ):
        if ".venv" not in path.parts:
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    for name in sorted(f"{package.name}{package.version}" for package in distributions()):
        digest.update(name.encode())
    return digest.hexdigest()[:16]


@contextlib.contextmanager
def owner_session() -> Iterator[Any]:
    connection = psycopg2.connect(settings.TEST_SERVICES.database_owner_url)
    connection.autocommit = True
    try:
        yield connection.cursor()
    finally:
        connection.close()


def template_database() -> str:
    """The name of an up-to-date migrated database, made by the first who asks while the others wait."""
    name = f"test_template_{migrations_fingerprint()}"
    with (settings.TEST_LAYOUT.var / "template.lock").open("a") as lock, owner_session() as owner:
        fcntl.flock(lock, fcntl.LOCK_EX)
        owner.execute(r"SELECT datname FROM pg_database WHERE datname LIKE 'test\_template\_%'")
        existing = {row[0] for row in owner.fetchall()}
        if name in existing:
            return name
        for stale in existing:
            with contextlib.suppress(psycopg2.errors.ObjectInUse):
                owner.execute(f'DROP DATABASE "{stale}"')
        environment = {"PORTAL_TEST_DATABASE": "test_unfinished", "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE}
        owner.execute('DROP DATABASE IF EXISTS "test_unfinished"')
        owner.execute('CREATE DATABASE "test_unfinished"')
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate", "--run-syncdb", "--skip-checks", "--verbosity=0"],
            cwd=ROOT,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            pytest.exit(f"The migrations failed:\n{done.stdout}{done.stderr}", returncode=1)
        owner.execute(f'ALTER DATABASE "test_unfinished" RENAME TO "{name}"')
    return name


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    from django.db import connections

    connections["default"].settings_dict["TEST"]["TEMPLATE"] = template_database()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """At the end close what server threads and workers left open, or the database could not be dropped."""
    yield
    from django.db import connection

    with django_db_blocker.unblock():
        name = connection.settings_dict["NAME"]
        connection.close()
    with owner_session() as owner:
        owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def wait_for_others(seconds: float = 5) -> None:
    """Until no other session of this database is inside a transaction; those that do not come to an end are ended.

    A page leaves requests behind when its test ends. One that still holds a table when the tables are emptied is a
    deadlock, and one left waiting keeps rows of the next test from being seen.
    """
    from django.db import connection

    until = time.monotonic() + seconds
    others = (
        " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND xact_start IS NOT NULL AND backend_type = 'client backend'"
    )
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(f"SELECT count(*){others}")
            if cursor.fetchone()[0] == 0:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
        cursor.execute(f"SELECT pg_terminate_backend(pid){others}")


@pytest.fixture(scope="session", autouse=True)
def tables_are_emptied_undisturbed() -> Iterator[None]:
    """Before a test that really committed empties the tables, everybody else has left them."""
    from django.test import TransactionTestCase

    empty = TransactionTestCase._fixture_teardown

    def empty_undisturbed(case: TransactionTestCase) -> None:
        wait_for_others()
        empty(case)

    TransactionTestCase._fixture_teardown = empty_undisturbed
    yield
    TransactionTestCase._fixture_teardown = empty


# --- ground -----------------------------------------------------------------------------------------------------


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    in_walking_order(items)


@pytest.fixture
def _ground(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> None:
    """Lies beneath the savepoint of the test, so it is there before it."""
    ways = ways_of(request.node)
    if ways is not None:
        with django_db_blocker.unblock():
            GROUND.stand(ways)


@pytest.fixture
def _django_db_helper(_ground: None, _django_db_helper: None) -> None:
    """pytest-django opens the test's savepoint here, on the ground."""


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """What the next test does not stand on is taken back before any of its fixtures begins."""
    if GROUND.layers:
        from pytest_django.plugin import blocking_manager_key

        with item.config.stash[blocking_manager_key].unblock():
            GROUND.leave(ways_of(nextitem) if nextitem is not None else None)


@pytest.fixture
def standing(request: pytest.FixtureRequest, db: None) -> Any:
    return GROUND.copy() if GROUND.layers else GROUND.anew(request.node)


@pytest.fixture
def app_role(db: None) -> Iterator[None]:
    """Runs the test with the rights of the role that serves people, not those of the schema's owner."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET ROLE portal_app")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


#: Where tests that name no directory of their own leave checkpoints.
CHECKPOINTS = Path(settings.PORTAL["CHECKPOINT_DIR"])


@pytest.fixture(autouse=True)
def checkpoints_leave_with_their_test() -> Iterator[None]:
    """A checkpoint outlives the rollback of the journal it signs; the next test's journal would seem cut off."""
    yield
    shutil.rmtree(CHECKPOINTS, ignore_errors=True)


# --- worker -----------------------------------------------------------------------------------------------------


@pytest.fixture
def celery_worker(transactional_db: None, settings: Any) -> Iterator[Any]:
    """A real worker in a thread on the real broker, instead of tasks run on the spot."""
    from celery.contrib.testing.worker import start_worker
    from celery.signals import setup_logging
    from django.db import connections

    from procurement.celery import app

    def leave_logging_alone(**kwargs: object) -> None:
        """A worker replaces the root logger's handlers and level for good; later tests read the log."""

    setup_logging.connect(leave_logging_alone)
    app.conf.task_always_eager = False
    try:
        with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=30) as worker:
            yield worker
    finally:
        app.conf.task_always_eager = True
        setup_logging.disconnect(leave_logging_alone)
        connections.close_all()


# --- browser ----------------------------------------------------------------------------------------------------


def chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = chromium()
    return {
        **browser_type_launch_args,
        **({"executable_path": path} if path else {}),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1366, "height": 768},
    }


@pytest.fixture
def live_portal(live_server: Any) -> str:
    """The address of the whole portal served from this test's database."""
    return str(live_server.url)
