"""One door for a change of state: nobody but the engine assigns ``status`` of an object with a lifecycle (house rule 3)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("procurement", "orgs", "catalogs", "projects", "evaluation")
ENGINE = ROOT / "procurement" / "lifecycle"
#: Rooms under the engine know no object with a lifecycle; a status there is something else.
BELOW = {"access", "audit", "calendars", "documents", "embedded", "notices", "rules", "statistics", "ui"}


def sources() -> list[Path]:
    return [
        path
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts
        and not path.is_relative_to(ENGINE)
        and not (path.parts[len(ROOT.parts) :][0] == "procurement" and path.parts[len(ROOT.parts) :][1] in BELOW)
    ]


def assignments(tree: ast.AST) -> list[int]:
    """Lines that write a status: ``x.status = …``, ``setattr(x, "status", …)``, ``.update(status=…)``."""
    lines = []
    for node in ast.walk(tree):
        targets = (
            node.targets
            if isinstance(node, ast.Assign)
            else [node.target]
            if isinstance(node, ast.AugAssign | ast.AnnAssign)
            else []
        )
        parts = [part for target in targets for part in ast.walk(target)]
        if any(isinstance(p, ast.Attribute) and p.attr == "status" and isinstance(p.ctx, ast.Store) for p in parts):
            lines.append(node.lineno)
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ("update", "bulk_update") and any(word.arg == "status" for word in node.keywords):
                lines.append(node.lineno)
            if name == "setattr" and len(node.args) > 1 and getattr(node.args[1], "value", "") == "status":
                lines.append(node.lineno)
    return lines


def test_only_the_engine_writes_a_status() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sources()
        for line in assignments(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "x.status = 'done'",
        "a.b.status += 'x'",
        "x.status, y = 1, 2",
        "q.update(status='done')",
        "setattr(x, 'status', 1)",
    ],
)
def test_a_planted_assignment_is_noticed(code: str) -> None:
    assert assignments(ast.parse(code)) == [1]


def test_reading_and_creating_are_no_assignments() -> None:
    code = "if x.status == 'done': q.filter(status='done').count(); Model.objects.create(status='sent')"
    assert assignments(ast.parse(code)) == []


def test_the_engine_is_where_the_status_is_written() -> None:
    written = [p.name for p in ENGINE.glob("*.py") if assignments(ast.parse(p.read_text(encoding="utf-8")))]
    assert sorted(written) == ["engine.py", "models.py"]


def test_sources_are_really_read() -> None:
    names = {path.name for path in sources()}
    assert {"application.py", "contracts.py", "panels.py"} <= names
    assert len(sources()) > 150
