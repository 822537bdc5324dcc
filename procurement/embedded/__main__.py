"""`make run`: everything, from an empty directory to READY, until Ctrl-C.

python -m procurement.embedded               the whole portal
python -m procurement.embedded --services    database and broker only, for a web server of one's own
"""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

from procurement.embedded import EmbeddedError, preparation, programs
from procurement.embedded.layout import Layout
from procurement.embedded.services import announce, hold, running, withdraw
from procurement.embedded.stack import Stack
from procurement.embedded.supervisor import Console, Stopped, Supervisor, die_with_parent

ROOT = Path(__file__).resolve().parents[2]
DEMO_ACCOUNTS = """
  Demo accounts, password demo-2026
    office · leader · district · checker · signer · acceptor · finance · treasury · supervisor · civil
    hub · union · org1 … org6 (heads: org1-head … org6-head) · support · expert1 … expert9 · evaluator
    auditor · discipline · resident · sysadmin
  Ctrl-C stops every part.
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m procurement.embedded", description=__doc__)
    parser.add_argument("--services", action="store_true", help="start the database and the broker only")
    parser.add_argument("--run", nargs=argparse.REMAINDER, help="run one management command on a prepared portal")
    arguments = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "procurement.settings.embedded"
    layout = Layout(Path(os.environ.get("PORTAL_VAR", ROOT / "var")).absolute())
    os.environ["PORTAL_VAR"] = str(layout.var)
    if "MAKELEVEL" in os.environ:
        die_with_parent(signal.SIGTERM)  # a killed `make run` takes the portal along
    console = Console()
    try:
        supervisor = Supervisor(console)
        if arguments.run:
            return run_command(layout, supervisor, arguments.run)
        return run(layout, supervisor, services_only=arguments.services)
    except EmbeddedError as error:
        console.say(f"ERROR {error}")
        return 1


def run(layout: Layout, supervisor: Supervisor, *, services_only: bool) -> int:
    """Start, watch, stop. Returns the exit code; 0 also when asked to stop while starting."""
    layout.create()
    with hold(layout):
        supervisor.listen()
        try:
            port = 0 if services_only else programs.web_port(layout)
            announce(layout, Stack.of(layout).start(supervisor))
            if services_only:
                supervisor.console.say("READY database and broker")
            else:
                preparation.prepare(layout, supervisor)
                supervisor.launch(*programs.parts(layout, port))
                programs.report_health(port, supervisor.console)
                sys.stdout.write(f"READY http://127.0.0.1:{port}/\n{DEMO_ACCOUNTS}")
                sys.stdout.flush()
            supervisor.watch()
        except Stopped:
            pass
        finally:
            supervisor.stop()
            withdraw(layout)
    return 0


def run_command(layout: Layout, supervisor: Supervisor, command: list[str]) -> int:
    """One management command on the running services, or on services started for it. Returns its exit code."""
    layout.create()
    if running(layout):
        return subprocess.run(programs.manage(*command), check=False).returncode
    with hold(layout):
        supervisor.listen()
        try:
            announce(layout, Stack.of(layout).start(supervisor))
            preparation.prepare(layout, supervisor)
            return supervisor.run_foreground(programs.manage(*command))
        except Stopped:
            return 130
        finally:
            supervisor.stop()
            withdraw(layout)


if __name__ == "__main__":
    sys.exit(main())
