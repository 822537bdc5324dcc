"""Whose voice it is, without knowing who: a keyed hash of the person signed in, or of a random mark of the browser."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "portal_voice"
_YEAR = 365 * 24 * 3600
_SALT = "catalogs.voters"


def voter_of(request: HttpRequest) -> str:
    """The same for one person or browser at every need; empty for a browser that keeps no cookie."""
    if request.actor.id is not None:  # type: ignore[attr-defined]
        return salted_hmac(_SALT, f"person:{request.actor.id}", algorithm="sha256").hexdigest()  # type: ignore[attr-defined]
    mark = request.COOKIES.get(COOKIE, "")
    return salted_hmac(_SALT, f"browser:{mark}", algorithm="sha256").hexdigest() if len(mark) == 32 else ""


def mark_browser(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give a browser its mark when it has none; it says nothing about anybody and goes to this portal only."""
    if len(request.COOKIES.get(COOKIE, "")) != 32:
        response.set_cookie(
            COOKIE,
            secrets.token_hex(16),
            max_age=_YEAR,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response
