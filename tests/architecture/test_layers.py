"""The layers of docs/architecture.md hold, and the contracts really bite."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINTER = Path(sys.executable).with_name("lint-imports")


def test_imports_lean_downwards_only() -> None:
    answer = subprocess.run([LINTER, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout


def test_import_upwards_would_be_noticed(tmp_path: Path) -> None:
    """Control: two layers in miniature, broken on purpose."""
    for name, text in {"floor": "from house import roof\n", "roof": "", "__init__": ""}.items():
        path = tmp_path / "house" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    (tmp_path / "contracts.ini").write_text(
        "[importlinter]\nroot_package = house\n"
        "[importlinter:contract:1]\nname = layers\ntype = layers\nlayers =\n    house.roof\n    house.floor\n"
    )
    answer = subprocess.run(
        [LINTER, "--no-cache", "--config", "contracts.ini"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert "house.floor is not allowed to import house.roof" in answer.stdout


def test_every_room_and_app_stands_in_a_layer() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    named = {name.strip("()") for line in contracts[0]["layers"] for name in line.split(" | ")}
    rooms = {f"procurement.{path.parent.name}" for path in (ROOT / "procurement").glob("*/__init__.py")}
    # neither is mounted under the portal: settings are read by Django, the embedded stack starts it from outside
    assert rooms - {"procurement.settings", "procurement.embedded"} <= named


def test_no_module_is_a_drawer_for_everything() -> None:
    banned = {"utils", "util", "helpers", "helper", "common", "misc", "shared"}
    found = [
        str(path.relative_to(ROOT))
        for folder in ("procurement", "orgs", "catalogs", "projects", "evaluation", "tests", "templates", "static/js")
        for path in (ROOT / folder).rglob("*")
        if path.stem in banned
    ]
    assert found == []
