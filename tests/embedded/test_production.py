"""Production refuses each unsafe setting by name, and starts with safe ones."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from procurement.settings.refusals import Claims, refusals

ROOT = Path(__file__).resolve().parents[2]
SAFE = Claims(
    debug=False,
    demo=False,
    secret_key="0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST",
    hosts=["portal.example.gov.cn"],
    secure_cookies=True,
    ssl_redirect=True,
    hsts_seconds=63_072_000,
    database_url="postgres://portal_app:x@db/portal",
    owner_url="",
    owner_needed=False,
    broker_url="redis://broker/0",
)


def test_safe_claims_are_accepted() -> None:
    assert refusals(SAFE) == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"debug": True}, "DEBUG"),
        ({"demo": True}, "PORTAL_DEMO"),
        ({"secret_key": ""}, "SECRET_KEY_FILE"),
        ({"secret_key": "a" * 80}, "SECRET_KEY_FILE"),
        ({"hosts": []}, "ALLOWED_HOSTS"),
        ({"hosts": ["*"]}, "ALLOWED_HOSTS"),
        ({"hosts": [".gov.cn"]}, "ALLOWED_HOSTS"),
        ({"secure_cookies": False}, "SESSION_COOKIE_SECURE"),
        ({"ssl_redirect": False}, "SECURE_SSL_REDIRECT"),
        ({"hsts_seconds": 0}, "SECURE_HSTS_SECONDS"),
        ({"database_url": ""}, "DATABASE_URL"),
        ({"database_url": "sqlite:///x"}, "DATABASE_URL"),
        ({"database_url": "postgres://portal_owner:x@db/portal"}, "owns the schema"),
        ({"database_url": "postgres://boss:x@db/p", "owner_url": "postgres://boss:y@db/p"}, "owns the schema"),
        ({"owner_needed": True}, "DATABASE_OWNER_URL"),
        ({"broker_url": "filesystem://"}, "BROKER_URL"),
    ],
)
def test_unsafe_claim_is_refused_by_name(change: dict[str, Any], named: str) -> None:
    found = refusals(replace(SAFE, **change))
    assert len(found) == 1
    assert named in found[0]


def load_production(**environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", "import procurement.settings.production as s; print(s.DATABASES['default']['USER'])"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_settings_refuse_an_empty_environment_naming_everything() -> None:
    answer = load_production(DEBUG="1", PORTAL_DEMO="1")
    assert answer.returncode != 0
    for name in ("DEBUG", "PORTAL_DEMO", "SECRET_KEY_FILE", "ALLOWED_HOSTS", "DATABASE_URL", "BROKER_URL"):
        assert f"- {name}" in answer.stderr


def test_settings_read_secrets_from_files(tmp_path: Path) -> None:
    for name, text in {"key": SAFE.secret_key, "app": SAFE.database_url, "broker": SAFE.broker_url}.items():
        (tmp_path / name).write_text(f"{text}\n")
    answer = load_production(
        SECRET_KEY_FILE=str(tmp_path / "key"),
        DATABASE_URL_FILE=str(tmp_path / "app"),
        BROKER_URL_FILE=str(tmp_path / "broker"),
        ALLOWED_HOSTS="portal.example.gov.cn",
    )
    assert answer.stderr == ""
    assert answer.stdout.strip() == "portal_app"


def test_settings_say_which_secret_file_cannot_be_read() -> None:
    answer = load_production(SECRET_KEY_FILE="/nowhere/key")
    assert "SECRET_KEY_FILE names /nowhere/key" in answer.stderr
