"""Keeping count of where people are signed in, and ending it."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from procurement import audit
from procurement.access import Actor
from procurement.access.models import User
from procurement.accounts.models import SignIn

_BROWSERS = (
    ("Edg", "Edge"),
    ("MicroMessenger", "微信"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def note_sign_in(request: Any, user: User, **_signal: Any) -> None:
    """At ``user_logged_in``: this session is one of the person's."""
    session = getattr(request, "session", None)
    if session is None:
        return
    if not session.session_key:
        session.create()
    SignIn.objects.update_or_create(
        session_key=session.session_key,
        defaults={"person": user, "device": device_of(request), "began_at": timezone.now()},
    )


@transaction.atomic
def end_others(*, actor: Actor, keep: str) -> int:
    """Sign the person out everywhere but here; takes effect at the next request of each."""
    rows = SignIn.objects.filter(person=actor.person).exclude(session_key=keep)
    keys = list(rows.values_list("session_key", flat=True))
    ended = Session.objects.filter(session_key__in=keys).delete()[0]
    rows.delete()
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="sessions.end_others",
        subject=f"access.user:{actor.id}",
        body={"ended": ended},
    )
    return ended


def device_of(request: HttpRequest) -> str:
    """Chrome · Windows, or as much of it as the browser says."""
    agent = str(request.META.get("HTTP_USER_AGENT", ""))
    found = [next((name for mark, name in known if re.search(mark, agent)), "") for known in (_BROWSERS, _SYSTEMS)]
    return " · ".join(name for name in found if name)
