"""What supervisors saw, in the order of their visits."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from procurement.access import get_visible_or_404
from procurement.documents import UploadRefused
from procurement.documents.models import Document
from procurement.lifecycle.models import Part
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page
from projects.forms.monitoring import SupportForm, VisitForm
from projects.models import Application, MonitoringVisit
from projects.services.monitoring import PHOTO, entrust_support, may_entrust, record_visit, supervising_seat
from projects.views.activities import visible_application


class VisitListView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = visible_application(request, pk)
        rows = application.visits.select_related("organization", "recorded_by")
        context = {
            "application": application,
            "page": keyset_page(rows, request, order=("-visited_on", "-recorded_at", "id")),
            "may_record": supervising_seat(application, request.actor) is not None,
            "may_entrust": may_entrust(application, request.actor),
            "support": application.case.parties.filter(part=Part.SUPPORT).first() if application.case else None,
        }
        return render(request, "projects/delivery/visit_list.html", context)


class VisitView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        rows = MonitoringVisit.objects.select_related("application", "organization", "recorded_by")
        visit = get_visible_or_404(rows, request.actor, pk=pk)
        photos = Document.objects.for_subject(visit.subject).of_kind(PHOTO).current()
        context = {"visit": visit, "application": visit.application, "photos": photos}
        return render(request, "projects/delivery/visit.html", context)


class VisitCreateView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        return self._page(self._application(request, pk), VisitForm())

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = self._application(request, pk)
        form = VisitForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(application, form, status=422)
        try:
            visit = record_visit(actor=request.actor, application=application, **form.cleaned_data)
        except UploadRefused as refused:
            form.add_error("photos", str(refused))
            return self._page(application, form, status=422)
        except RuleViolation as violation:
            return self._page(application, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已登记督导记录"))
        return redirect(visit)

    def _application(self, request: HttpRequest, pk: Any) -> Application:
        application = visible_application(request, pk)
        if supervising_seat(application, request.actor) is None:
            raise Http404
        return application

    def _page(self, application: Application, form: VisitForm, status: int = 200, refusals: Any = ()) -> HttpResponse:
        context = {"application": application, "form": form, "refusals": refusals}
        return render(self.request, "projects/delivery/visit_form.html", context, status=status)


class SupportView(LoginRequiredMixin, View):
    """The office or the buyer names the body that monitors the project (R-224)."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        return self._page(self._application(request, pk), SupportForm())

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application, form = self._application(request, pk), SupportForm(request.POST)
        if not form.is_valid():
            return self._page(application, form, status=422)
        try:
            entrust_support(
                actor=request.actor, application=application, organization=form.cleaned_data["organization"]
            )
        except RuleViolation as violation:
            return self._page(application, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已委托"))
        return redirect("visits", pk=application.pk)

    def _application(self, request: HttpRequest, pk: Any) -> Application:
        application = visible_application(request, pk)
        if not may_entrust(application, request.actor):
            raise Http404
        return application

    def _page(self, application: Application, form: SupportForm, status: int = 200, refusals: Any = ()) -> HttpResponse:
        context = {"application": application, "form": form, "refusals": refusals}
        return render(self.request, "projects/delivery/support_form.html", context, status=status)
