"""Asking again, for any view: ``confirmation_for`` says whether, its form says how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from procurement.access import StepUp
from procurement.accounts.forms.confirmation import ConfirmationForm

#: Names under which a program hands in a proof.
PROOFS = frozenset({"password", "code"})


def confirmation_for(
    request: Any, demand: StepUp | None = StepUp.RECENT, data: Mapping[str, Any] | None = None
) -> ConfirmationForm | None:
    """The form that asks again, or None when the session's proof is fresh enough. A valid one renews the proof."""
    if request.actor.user is None or request.actor.has_proven(demand):
        return None
    return ConfirmationForm(request, data, each=demand is StepUp.EACH)
