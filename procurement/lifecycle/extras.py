"""What rooms above add to the page of a case. They register in their ``ready()``, so that no import goes down to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from procurement.access import Actor
from procurement.lifecycle.models import Case


@dataclass(frozen=True)
class CaseAction:
    """A part of the page: a template and what it needs, found there as ``extra``."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)


#: None when the part is not for this person.
Provider = Callable[[Case, Actor], CaseAction | None]
_providers: dict[str, Provider] = {}


def register_case_action(name: str, provider: Provider) -> None:
    """Show the provider's part on every case's page; order is the order of registration."""
    _providers[name] = provider


def case_actions(case: Case, actor: Actor) -> list[CaseAction]:
    return [part for provider in _providers.values() if (part := provider(case, actor)) is not None]
