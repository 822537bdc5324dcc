"""The sessions of a person that are still open."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.utils import timezone

from procurement.access.models import User
from procurement.accounts.models import SignIn


def open_sign_ins(person: User) -> list[SignIn]:
    rows = list(SignIn.objects.filter(person=person))
    keys = [row.session_key for row in rows]
    alive = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    open_keys = set(alive.values_list("session_key", flat=True))
    return [row for row in rows if row.session_key in open_keys]
