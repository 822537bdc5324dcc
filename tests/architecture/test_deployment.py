"""The production shape: valid, and the same in rights as the embedded one."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from procurement.embedded.postgres import DEFAULT_RIGHTS, ROLE_RULES

ROOT = Path(__file__).resolve().parents[2]


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def test_compose_file_follows_its_schema() -> None:
    checker = Path(sys.executable).with_name("check-jsonschema")
    command = [checker, "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout


def test_compose_file_holds_the_whole_shape() -> None:
    assert {"postgres", "redis", "web", "worker", "beat", "proxy"} <= set(compose()["services"])


def test_only_the_migration_sees_the_owners_password() -> None:
    services = compose()["services"]
    served = {name for name, service in services.items() if "database_owner_url" in service.get("secrets", [])}
    assert served == {"migrate"}


def test_only_the_proxy_is_reachable_from_outside() -> None:
    services = compose()["services"]
    assert [name for name, service in services.items() if service.get("ports")] == ["proxy"]


def test_container_database_has_the_rights_of_the_embedded_one() -> None:
    script = (ROOT / "deploy" / "postgres-roles.sh").read_text()
    wanted = [*DEFAULT_RIGHTS, *(rule for rule in ROLE_RULES if "TO portal_owner" not in rule)]
    assert [statement for statement in wanted if statement not in script] == []
