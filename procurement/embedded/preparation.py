"""What must be true before the first request: schema, translations, static files, the demo world."""

import hashlib
import os
import subprocess
from pathlib import Path

from procurement.embedded.layout import Layout
from procurement.embedded.programs import LONG_STATEMENTS, manage
from procurement.embedded.supervisor import Supervisor
from procurement.embedded.translations import compile_translations

ROOT = Path(__file__).resolve().parents[2]


def prepare(layout: Layout, supervisor: Supervisor) -> None:
    """Bring the data up to the code. Each step is skipped when it has nothing to do. Raises EmbeddedError."""
    say = supervisor.console.say
    if written := compile_translations():
        say(f"Compiled {written} message catalogue(s)")
    say("Migrating the database")
    supervisor.run_step(
        "migrate", manage("migrate", "--noinput"), layout.logs / "migrate.log", {"PGOPTIONS": "-c lock_timeout=10s"}
    )
    fingerprint = static_fingerprint()
    if not (layout.stamped("static", fingerprint) and (layout.var / "static").exists()):
        say("Collecting static files")
        supervisor.run_step(
            "collectstatic", manage("collectstatic", "--noinput", "--clear"), layout.logs / "collectstatic.log", {}
        )
        layout.stamp("static", fingerprint)
    if os.environ.get("PORTAL_DEMO", "1") == "1" and not layout.stamped("demo", "made") and has_command("seed_demo"):
        say("Building the demo world (first start only)")
        supervisor.run_step("seed_demo", manage("seed_demo"), layout.logs / "seed_demo.log", LONG_STATEMENTS)
        layout.stamp("demo", "made")


def static_fingerprint() -> str:
    """Changes when one of our static files, or the installed packages that bring some, change."""
    digest = hashlib.sha256((ROOT / "requirements" / "base.txt").read_bytes())
    for root in (ROOT / "static", *sorted(ROOT.glob("procurement/*/static"))):
        for path in sorted(root.rglob("*")):
            if path.is_file():
                state = path.stat()
                digest.update(f"{path.relative_to(ROOT)}:{state.st_size}:{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def has_command(name: str) -> bool:
    listing = subprocess.run(manage("help", "--commands"), capture_output=True, text=True, check=False)
    return name in listing.stdout.split()
