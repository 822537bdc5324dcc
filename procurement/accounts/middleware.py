"""Whoever decides or pays sets up a second factor before acting (S-21)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from procurement.accounts.selectors.factors import lacks_factor
from procurement.rules import Refusal

#: Signing in and out, setting up the factor, language and reading mode need none.
FREE = ("/accounts/", "/i18n/", "/ui/", "/demo/")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SecondFactorMiddleware:
    """Reading stays open; an act, or the page that asks for one, leads to the set-up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        acts = request.method not in SAFE or request.resolver_match.url_name == "transition"
        if not acts or request.path.startswith(FREE) or not lacks_factor(request.actor):
            return None
        refusal = Refusal("S-21", _("您的岗位有决定或付款权限，须先设置动态验证码，再办理业务"))
        if request.path.startswith("/api/"):
            return JsonResponse({"refusals": [refusal.as_json()]}, status=403)
        messages.warning(request, str(refusal))
        return redirect("factor-set-up")
