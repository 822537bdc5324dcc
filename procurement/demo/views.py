"""The role switcher of the demo's page head."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from procurement.access import withdraw_proof
from procurement.access.models import User
from procurement.accounts.selectors.factors import has_factor
from procurement.accounts.signing_in import first_step_done
from procurement.demo.accounts import account_named


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Sign in as another demo account; where there is no demo there is no such page.

    Only accounts of the demo's own list: a person added to a demo installation keeps the password as the only door.
    """
    if not settings.PORTAL["DEMO"]:
        raise Http404
    account = account_named(request.POST.get("username", ""))
    person = User.objects.filter(username=account.username, is_active=True).first() if account else None
    if person is None:
        raise Http404
    if settings.PORTAL["DEMO_MFA"] and has_factor(person):
        return first_step_done(request, person, then=_way_back(request))
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    withdraw_proof(request)  # one click proves nothing: what asks again will ask for the password
    return redirect(_way_back(request))


def _way_back(request: HttpRequest) -> str:
    """The page the switch was made on, if it is ours; the new role may not see it, then it says so itself."""
    wanted = request.POST.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return reverse("worklist")
