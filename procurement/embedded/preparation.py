"""What must be true before the first request: schema, translations, static files, the demo world."""

import hashlib
import os
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from procurement.embedded.layout import Layout
from procurement.embedded.programs import LONG_STATEMENTS, manage
from procurement.embedded.supervisor import Supervisor
from procurement.embedded.translations import compile_translations

ROOT = Path(__file__).resolve().parents[2]
APPS = ("procurement", "orgs", "catalogs", "projects", "evaluation")


def prepare(layout: Layout, supervisor: Supervisor) -> None:
    """Bring the data up to the code. Each step is skipped when it has nothing to do. Raises EmbeddedError."""
    say = supervisor.console.say
    if written := compile_translations():
        say(f"Compiled {written} message catalogue(s)")
    schema = schema_fingerprint(layout)
    if not layout.stamped("schema", schema):
        say("Migrating the database")
        supervisor.run_step(
            "migrate", manage("migrate", "--noinput"), layout.logs / "migrate.log", {"PGOPTIONS": "-c lock_timeout=10s"}
        )
        layout.stamp("schema", schema)
    fingerprint = static_fingerprint()
    if not (layout.stamped("static", fingerprint) and (layout.var / "static").exists()):
        say("Collecting static files")
        supervisor.run_step(
            "collectstatic", manage("collectstatic", "--noinput", "--clear"), layout.logs / "collectstatic.log", {}
        )
        layout.stamp("static", fingerprint)
    if os.environ.get("PORTAL_DEMO", "1") == "1" and not layout.stamped("demo", "made") and has_command("seed_demo"):
        say("Building the demo world (first start only)")
        supervisor.run_step(
            "seed_demo", manage("seed_demo"), layout.logs / "seed_demo.log", LONG_STATEMENTS, retell="demo world"
        )
        layout.stamp("demo", "made")


def schema_fingerprint(layout: Layout) -> str:
    """Changes with any line of code or shipped data, or with the database they were brought into.

    A database elsewhere may have been changed by others, so it never counts as up to date.
    """
    born = layout.postgres / "data" / "PG_VERSION"
    if os.environ.get("DATABASE_URL") or not born.exists():
        return f"unknown {time.time()}"
    state = born.stat()
    sources = (path for app in APPS for path in (ROOT / app).rglob("*") if path.suffix in {".py", ".json", ".csv"})
    return f"{state.st_ino}:{state.st_mtime_ns}:{_digest(sources)}"


def static_fingerprint() -> str:
    """Changes when one of our static files, or the installed packages that bring some, change."""
    roots = (ROOT / "static", *(ROOT / "procurement").glob("*/static"))
    return _digest(path for root in roots for path in root.rglob("*"))


def _digest(paths: Iterable[Path]) -> str:
    """Over names, sizes and times, which is enough to notice an edit, and over the locked packages."""
    digest = hashlib.sha256((ROOT / "requirements" / "base.txt").read_bytes())
    for path in sorted(paths):
        if path.is_file():
            state = path.stat()
            digest.update(f"{path.relative_to(ROOT)}:{state.st_size}:{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def has_command(name: str) -> bool:
    listing = subprocess.run(manage("help", "--commands"), capture_output=True, text=True, check=False)
    return name in listing.stdout.split()
