"""The money side of the ledger: vouchers by budget line, reversals, moves between lines."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from procurement.access import Role, get_visible_or_404
from procurement.documents import UploadRefused
from procurement.documents.models import Document
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page
from projects.forms.activities import ReversalForm
from projects.forms.ledger import ExpenseForm, ReallocationForm
from projects.models import Application, Expense
from projects.selectors.applications import may_edit
from projects.selectors.delivery import spending
from projects.services import ledger
from projects.views.activities import RUNNING, may_record, own_application, visible_application


class ExpenseListView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = visible_application(request, pk)
        rows = application.expenses.select_related("line", "recorded_by", "reversal", "reverses")
        page = keyset_page(rows, request, order=("-spent_on", "-number", "id"))
        lines = spending(application)
        scans = Document.objects.filter(
            subject_type="projects.expense", subject_id__in=[row.pk for row in page.rows]
        ).current()
        context = {
            "application": application,
            "page": page,
            "lines": lines,
            "scans": {scan.subject_id: scan for scan in scans},
            "total_budget": sum(row.budget for row in lines),
            "total_spent": sum(row.spent for row in lines),
            "moves": application.reallocations.select_related("source", "target", "made_by"),
            "may_record": may_record(application, request),
            "may_move": application.status in RUNNING and request.actor.holds(Role.ORG_H, application.applicant_id),
        }
        return render(request, "projects/delivery/expense_list.html", context)


class ExpenseCreateView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = _running(request, pk)
        return self._page(application, ExpenseForm(application=application))

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = _running(request, pk)
        form = ExpenseForm(request.POST, request.FILES, application=application)
        if not form.is_valid():
            return self._page(application, form, status=422)
        try:
            expense = ledger.record_expense(actor=request.actor, application=application, **form.cleaned_data)
        except UploadRefused as refused:
            form.add_error("scan", str(refused))
            return self._page(application, form, status=422)
        except RuleViolation as violation:
            return self._page(application, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已登记凭证 %(number)s") % {"number": expense.voucher_number})
        return redirect("expenses", pk=application.pk)

    def _page(self, application: Application, form: ExpenseForm, status: int = 200, refusals: Any = ()) -> HttpResponse:
        context = {"application": application, "form": form, "refusals": refusals}
        return render(self.request, "projects/delivery/expense_form.html", context, status=status)


class ExpenseReverseView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        return self._page(self._expense(request, pk), ReversalForm())

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        expense, form = self._expense(request, pk), ReversalForm(request.POST)
        if not form.is_valid():
            return self._page(expense, form, status=422)
        try:
            ledger.reverse_expense(actor=request.actor, expense=expense, reason=form.cleaned_data["reason"])
        except RuleViolation as violation:
            return self._page(expense, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已冲正，合计随之更正"))
        return redirect("expenses", pk=expense.application_id)

    def _expense(self, request: HttpRequest, pk: Any) -> Expense:
        expense = get_visible_or_404(
            Expense.objects.select_related("application__guide", "application__applicant", "line"), request.actor, pk=pk
        )
        if not may_edit(expense.application, request.actor):
            raise Http404
        return expense

    def _page(self, expense: Expense, form: ReversalForm, status: int = 200, refusals: Any = ()) -> HttpResponse:
        context = {
            "entry": expense,
            "application": expense.application,
            "back": reverse("expenses", args=[expense.application_id]),
            "form": form,
            "refusals": refusals,
        }
        return render(self.request, "projects/delivery/reverse.html", context, status=status)


class ReallocationView(LoginRequiredMixin, View):
    """A move by notice; what goes beyond the share is led to a change request (R-227)."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = self._application(request, pk)
        return self._page(application, ReallocationForm(application=application))

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = self._application(request, pk)
        form = ReallocationForm(request.POST, application=application)
        if not form.is_valid():
            return self._page(application, form, status=422)
        try:
            ledger.reallocate(actor=request.actor, application=application, **form.cleaned_data)
        except RuleViolation as violation:
            return self._page(application, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已备案调剂"))
        return redirect("expenses", pk=application.pk)

    def _application(self, request: HttpRequest, pk: Any) -> Application:
        application = _running(request, pk)
        if not request.actor.holds(Role.ORG_H, application.applicant_id):
            raise Http404
        return application

    def _page(
        self, application: Application, form: ReallocationForm, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        rooms = [(row.line, ledger.notice_room(application, row.line), row.left) for row in spending(application)]
        context = {"application": application, "form": form, "refusals": refusals, "rooms": rooms}
        return render(self.request, "projects/delivery/reallocation_form.html", context, status=status)


def _running(request: HttpRequest, pk: Any) -> Application:
    application = own_application(request, pk)
    if application.status not in RUNNING:
        raise Http404
    return application
