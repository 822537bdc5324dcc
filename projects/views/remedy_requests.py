"""The simple remedy outside the Government Procurement Law: filed and followed (R-189)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from orgs.models import Organization
from procurement.access import get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from projects.forms.remedies import RemedyRequestForm
from projects.models import Procedure, RemedyRequest
from projects.selectors.remedies import challengers_of, uses_the_law
from projects.selectors.remedy_clocks import term
from projects.services.remedy_requests import file_request


class RemedyRequestCreateView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        procedure, form = self._prepared(request, pk)
        return self._page(procedure, form)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        procedure, form = self._prepared(request, pk, request.POST)
        if not form.is_valid():
            return self._page(procedure, form, status=422)
        try:
            filed = file_request(actor=request.actor, procedure=procedure, **form.cleaned_data)
        except RuleViolation as violation:
            return self._page(procedure, form, status=409, refusals=violation.refusals)
        messages.success(request, _("诉求已提交，编号 %(number)s。") % {"number": filed.number})
        return redirect(filed)

    def _prepared(self, request: HttpRequest, pk: UUID, data: Any = None) -> tuple[Procedure, RemedyRequestForm]:
        procedure = get_visible_or_404(Procedure.objects.select_related("rule_set", "purchaser"), request.actor, pk=pk)
        bodies = challengers_of(request.actor, procedure)
        if not bodies or uses_the_law(procedure):
            raise PermissionDenied(_("诉求由获取购买文件或者参加购买活动的供应商提出。"))
        return procedure, RemedyRequestForm(data, requesters=Organization.objects.filter(pk__in=bodies))

    def _page(self, procedure: Procedure, form: Any, status: int = 200, refusals: Any = ()) -> HttpResponse:
        context = {
            "procedure": procedure, "form": form, "refusals": refusals, "term": term(procedure, "remedy_days"),
        }  # fmt: skip
        return render(self.request, "projects/remedies/request_form.html", context, status=status)


class RemedyRequestView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        rows = RemedyRequest.objects.select_related("procedure__purchaser", "requester")
        filed = get_visible_or_404(rows, request.actor, pk=pk)
        context = {"filed": filed, "offers": available(filed, request.actor), "history": list(filed.history)}
        return render(request, "projects/remedies/request.html", context)
