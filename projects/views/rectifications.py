"""Orders to put things right."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from procurement.access import get_visible_or_404
from procurement.documents.models import Document
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page
from projects.forms.rectifications import OrderForm
from projects.models import Application, Rectification
from projects.services.rectifications import issue, may_issue
from projects.views.activities import visible_application


class RectificationListView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Rectification.objects.visible_to(request.actor).select_related("application", "issuer")
        page = keyset_page(rows, request, order=("-created_at", "id"))
        return render(request, "projects/delivery/rectification_list.html", {"page": page})


class RectificationView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        rows = Rectification.objects.select_related("application__guide", "application__applicant", "issuer", "case")
        order = get_visible_or_404(rows, request.actor, pk=pk)
        context = {
            "order": order,
            "application": order.application,
            "offers": available(order, request.actor),
            "files": Document.objects.for_subject(order.subject).current(),
            "history": order.history,
        }
        return render(request, "projects/delivery/rectification.html", context)


class RectificationCreateView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        return self._page(self._application(request, pk), OrderForm())

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application, form = self._application(request, pk), OrderForm(request.POST)
        if not form.is_valid():
            return self._page(application, form, status=422)
        try:
            order = issue(actor=request.actor, application=application, **form.cleaned_data)
        except RuleViolation as violation:
            return self._page(application, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已下达%(order)s") % {"order": order})
        return redirect(order)

    def _application(self, request: HttpRequest, pk: Any) -> Application:
        application = visible_application(request, pk)
        if not may_issue(application, request.actor):
            raise Http404
        return application

    def _page(self, application: Application, form: OrderForm, status: int = 200, refusals: Any = ()) -> HttpResponse:
        context = {"application": application, "form": form, "refusals": refusals}
        return render(self.request, "projects/delivery/rectification_form.html", context, status=status)
