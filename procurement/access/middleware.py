"""Gives every request its actor, read fresh each time so that a lost role ends at the next request."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from procurement.access.actor import ANONYMOUS, Actor, actor_for
from procurement.access.proof import proof_of

#: Where the session keeps the organisation a person chose to act for.
SESSION_HAT = "hat"


class ActorRequest(HttpRequest):
    """What a view receives behind the middleware; a name for the types, never made."""

    actor: Actor


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _actor_of(request: HttpRequest) -> Actor:
    if not request.user.is_authenticated:
        return ANONYMOUS
    actor, session = actor_for(request.user).with_proof(proof_of(request)), getattr(request, "session", None)
    return actor.wearing(_key(session.get(SESSION_HAT))) if session is not None else actor


def _key(text: str | None) -> UUID | None:
    """What the session holds is ours, yet an organisation may have gone since; then no hat is on."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
