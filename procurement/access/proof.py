"""How recently the person at a session proved to be the one who signed in (step-up, S-20).

A proof is a password or a code just entered. It lives in the session and reaches guards with the actor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

WINDOW = timedelta(minutes=5)
SESSION_KEY = "proven_at"


class StepUp(StrEnum):
    """What an act asks of the session: a proof within five minutes, or one entered with this very act."""

    RECENT = "recent"
    EACH = "each"


@dataclass(frozen=True, slots=True)
class Proof:
    at: datetime | None = None
    in_this_request: bool = False

    def satisfies(self, demand: StepUp) -> bool:
        if demand is StepUp.EACH or self.at is None:
            return self.in_this_request
        return timedelta(0) <= timezone.now() - self.at <= WINDOW


def proof_of(request: HttpRequest) -> Proof:
    stamp = getattr(request, "session", {}).get(SESSION_KEY)
    return Proof(datetime.fromisoformat(stamp)) if stamp else Proof()


def prove(request: Any) -> None:
    """The person has just entered a password or a code; true for the rest of this request and the next minutes."""
    now = timezone.now()
    request.session[SESSION_KEY] = now.isoformat()
    if hasattr(request, "actor"):
        request.actor = request.actor.with_proof(Proof(now, in_this_request=True))


def withdraw_proof(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)
