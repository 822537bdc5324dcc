"""Which of their organisations a person is acting for: chosen in the page head, kept in the session."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View

from procurement.access import SESSION_HAT


class HatView(LoginRequiredMixin, View):
    """Put a hat on, or take it off (an empty choice). Only an organisation one holds a seat in can be chosen."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = next((hat for hat in request.actor.hats if str(hat.organization_id) == request.POST.get("hat")), None)
        if chosen is None:
            request.session.pop(SESSION_HAT, None)
            messages.info(request, _("现以全部任职身份办理。"))
        else:
            request.session[SESSION_HAT] = str(chosen.organization_id)
            messages.info(request, _("现代表“%(name)s”办理。") % {"name": chosen.organization_name})
        return redirect(_way_back(request))


def _way_back(request: HttpRequest) -> str:
    """The page the switch was made on, if it is ours."""
    wanted = request.POST.get("next", "")
    hosts = {request.get_host()}
    if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts, require_https=request.is_secure()):
        return wanted
    return reverse("worklist")
