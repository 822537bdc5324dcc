"""Starts parts in stages, keeps them running, stops them in reverse order.

What will not happen: a part outliving the runner. Each part is told by the kernel when its parent
dies (PR_SET_PDEATHSIG), and its whole process group is swept before it is started again.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from procurement.embedded import EmbeddedError

PR_SET_PDEATHSIG = 1
LOG_LIMIT = 10 * 1024 * 1024
#: Waits before the next attempts to start a part that keeps dying; the last one repeats.
BACKOFF = (0.2, 0.5, 1.0, 2.0, 5.0, 15.0)
STABLE_AFTER = 60.0
CHECK_EVERY = 15.0


class Stopped(Exception):
    """A signal asked for the end while something was being started."""


def die_with_parent(stop_signal: signal.Signals) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(stop_signal))


@dataclass(eq=False)
class Part:
    """One process of the stack. Parts of the same `stage` start and stop together."""

    name: str
    stage: int
    command: Sequence[str]
    ready: Callable[[], bool]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    spawn_options: Mapping[str, Any] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 10.0
    start_limit: float = 60.0
    #: Asked now and then while the process lives: a part may be up and still do nothing.
    working: Callable[[], bool] = lambda: True

    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    failures: int = 0
    retry_at: float = 0.0
    checked: float = 0.0

    def start(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".1.log"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(self.stop_signal),
                **self.spawn_options,
            )
        self.started = self.checked = time.monotonic()

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.process is not None and self.is_alive:
            self.process.send_signal(self.stop_signal)

    def sweep(self) -> None:
        """Kill whatever is left of the part's process group, so that no child keeps its port or its task."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def last_lines(self, count: int = 15) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])


class Console:
    """Progress lines with the seconds since the start."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    def say(self, text: str) -> None:
        sys.stdout.write(f"[{time.monotonic() - self.began:5.1f} s] {text}\n")
        sys.stdout.flush()


class Supervisor:
    def __init__(self, console: Console) -> None:
        self.console = console
        self.parts: list[Part] = []
        self.signals = 0

    def listen(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: object) -> None:
        self.signals += 1

    def refuse_when_stopping(self) -> None:
        if self.signals:
            raise Stopped

    def launch(self, *parts: Part) -> None:
        """Start the parts of one stage together and wait until each is ready. Raises EmbeddedError or Stopped."""
        self.parts.extend(parts)
        for part in parts:
            part.start()
        for part in parts:
            self._await(part)
            self.console.say(f"{part.name} ready")

    def _await(self, part: Part) -> None:
        until = time.monotonic() + part.start_limit
        while not (part.is_alive and part.ready()):
            self.refuse_when_stopping()
            if time.monotonic() > until:
                raise EmbeddedError(f"{part.name} did not start; the end of {part.log}:\n{part.last_lines()}")
            if not part.is_alive:
                # a predecessor killed a moment ago may still hold its lock file or its port
                if time.monotonic() - part.started < 0.5:
                    time.sleep(0.5)
                until = min(until, part.started + part.start_limit, time.monotonic() + 15)
                part.sweep()
                part.start()
            time.sleep(0.05)

    def run_step(
        self, name: str, command: Sequence[str], log: Path, environment: Mapping[str, str], *, retell: str = ""
    ) -> None:
        """Run a command to its end, stoppable by a signal; lines with `retell` in them are shown as they come.

        Raises EmbeddedError with the end of its log.
        """
        step = Part(name=name, stage=0, command=command, ready=lambda: True, log=log, environment=environment)
        log.unlink(missing_ok=True)
        step.start()
        told = 0
        while True:
            ended = not step.is_alive
            told = self._retell(log, retell, told) if retell else told
            if ended:
                break
            if self.signals:
                step.ask_to_stop()
                step.sweep()
                raise Stopped
            time.sleep(0.1)
        if step.process is not None and step.process.returncode:
            raise EmbeddedError(f"{name} failed; the end of {log}:\n{step.last_lines(40)}")

    def run_foreground(self, command: Sequence[str]) -> int:
        """Run a command on this terminal while the parts are watched; returns its exit code. Raises Stopped."""
        process = subprocess.Popen(command, preexec_fn=lambda: die_with_parent(signal.SIGTERM))
        self.watch(until=lambda: process.poll() is not None)
        if process.poll() is None:
            process.terminate()
            process.wait()
            raise Stopped
        return process.returncode

    def _retell(self, log: Path, mark: str, told: int) -> int:
        lines = log.read_text(errors="replace").splitlines(keepends=True)
        whole = [line for line in lines if line.endswith("\n")]
        for line in whole[told:]:
            if mark in line:
                self.console.say(f"  {line.strip()}")
        return len(whole)

    def watch(self, until: Callable[[], bool] = lambda: False) -> None:
        """Restart what dies, until a signal comes or `until` is true."""
        while not self.signals and not until():
            for part in self.parts:
                self._look_after(part)
            time.sleep(0.2)

    def _look_after(self, part: Part) -> None:
        now = time.monotonic()
        if part.is_alive:
            if part.failures and now - part.started > STABLE_AFTER:
                part.failures = 0
            if now - part.checked > CHECK_EVERY:
                part.checked = now
                if not part.working():
                    self.console.say(f"{part.name} is up but does nothing; starting it again")
                    part.sweep()
            return
        if not part.retry_at:
            delay = BACKOFF[min(part.failures, len(BACKOFF) - 1)]
            part.failures += 1
            part.retry_at = now + delay
            self.console.say(f"{part.name} stopped unexpectedly; starting it again in {delay} s")
        elif now >= part.retry_at:
            part.retry_at = 0.0
            part.sweep()
            part.start()

    def stop(self) -> None:
        """Stop everything, the last stage first. A second signal cuts the waiting short."""
        asked = self.signals
        for stage in sorted({part.stage for part in self.parts}, reverse=True):
            members = [part for part in self.parts if part.stage == stage]
            for part in members:
                part.ask_to_stop()
            for part in members:
                until = time.monotonic() + part.grace
                while part.is_alive and time.monotonic() < until and self.signals <= max(asked, 1):
                    time.sleep(0.02)
                part.sweep()
                self.console.say(f"{part.name} stopped")
