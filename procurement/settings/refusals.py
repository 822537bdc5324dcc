"""What production may not be started with. Plain facts in, sentences out, so that each can be tested alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

SECRET_KEY_LENGTH = 50
HSTS_MINIMUM = 31_536_000
#: Roles that own the schema or the server: with their rights the journal's triggers could be switched off.
OWNING_ROLES = frozenset({"postgres", "portal_owner", "portal_admin"})


@dataclass(frozen=True)
class Claims:
    """The settings a safe start depends on."""

    debug: bool
    demo: bool
    secret_key: str
    hosts: Sequence[str]
    secure_cookies: bool
    ssl_redirect: bool
    hsts_seconds: int
    database_url: str
    owner_url: str
    owner_needed: bool
    broker_url: str


def refusals(claims: Claims) -> list[str]:
    """Every unsafe setting at once, each with what to do; empty when the portal may start."""
    return [*_web(claims), *_database(claims)]


def _web(claims: Claims) -> Iterator[str]:
    if claims.debug:
        yield "DEBUG is on: it shows source and data to anybody who meets an error. Remove it."
    if claims.demo:
        yield "PORTAL_DEMO is on: demo accounts have a published password. Remove it."
    if len(claims.secret_key) < SECRET_KEY_LENGTH or len(set(claims.secret_key)) < 10:
        yield f"SECRET_KEY_FILE must name a file with at least {SECRET_KEY_LENGTH} random characters."
    if not claims.hosts or any(host.startswith((".", "*")) for host in claims.hosts):
        yield "ALLOWED_HOSTS must list the exact names of this portal, without wildcards."
    if not claims.secure_cookies:
        yield "SESSION_COOKIE_SECURE and CSRF_COOKIE_SECURE must stay on: cookies travel over HTTPS only."
    if not claims.ssl_redirect:
        yield "SECURE_SSL_REDIRECT must stay on: there is no portal over plain HTTP."
    if claims.hsts_seconds < HSTS_MINIMUM:
        yield f"SECURE_HSTS_SECONDS must be at least {HSTS_MINIMUM} (one year)."


def _database(claims: Claims) -> Iterator[str]:
    if not claims.database_url.startswith(("postgres://", "postgresql://")):
        yield "DATABASE_URL must name a PostgreSQL database."
    elif urlsplit(claims.database_url).username in OWNING_ROLES | {urlsplit(claims.owner_url).username}:
        yield "DATABASE_URL uses a role that owns the schema: it could rewrite the journal. Use portal_app."
    if claims.owner_needed and not claims.owner_url:
        yield "DATABASE_OWNER_URL is needed for this command: it runs as the owner of the schema."
    if not claims.broker_url.startswith(("redis://", "rediss://", "unix://")):
        yield "BROKER_URL must name a Redis or Valkey server."
