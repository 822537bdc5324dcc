"""The warning board, one warning, reports of incidents, the word on stopped payments."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from procurement.access import Role, get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page
from projects.forms.warnings import IncidentForm, StopForm, WarningFilter
from projects.models import Application, EarlyWarning
from projects.selectors.warning_signs import SIGNS
from projects.selectors.warnings import level_counts
from projects.services.warnings import decide_stop, may_report, report_incident
from projects.views.activities import visible_application


class WarningBoardView(LoginRequiredMixin, View):
    """Four colours counted, then the list, worst first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        mine = EarlyWarning.objects.visible_to(request.actor)
        form = WarningFilter(request.GET or None)
        rows = form.narrow(mine).select_related("application__applicant", "handler").worst_first()
        context = {
            "counts": level_counts(mine),
            "page": keyset_page(rows, request, order=("severity", "-raised_at", "id")),
            "form": form,
            "filtered": form.is_bound,
        }
        return render(request, "projects/delivery/warning_board.html", context)


class WarningView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        return warning_page(request, _visible(request, pk), StopForm())


class StopView(LoginRequiredMixin, View):
    """The purchaser's signer says whether payments stay stopped."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        warning, form = _visible(request, pk), StopForm(request.POST)
        if not request.actor.holds(Role.PU_SIGN, warning.application.guide.purchaser_id):
            raise Http404
        if not form.is_valid():
            return warning_page(request, warning, form, status=422)
        entered = form.cleaned_data
        try:
            decide_stop(actor=request.actor, warning=warning, keep=entered["keep"] == "keep", reason=entered["reason"])
        except RuleViolation as violation:
            return warning_page(request, warning, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已记录"))
        return redirect(warning)


class IncidentView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        return self._page(self._application(request, pk), IncidentForm())

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application, form = self._application(request, pk), IncidentForm(request.POST)
        if not form.is_valid():
            return self._page(application, form, status=422)
        try:
            warning = report_incident(actor=request.actor, application=application, **form.cleaned_data)
        except RuleViolation as violation:
            return self._page(application, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已上报预警"))
        return redirect(warning)

    def _application(self, request: HttpRequest, pk: Any) -> Application:
        application = visible_application(request, pk)
        if not may_report(application, request.actor):
            raise Http404
        return application

    def _page(
        self, application: Application, form: IncidentForm, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {"application": application, "form": form, "refusals": refusals}
        return render(self.request, "projects/delivery/incident_form.html", context, status=status)


def warning_page(
    request: HttpRequest, warning: EarlyWarning, form: StopForm, status: int = 200, refusals: Any = ()
) -> HttpResponse:
    """One warning with what may be done about it."""
    context = {
        "warning": warning,
        "application": warning.application,
        "rule": SIGNS[warning.rule],
        "offers": available(warning, request.actor),
        "stop_form": form,
        "may_decide": warning.payments_stopped
        and request.actor.holds(Role.PU_SIGN, warning.application.guide.purchaser_id),
        "refusals": refusals,
        "history": warning.history,
    }
    return render(request, "projects/delivery/warning.html", context, status=status)


def _visible(request: HttpRequest, pk: Any) -> EarlyWarning:
    rows = EarlyWarning.objects.select_related(
        "application__guide", "application__applicant", "handler", "stop_confirmed_by", "case"
    )
    return get_visible_or_404(rows, request.actor, pk=pk)
