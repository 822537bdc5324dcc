"""System checks: what the marks and presets claim must be true of the code."""

from collections.abc import Sequence
from pkgutil import resolve_name
from typing import Any

from django.apps import apps
from django.core import checks
from django.db import connections

from procurement.rules.marks import declared_constraints
from procurement.rules.parameters import faults_in
from procurement.rules.presets import presets


@checks.register("rules")
def presets_use_declared_parameters(**kwargs: Any) -> list[checks.CheckMessage]:
    return [
        checks.Error(f"preset {row['jurisdiction']} {row['regime']} v{row['version']}: {fault}", id="rules.E001")
        for row in presets()
        for fault in faults_in(row["values"])
    ]


@checks.register("rules")
def declared_constraints_exist(**kwargs: Any) -> list[checks.CheckMessage]:
    """A constraint named by `enforced_by_constraint` that no model has would make the handbook lie."""
    return [
        checks.Error(f"no model declares the constraint or trigger {name!r}", id="rules.E002")
        for name in sorted(declared_constraints() - _constraints_in_models())
    ]


@checks.register("rules")
def declared_code_exists(**kwargs: Any) -> list[checks.CheckMessage]:
    """A dotted name in some room's `IMPLEMENTS` that leads nowhere would make the handbook lie."""
    return [
        checks.Error(f"{config.name} says {where} carries out {rule_id}, but there is no such code", id="rules.E004")
        for config in apps.get_app_configs()
        for rule_id, where in getattr(config.module, "IMPLEMENTS", {}).items()
        if not _exists(where)
    ]


def _exists(dotted: str) -> bool:
    try:
        resolve_name(dotted)
    except (ImportError, AttributeError):
        return False
    return True


@checks.register(checks.Tags.database)
def stored_values_are_declared(databases: Sequence[str] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """A parameter was withdrawn while a rule set still sets it; runs with `check --database default`."""
    rule_set = apps.get_model("rules", "RuleSet")
    return [
        checks.Error(f"{row}: {fault}", obj=row, id="rules.E003")
        for alias in databases or []
        if rule_set._meta.db_table in _tables(alias)
        for row in rule_set.objects.using(alias)
        for fault in faults_in(row.values)
    ]


def _tables(alias: str) -> list[str]:
    return connections[alias].introspection.table_names()


def _constraints_in_models() -> set[str]:
    names: set[str] = set()
    for model in apps.get_models(include_auto_created=True):
        names.update(constraint.name for constraint in model._meta.constraints)
        names.update(trigger.name for trigger in getattr(model._meta, "triggers", []))
    return names
