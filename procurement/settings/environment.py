"""Settings from outside: a variable, or a file named by the variable with `_FILE` (a mounted secret)."""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

#: Commands that change the schema or read and write all of it; they run as the role that owns it.
OWNER_COMMANDS = frozenset(
    {
        "migrate",
        "sqlmigrate",
        "flush",
        "dbshell",
        "pgtrigger",
        "backup",
        "restore",
        "rotate_personal_keys",
        "seed_scale",
    }
)


def setting(name: str, default: str = "") -> str:
    """The value of NAME, else the stripped text of the file NAME_FILE, else `default`."""
    if name in os.environ:
        return os.environ[name]
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return default
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE names {path}, which cannot be read: {error.strerror}") from error


def switched_on(name: str, default: str = "0") -> bool:
    return setting(name, default).lower() in {"1", "true", "yes", "on"}


def wants_owner(argv: list[str]) -> bool:
    """Whether this process is a management command that must run as the schema's owner."""
    return len(argv) > 1 and argv[1] in OWNER_COMMANDS


def database(url: str, options: str = "") -> dict[str, Any]:
    """A connection that is kept, and tested before use: the server may have been restarted meanwhile."""
    parsed: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    if options:
        parsed["OPTIONS"] = {**parsed.get("OPTIONS", {}), "options": options}
    return parsed


def cache(url: str) -> dict[str, Any]:
    return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url, "KEY_PREFIX": "portal"}


def object_store() -> dict[str, dict[str, object]]:
    """The entry of STORAGES under which documents rest in an S3 bucket; empty without S3_BUCKET."""
    bucket = setting("S3_BUCKET")
    if not bucket:
        return {}
    options = {
        "bucket_name": bucket,
        "endpoint_url": setting("S3_ENDPOINT_URL") or None,
        "region_name": setting("S3_REGION") or None,
        "access_key": setting("S3_ACCESS_KEY") or None,
        "secret_key": setting("S3_SECRET_KEY") or None,
        "default_acl": None,
        "file_overwrite": True,  # a name is the hash of its content
    }
    return {"documents": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}}
