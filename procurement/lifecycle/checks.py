"""System checks over every lifecycle table: a table that lies does not start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.template import TemplateDoesNotExist
from django.utils.module_loading import import_string

from procurement.access import Role
from procurement.lifecycle.definition import By, Lifecycle, Transition, lifecycles
from procurement.lifecycle.models import STATUS_GUARD
from procurement.lifecycle.workflows import shipped_step_codes
from procurement.notices.text import notice_template
from procurement.rules import Guard, UnknownRule, registry

TONES = {"neutral", "info", "good", "warn", "bad"}
WEIGHTS = {"normal", "primary", "danger"}


@register("lifecycle")
def check_lifecycles(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    return [Error(text, obj=table.name, id="lifecycle.E001") for table in lifecycles() for text in faults_of(table)]


def faults_of(table: Lifecycle) -> list[str]:
    """Every way the table contradicts itself, the models or the rules, in words."""
    return [
        *_state_faults(table),
        *_model_faults(table),
        *(f for row in table.transitions for f in _row_faults(table, row)),
    ]


def _state_faults(table: Lifecycle) -> Iterator[str]:
    codes = set(table.codes())
    if len(codes) != len(table.states):
        yield f"{table.name}: a state code is used twice"
    if len({row.name for row in table.transitions}) != len(table.transitions):
        yield f"{table.name}: a transition name is used twice"
    if table.initial not in codes:
        yield f"{table.name}: initial state {table.initial} is not a state"
    for code in codes - _reachable(table):
        yield f"{table.name}: state {code} cannot be reached from {table.initial}"
    for state in table.states:
        leaving = table.leaving(state.code)
        if state.final and leaving:
            yield f"{table.name}: final state {state.code} is left by {leaving[0].name}"
        if not state.final and not leaving:
            yield f"{table.name}: state {state.code} has no way out and is not final"
        if state.tone not in TONES:
            yield f"{table.name}: unknown tone {state.tone} of state {state.code}"


def _reachable(table: Lifecycle) -> set[str]:
    seen, frontier = set(), [table.initial]
    while frontier:
        code = frontier.pop()
        if code not in seen:
            seen.add(code)
            frontier += [row.target for row in table.leaving(code)]
    return seen


def _model_faults(table: Lifecycle) -> Iterator[str]:
    try:
        model = apps.get_model(table.model)
    except LookupError:
        yield f"{table.name}: model {table.model} does not exist"
        return
    triggers = [trigger.name for trigger in getattr(model._meta, "triggers", [])]
    if STATUS_GUARD.name not in triggers:
        yield f"{table.name}: {table.model} lost the status guard; write class Meta(LifecycleModel.Meta)"
    if not hasattr(model, "get_absolute_url"):
        yield f"{table.name}: {table.model} has no page of its own"
    if not hasattr(model._default_manager.all(), "visible_to"):
        yield f"{table.name}: {table.model} does not say who may see it"
    for row in table.transitions:
        for who in (*row.by, *row.tells):
            if not _path_exists(model, who):
                yield f"{row.name}: {table.model} has no {who.of or who.person}"


def _path_exists(model: type[models.Model], who: By) -> bool:
    """Whether each link of the dotted path is a field, property or method result of the model before it."""
    current: Any = model
    for part in (who.of or who.person).split(".") if who.of or who.person else ():
        if current is None or not hasattr(current, part):
            return False
        try:
            current = current._meta.get_field(part).related_model
        except FieldDoesNotExist:
            return True
    return True


def _row_faults(table: Lifecycle, row: Transition) -> Iterator[str]:
    codes = set(table.codes())
    for code in {*row.source, row.target} - codes:
        yield f"{row.name}: unknown state {code}"
    if not row.name.startswith(f"{table.name}."):
        yield f"{row.name}: the name must begin with {table.name}."
    if not row.by:
        yield f"{row.name}: nobody may perform it"
    for who in (*row.by, *row.tells):
        if who.role not in Role:
            yield f"{row.name}: unknown role {who.role}"
    for guard in (*row.guards, *row.input_guards):
        if not isinstance(guard, Guard) or not guard.rule_ids:
            yield f"{row.name}: guard {guard!r} cites no rule"
    for rule_id in row.rules:
        try:
            registry[rule_id]
        except UnknownRule:
            yield f"{row.name}: unknown rule {rule_id}"
    if row.weight not in WEIGHTS:
        yield f"{row.name}: unknown weight {row.weight}"
    try:
        notice_template(row.notice)
    except TemplateDoesNotExist:
        yield f"{row.name}: there is no notice {row.notice}"
    for dotted in filter(None, (row.effect, row.form)):
        try:
            import_string(dotted)
        except ImportError as absent:
            yield f"{row.name}: {dotted} cannot be imported ({absent})"
    for code in {*row.completes, *row.opens} - shipped_step_codes():
        yield f"{row.name}: no shipped workflow has a step {code}"
