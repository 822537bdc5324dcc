"""Where the embedded services keep their data: one directory, `var/` or PORTAL_VAR."""

import json
import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Layout:
    """Names every path once. Nothing outside `var` is written."""

    var: Path

    @property
    def postgres(self) -> Path:
        return self.var / "postgres"

    @property
    def valkey(self) -> Path:
        return self.var / "valkey"

    @property
    def logs(self) -> Path:
        return self.var / "logs"

    @property
    def stamps(self) -> Path:
        return self.var / "stamps"

    @property
    def files(self) -> Path:
        return self.var / "files"

    @property
    def services_file(self) -> Path:
        return self.var / "services.json"

    @property
    def lock_file(self) -> Path:
        return self.var / "running.lock"

    @property
    def users_file(self) -> Path:
        return self.var / "users.lock"

    def create(self) -> None:
        for directory in (self.var, self.valkey, self.logs, self.stamps):
            directory.mkdir(parents=True, exist_ok=True)

    def secret(self, name: str) -> str:
        """A random value made once and kept for the life of `var`, readable by its owner only."""
        directory = self.var / "secrets"
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = directory / name
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text()
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        return path.read_text()

    def port(self, name: str) -> int:
        """The port used last time while it is free, so that open tools keep working; else a new one."""
        path = self.var / "ports.json"
        ports: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
        if not (name in ports and port_is_free("127.0.0.1", ports[name])):
            ports[name] = unused_port()
            path.write_text(json.dumps(ports))
        return ports[name]

    def stamped(self, name: str, value: str) -> bool:
        path = self.stamps / name
        return path.exists() and path.read_text() == value

    def stamp(self, name: str, value: str) -> None:
        (self.stamps / name).write_text(value)


def port_is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
