from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from procurement.access import Actor
from procurement.ui.context import CARE_COOKIE
from procurement.ui.home import home_blocks
from procurement.ui.worklists import worklist_for

YEAR_S = 365 * 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The public front page; what stands on it comes from the apps."""
    return render(request, "ui/home.html", {"blocks": home_blocks(_actor(request))})


@require_safe
@login_required
def worklist(request: HttpRequest) -> HttpResponse:
    """我的待办 of the signed-in person, over all their seats."""
    groups = worklist_for(_actor(request))
    return render(request, "ui/worklist.html", {"groups": groups, "total": sum(len(g.items) for g in groups)})


@require_POST
def care_mode(request: HttpRequest) -> HttpResponse:
    """Switch 关怀版 (large type, strong contrast) on or off; a cookie keeps it across sign-in."""
    response = redirect(_safe_next(request))
    if request.POST.get("on") == "1":
        response.set_cookie(CARE_COOKIE, "1", max_age=YEAR_S, samesite="Lax", httponly=True, secure=request.is_secure())
    else:
        response.delete_cookie(CARE_COOKIE, samesite="Lax")
    return response


def _actor(request: HttpRequest) -> Actor:
    """Set by procurement.access.middleware; anonymous visitors are actors without a user."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _safe_next(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else "/"
