"""Workflow templates shipped as data, loaded by migration and by ``load_workflows``; versions are never edited."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from procurement.lifecycle.models import WorkflowStep, WorkflowTemplate

DATA = Path(__file__).parent / "data"


@cache
def shipped() -> tuple[dict[str, Any], ...]:
    """The templates of data/*.json, each {code, version, title, source, regime, steps: [...]}."""
    return tuple(json.loads(path.read_text(encoding="utf-8")) for path in sorted(DATA.glob("*.json")))


@cache
def shipped_step_codes() -> frozenset[str]:
    return frozenset(step["code"] for template in shipped() for step in template["steps"])


@cache
def shipped_step_titles() -> dict[str, str]:
    """The title of each step code, from the first template that has it."""
    return {step["code"]: step["title"] for template in reversed(shipped()) for step in template["steps"]}


def load_workflows() -> int:
    """Create the shipped templates that are not there yet; an existing version is left as it is."""
    created = 0
    for raw in shipped():
        template, is_new = WorkflowTemplate.objects.get_or_create(
            code=raw["code"],
            version=raw["version"],
            defaults={
                "title": raw["title"],
                "jurisdiction": raw.get("jurisdiction", ""),
                "regime": raw.get("regime", ""),
                "source": raw.get("source", ""),
                "note": raw.get("note", ""),
                "valid_from": date.fromisoformat(raw["valid_from"]) if raw.get("valid_from") else None,
            },
        )
        if is_new:
            created += 1
            WorkflowStep.objects.bulk_create(
                [WorkflowStep(template=template, number=n, **step) for n, step in enumerate(raw["steps"], start=1)]
            )
    return created
