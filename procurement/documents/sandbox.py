"""Run one of `sandboxed/` as a child process that has nothing: no environment, no network, little memory.

Question and answer pass through files without a name, so a refused upload, a failed rendering or a
killed worker leaves no half document; the child's scratch directory lies in quarantine, which is swept.
"""

import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from procurement.documents import storage

PROGRAMS = Path(__file__).parent / "sandboxed"
FONTCONFIG = PROGRAMS / "fonts.conf"


@dataclass(frozen=True)
class Limits:
    """`seconds` bounds both the wall clock and the processor time of the child."""

    seconds: int
    memory_mb: int
    output_mb: int = 64


class SandboxError(Exception):
    """The child did not give an answer; `status` is its exit status (negative: killed by that signal)."""

    def __init__(self, program: str, status: int, detail: str) -> None:
        super().__init__(f"{program}: status {status}: {detail}")
        self.status = status
        self.detail = detail


class SandboxTimeout(SandboxError):
    """The child was stopped because its time was over."""


def run(
    program: str,
    *arguments: str,
    limits: Limits,
    stdin: bytes = b"",
    on_line: Callable[[str], None] | None = None,
    shared: tuple[int, ...] = (),
) -> bytes:
    """The child's standard output. `on_line` hears each line of its standard error and may raise to stop it.

    `shared` are open descriptors the child may use: a file in memory is `/proc/self/fd/<number>` there.
    """
    with (
        storage.quarantine() as room,
        tempfile.TemporaryFile(dir=room) as question,
        tempfile.TemporaryFile(dir=room) as answer,
    ):
        question.write(stdin)
        question.seek(0)
        child = subprocess.Popen(
            command(program, arguments, limits),
            stdin=question,
            stdout=answer,
            stderr=subprocess.PIPE,
            cwd=room,
            env=environment(str(room)),
            pass_fds=shared,
        )
        complaints = cast(IO[bytes], child.stderr)
        heard: list[str] = []
        try:
            for line in lines_until(complaints, time.monotonic() + limits.seconds):
                heard = [*heard[-9:], line]
                if on_line:
                    on_line(line)
            status = child.wait(timeout=5)
        except (TimeoutError, subprocess.TimeoutExpired):
            raise SandboxTimeout(program, -9, "time is over") from None
        finally:
            child.kill()
            child.wait()
            complaints.close()
        if status != 0:
            raise SandboxError(program, status, "\n".join(heard))
        answer.seek(0)
        return answer.read()


def command(program: str, arguments: tuple[str, ...], limits: Limits) -> list[str]:
    confinement = {
        "parent": os.getpid(),
        "seconds": limits.seconds,
        "memory_mb": limits.memory_mb,
        "output_mb": limits.output_mb,
    }
    return [
        sys.executable,
        "-P",
        "-s",
        "-B",
        "-W",
        "ignore",
        str(PROGRAMS / "boot.py"),
        json.dumps(confinement),
        program,
        *arguments,
    ]


def environment(room: str) -> dict[str, str]:
    """Empty but for what makes the output the same everywhere: no secret of the portal reaches the child."""
    return {
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "HOME": room,
        "TMPDIR": room,
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "FONTCONFIG_FILE": str(FONTCONFIG),
        "XDG_CACHE_HOME": room,
    }


def lines_until(stream: IO[bytes], deadline: float) -> Iterator[str]:
    """Lines as they come; TimeoutError when the deadline passes before the stream ends."""
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while True:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError
            chunk = os.read(stream.fileno(), 65_536)
            if not chunk:
                break
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                yield line.decode("utf-8", "replace")
    if rest:
        yield rest.decode("utf-8", "replace")
