"""The closing stage at its desks: report, acceptance, audit, refund, archive; and the page recipients answer on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from procurement.access import get_visible_or_404
from procurement.documents import UploadRefused
from procurement.documents.models import Document
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from projects.forms import closeouts as entry
from projects.models import Application, Closeout, FinancialAudit, Refund
from projects.selectors.closeouts import (
    CLOSING_STATES,
    archive_checklist,
    closing_decision,
    contract_of,
    is_contractor,
    is_office,
)
from projects.selectors.delivery import indicator_rows, spending
from projects.services import closeouts, evidence, financial_audits

APPLICATION = ("application__guide", "application__applicant", "application__hub", "application__case")


def tell(request: HttpRequest, violation: RuleViolation) -> None:
    for refusal in violation.refusals:
        messages.error(request, str(refusal))


def visible_application(request: HttpRequest, pk: Any) -> Application:
    rows = Application.objects.select_related("guide__purchaser", "guide__office", "applicant", "hub", "case__rule_set")
    return get_visible_or_404(rows, request.actor, pk=pk)


def files_context(request: HttpRequest, thing: evidence.Thing) -> dict[str, Any]:
    """The files of a thing, and the form to add one when this person may."""
    kinds = evidence.kinds_for(request.actor, thing)
    return {
        "files": Document.objects.for_subject(thing.subject).current(),
        "evidence_form": entry.EvidenceForm(kinds=kinds) if kinds else None,
    }


class EvidenceView(LoginRequiredMixin, View):
    """Takes one file for any thing of the closing stage; ``model`` comes from the address."""

    model: type[Any] = Closeout

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        thing = get_visible_or_404(self.model.objects.all(), request.actor, pk=pk)
        form = entry.EvidenceForm(request.POST, request.FILES, kinds=evidence.kinds_for(request.actor, thing))
        if not form.is_valid():
            for errors in form.errors.values():
                messages.error(request, " ".join(str(error) for error in errors))
            return redirect(thing)
        try:
            evidence.attach_evidence(actor=request.actor, thing=thing, **form.cleaned_data)
        except UploadRefused as refused:
            messages.error(request, refused.message)
        except RuleViolation as violation:
            tell(request, violation)
        else:
            messages.success(request, _("已收到文件"))
        return redirect(thing)


# --- the contractor's report ------------------------------------------------------------------------------------


class CloseoutStartView(LoginRequiredMixin, View):
    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = visible_application(request, pk)
        try:
            closeout = closeouts.start_closeout(actor=request.actor, application=application)
        except RuleViolation as violation:
            tell(request, violation)
            return redirect(application)
        return redirect("closeout-edit", pk=closeout.pk)


class CloseoutView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        closeout = get_visible_or_404(Closeout.objects.select_related(*APPLICATION), request.actor, pk=pk)
        results = closeout.indicator_results.select_related("indicator")
        context = {
            "closeout": closeout,
            "application": closeout.application,
            "offers": available(closeout, request.actor),
            "results": results,
            "lines": spending(closeout.application),
            "may_edit": _may_edit(request, closeout),
            "history": closeout.history.order_by("-at"),
            **files_context(request, closeout),
        }
        return render(request, "projects/closeout_detail.html", context)


class CloseoutEditView(LoginRequiredMixin, View):
    """One page to write on; what is typed is kept, complete or not."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        closeout = self._closeout(request, pk)
        return self._page(request, closeout, entry.CloseoutForm(instance=closeout), self._lines(closeout))

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        closeout = self._closeout(request, pk)
        form, lines = entry.CloseoutForm(request.POST, instance=closeout), self._lines(closeout, request.POST)
        if not all([form.is_valid(), *(line.is_valid() for line in lines)]):
            return self._page(request, closeout, form, lines, status=422)
        typed = {
            line.row.indicator.pk: (line.cleaned_data["actual"], line.cleaned_data["note"])
            for line in lines
            if line.cleaned_data["actual"] is not None
        }
        try:
            closeouts.save_closeout(actor=request.actor, closeout=closeout, indicators=typed, **form.cleaned_data)
        except RuleViolation as violation:
            return self._page(request, closeout, form, lines, status=409, refusals=violation.refusals)
        messages.success(request, _("已保存。检查无误后由负责人提交。"))
        return redirect("closeout", pk=closeout.pk)

    def _closeout(self, request: HttpRequest, pk: Any) -> Closeout:
        closeout = get_visible_or_404(Closeout.objects.select_related(*APPLICATION), request.actor, pk=pk)
        if not _may_edit(request, closeout):
            raise Http404
        return closeout

    def _lines(self, closeout: Closeout, data: Any = None) -> list[entry.IndicatorResultForm]:
        held = {row.indicator_id: row for row in closeout.indicator_results.all()}
        return [
            entry.IndicatorResultForm(
                data,
                row=row,
                initial={"actual": held[row.indicator.pk].actual, "note": held[row.indicator.pk].note}
                if row.indicator.pk in held
                else None,
            )
            for row in indicator_rows(closeout.application)
        ]

    def _page(
        self, request: HttpRequest, closeout: Closeout, form: Any, lines: Any, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        form.summary_elsewhere = True
        context = {
            "closeout": closeout,
            "application": closeout.application,
            "form": form,
            "lines": lines,
            "every_form": [form, *lines],
            "refusals": refusals,
            "page_has_errors": status == 422,
        }
        return render(request, "projects/closeout_form.html", context, status=status)


def _may_edit(request: HttpRequest, closeout: Closeout) -> bool:
    return closeout.status in closeouts.EDITABLE_STATES and is_contractor(request.actor, closeout.application)


# --- the audit --------------------------------------------------------------------------------------------------


class AuditEngageView(LoginRequiredMixin, View):
    """The office entrusts a firm."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        return self._page(request, self._application(request, pk), entry.EngageForm())

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = self._application(request, pk)
        form = entry.EngageForm(request.POST)
        if not form.is_valid():
            return self._page(request, application, form, status=422)
        try:
            engaged = financial_audits.engage_firm(
                actor=request.actor, application=application, firm=form.cleaned_data["firm"]
            )
        except RuleViolation as violation:
            return self._page(request, application, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已委托，审计机构接受后开始审计。"))
        return redirect(engaged)

    def _application(self, request: HttpRequest, pk: Any) -> Application:
        application = visible_application(request, pk)
        if not is_office(request.actor, application):
            raise Http404
        return application

    def _page(
        self, request: HttpRequest, application: Application, form: forms.Form, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {
            "application": application,
            "contract": contract_of(application),
            "form": form,
            "refusals": refusals,
            "page_has_errors": status == 422,
        }
        return render(request, "projects/audit_engage.html", context, status=status)


class FinancialAuditView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        audit = get_visible_or_404(FinancialAudit.objects.select_related("firm", *APPLICATION), request.actor, pk=pk)
        context = {
            "audit": audit,
            "application": audit.application,
            "lines": audit.lines.select_related("budget_line"),
            "offers": available(audit, request.actor),
            "may_write": _may_write(request, audit),
            "history": audit.history.order_by("-at"),
            **files_context(request, audit),
        }
        return render(request, "projects/audit_detail.html", context)


class FieldworkView(LoginRequiredMixin, View):
    """The firm's table: every budget line with what was spent, what of it is ineligible and why."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        audit = self._audit(request, pk)
        return self._page(request, audit, entry.ScopeForm(initial={"scope": audit.scope}), self._lines(audit))

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        audit = self._audit(request, pk)
        scope, lines = entry.ScopeForm(request.POST), self._lines(audit, request.POST)
        if not all([scope.is_valid(), *(line.is_valid() for line in lines)]):
            return self._page(request, audit, scope, lines, status=422)
        try:
            financial_audits.save_fieldwork(
                actor=request.actor,
                financial_audit=audit,
                scope=scope.cleaned_data["scope"],
                lines={form.line.pk: form.cleaned_data for form in lines},
            )
        except RuleViolation as violation:
            return self._page(request, audit, scope, lines, status=409, refusals=violation.refusals)
        messages.success(request, _("已保存审计记录"))
        return redirect(audit)

    def _audit(self, request: HttpRequest, pk: Any) -> FinancialAudit:
        audit = get_visible_or_404(FinancialAudit.objects.select_related("firm", *APPLICATION), request.actor, pk=pk)
        if not _may_write(request, audit):
            raise Http404
        return audit

    def _lines(self, audit: FinancialAudit, data: Any = None) -> list[entry.AuditLineForm]:
        return [entry.AuditLineForm(data, line=line) for line in audit.lines.select_related("budget_line")]

    def _page(
        self, request: HttpRequest, audit: FinancialAudit, scope: Any, lines: Any, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        scope.summary_elsewhere = True
        ledger = {row.line.pk: row.spent for row in spending(audit.application)}
        context = {
            "audit": audit,
            "application": audit.application,
            "scope": scope,
            "lines": [(line, ledger.get(line.line.budget_line_id)) for line in lines],
            "every_form": [scope, *lines],
            "refusals": refusals,
            "page_has_errors": status == 422,
        }
        return render(request, "projects/audit_fieldwork.html", context, status=status)


def _may_write(request: HttpRequest, audit: FinancialAudit) -> bool:
    return audit.status in financial_audits.EDITABLE_STATES and financial_audits.audits(request.actor, audit)


# --- money back, and the archive --------------------------------------------------------------------------------


class RefundView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        refund = get_visible_or_404(Refund.objects.select_related(*APPLICATION), request.actor, pk=pk)
        context = {
            "refund": refund,
            "application": refund.application,
            "contract": contract_of(refund.application),
            "audit": refund.application.financial_audits.filter(status="final").first(),
            "offers": available(refund, request.actor),
            "history": refund.history.order_by("-at"),
            **files_context(request, refund),
        }
        return render(request, "projects/refund_detail.html", context)


class ArchiveView(LoginRequiredMixin, View):
    """Before the archive: what the file holds and lacks. After it: the list as it was written, for good."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = visible_application(request, pk)
        if application.status not in CLOSING_STATES:
            raise Http404
        items = list(application.archive_items.select_related("archived_by"))
        context = {
            "application": application,
            "items": items,
            "first": items[0] if items else None,
            "rows": [] if items else archive_checklist(application),
            "offers": available(application, request.actor),
            "decision": closing_decision(application),
        }
        return render(request, "projects/archive.html", context)
