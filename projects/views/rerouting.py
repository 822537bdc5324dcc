"""Another hub for an application whose hub is no hub any more."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from orgs.models import Organization
from procurement.access import get_visible_or_404
from procurement.rules import RuleViolation
from projects.forms.sections import HubForm
from projects.models import Application
from projects.selectors.applications import may_edit
from projects.services.rerouting import choose_hub


class ChooseHubView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = self._application(pk)
        return self._page(application, HubForm(application=application))

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = self._application(pk)
        form = HubForm(request.POST, application=application)
        if not form.is_valid():
            return self._page(application, form, status=422)
        hub = Organization.objects.get(pk=form.cleaned_data["hub"])
        try:
            choose_hub(actor=request.actor, application=application, hub=hub)
        except RuleViolation as violation:
            return self._page(application, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已改由%(hub)s推荐，对方已收到通知。") % {"hub": hub.name})
        return redirect(application)

    def _application(self, pk: Any) -> Application:
        rows = Application.objects.select_related("applicant", "guide")
        application = get_visible_or_404(rows, self.request.actor, pk=pk)
        if application.status != "submitted" or application.hub_id or not may_edit(application, self.request.actor):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return application

    def _page(self, application: Application, form: HubForm, status: int = 200, refusals: Any = ()) -> HttpResponse:
        context = {"application": application, "form": form, "refusals": refusals}
        return render(self.request, "projects/application/choose_hub.html", context, status=status)
