"""The words a lifecycle table is written in.

A table is a list of rows a procurement officer can read aloud: from which state, who may, what must
hold, what it writes, whom it tells, which step of the case it belongs to. The engine performs rows;
buttons, API, timeline, handbook and tests read them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.module_loading import import_string

from procurement.access import Duty, Role, StepUp
from procurement.audit.labels import register_action_labels
from procurement.rules import register_enforcement

if TYPE_CHECKING:
    from procurement.rules import Refusal

Text = str | Promise
Guard = Callable[[Any], "list[Refusal]"]


@dataclass(frozen=True)
class State:
    """A state with its official label and the tone it is shown in (neutral, info, good, warn, bad)."""

    code: str
    label: Text
    tone: str = "neutral"
    final: bool = False


@dataclass(frozen=True)
class By:
    """Who may perform a row, or whom it tells: a role, in the organisation found at ``of``,
    or the one person found at ``person`` (dotted paths on the object)."""

    role: Role
    of: str = ""
    person: str = ""


def by(role: Role, *, of: str = "", person: str = "") -> By:
    return By(role=role, of=of, person=person)


@dataclass(frozen=True)
class Transition:
    """One row of a lifecycle table.

    ``guards`` hold at any moment (they also explain a disabled button); ``input_guards`` look at what
    was entered. ``effect`` and ``form`` are dotted names, resolved late because services and forms
    stand above the table. ``completes`` and ``opens`` name steps of the case's workflow template.
    """

    name: str
    label: Text
    source: tuple[str, ...]
    target: str
    by: tuple[By, ...]
    guards: tuple[Guard, ...] = ()
    input_guards: tuple[Guard, ...] = ()
    effect: str = ""
    form: str = ""
    duty: Duty | None = None
    completes: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    tells: tuple[By, ...] = ()
    notice: str = "transition"
    reason_required: bool = False
    consequence: Text = ""
    #: Performed by the clock or by a decision elsewhere, never by a button.
    automatic: bool = False
    #: "primary" leads the action bar, "danger" asks twice.
    weight: str = "normal"
    #: The act asks again who is there: a proof within five minutes, or one entered with this very act (S-20).
    step_up: StepUp | None = None
    #: Rule or article that gives the row its right to exist, shown in the handbook.
    rules: tuple[str, ...] = ()

    @cached_property
    def run_effect(self) -> Callable[[Any], None] | None:
        return import_string(self.effect) if self.effect else None

    @cached_property
    def form_class(self) -> type[Any] | None:
        return import_string(self.form) if self.form else None


@dataclass(frozen=True)
class Lifecycle:
    """All states and rows of one kind of object."""

    name: str
    label: Text
    model: str
    initial: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    note: Text = ""
    _by_name: Mapping[str, Transition] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {row.name: row for row in self.transitions})

    def state(self, code: str) -> State:
        return next(state for state in self.states if state.code == code)

    def transition(self, name: str) -> Transition:
        return self._by_name[name]

    def leaving(self, code: str) -> list[Transition]:
        return [row for row in self.transitions if code in row.source]

    @property
    def choices(self) -> list[tuple[str, Text]]:
        return [(state.code, state.label) for state in self.states]

    def codes(self, *, final: bool | None = None) -> tuple[str, ...]:
        return tuple(s.code for s in self.states if final is None or s.final == final)


_lifecycles: dict[str, Lifecycle] = {}


def register(lifecycle: Lifecycle) -> Lifecycle:
    """Make a table known to the engine. Each app does so from its ``lifecycle`` module."""
    _lifecycles[lifecycle.name] = lifecycle
    register_action_labels({row.name: row.label for row in lifecycle.transitions})
    for row in lifecycle.transitions:
        for rule_id in rules_of(row):
            register_enforcement(rule_id, row.name, f"/handbook/lifecycles/{lifecycle.name}/#{row.name}")
    return lifecycle


def rules_of(row: Transition) -> list[str]:
    """Every rule a row cites, by itself or through its guards."""
    guards: tuple[Any, ...] = (*row.guards, *row.input_guards)
    return sorted({*row.rules, *(rule_id for guard in guards for rule_id in guard.rule_ids)})


def lifecycles() -> Iterable[Lifecycle]:
    return _lifecycles.values()


def lifecycle_named(name: str) -> Lifecycle:
    """Raises KeyError for a name no table carries."""
    return _lifecycles[name]


def lifecycle_of(obj: Any) -> Lifecycle:
    label = obj._meta.label
    return next(table for table in _lifecycles.values() if table.model == label)
