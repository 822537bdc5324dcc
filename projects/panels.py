"""What other aggregates show on the pages of an application, a guide, a procedure or a bid.

Rooms above this app register their panels in ``ready()``, so the page grows without importing upward.
A provider answers None when its panel is not for this actor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from procurement.access import Actor


@dataclass(frozen=True)
class Panel:
    """A titled part of a page: a template and what it needs."""

    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)


Provider = Callable[[Any, Actor], Panel | None]
_application_panels: dict[str, Provider] = {}
_guide_panels: dict[str, Provider] = {}
_procedure_panels: dict[str, Provider] = {}
_bid_panels: dict[str, Provider] = {}
PublicProvider = Callable[[Any], Panel | None]
_public_panels: dict[str, PublicProvider] = {}


def register_panel(name: str, provider: Provider) -> None:
    """Show a panel on the application's page; order is the order of registration."""
    _application_panels[name] = provider


def register_guide_panel(name: str, provider: Provider) -> None:
    _guide_panels[name] = provider


def register_procedure_panel(name: str, provider: Provider) -> None:
    """Show a panel on the procedure's page, which the public reads too: a provider asks who is looking."""
    _procedure_panels[name] = provider


def register_bid_panel(name: str, provider: Provider) -> None:
    """Show a panel on the page of an opened bid."""
    _bid_panels[name] = provider


def register_public_panel(name: str, provider: PublicProvider) -> None:
    """Show a panel on the project's public page; the provider shows nothing that is not everybody's (R-286)."""
    _public_panels[name] = provider


def public_panels(application: Any) -> list[Panel]:
    return [panel for provider in _public_panels.values() if (panel := provider(application)) is not None]


def application_panels(application: Any, actor: Actor) -> list[Panel]:
    return _shown(_application_panels, application, actor)


def guide_panels(guide: Any, actor: Actor) -> list[Panel]:
    return _shown(_guide_panels, guide, actor)


def procedure_panels(procedure: Any, actor: Actor) -> list[Panel]:
    return _shown(_procedure_panels, procedure, actor)


def bid_panels(bid: Any, actor: Actor) -> list[Panel]:
    return _shown(_bid_panels, bid, actor)


def _shown(providers: dict[str, Provider], obj: Any, actor: Actor) -> list[Panel]:
    return [panel for provider in providers.values() if (panel := provider(obj, actor)) is not None]
