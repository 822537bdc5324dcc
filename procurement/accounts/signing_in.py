"""What happens between a right password and an open session, however the password was shown to be right."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect

from procurement.access import actor_for
from procurement.access.models import User
from procurement.accounts.selectors.factors import has_factor, lacks_factor

PENDING = "signing_in"
#: Whoever has not entered a code by then begins again with the password.
PATIENCE = 300
BACKEND = "django.contrib.auth.backends.ModelBackend"


def first_step_done(request: Any, person: User, *, then: str, backend: str = "") -> HttpResponseRedirect:
    """Open the session, or ask for the second factor first; who must set one up is led there."""
    if has_factor(person):
        request.session.cycle_key()
        request.session[PENDING] = {
            "person": str(person.pk),
            "backend": backend or BACKEND,
            "then": then,
            "at": time.time(),
        }
        return redirect("second-step")
    return enter(request, person, then=then, backend=backend)


def enter(request: HttpRequest, person: User, *, then: str, backend: str = "") -> HttpResponseRedirect:
    request.session.pop(PENDING, None)
    login(request, person, backend=backend or BACKEND)
    if lacks_factor(actor_for(person)):
        return redirect("factor-set-up")
    return redirect(then or settings.LOGIN_REDIRECT_URL)


def pending(request: HttpRequest) -> tuple[User, dict[str, Any]] | None:
    """Who has shown a right password in this session within the last minutes and is still active."""
    held = request.session.get(PENDING)
    if not held or time.time() - held["at"] > PATIENCE:
        return None
    person = User.objects.filter(pk=UUID(held["person"]), is_active=True).first()
    return (person, held) if person else None
