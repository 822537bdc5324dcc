"""First code of every sandboxed process: give up what the job does not need, then run it.

Called as `python -P -s boot.py LIMITS PROGRAM ARGUMENT…`; LIMITS is JSON. It confines itself instead
of being confined by `preexec_fn`, which is unsafe in a threaded web server.
"""

import ctypes
import json
import os
import resource
import runpy
import signal
import sys

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
MEBIBYTE = 1024 * 1024


def die_with(parent: int) -> None:
    """A worker that is killed must not leave its renderer behind."""
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def leave_the_network() -> bool:
    """An empty network namespace, where the kernel permits one; the deny-all fetcher stands without it."""
    libc = ctypes.CDLL(None)
    return any(libc.unshare(flags) == 0 for flags in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET))


def confine(limits: dict[str, int]) -> None:
    memory = limits["memory_mb"] * MEBIBYTE
    output = limits["output_mb"] * MEBIBYTE
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))


def main() -> None:
    limits = json.loads(sys.argv[1])
    die_with(limits["parent"])
    leave_the_network()
    confine(limits)
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    program = sys.argv[2]
    sys.argv = [program, *sys.argv[3:]]
    runpy.run_module(program, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
