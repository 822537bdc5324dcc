"""Pages of a register: template and upload, progress and result of one import, the two exports."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from procurement import audit
from procurement.access import get_visible_or_404
from procurement.documents import UploadRefused
from procurement.registers.exporting import csv_lines, rows_for, xlsx_file
from procurement.registers.forms import ImportForm
from procurement.registers.models import ImportRun
from procurement.registers.registry import Register, registers
from procurement.registers.selectors import latest_runs
from procurement.registers.services.importing import start_import
from procurement.registers.workbooks import XLSX, template_workbook


class ImportView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        return self._page(importable_or_404(request, name), ImportForm())

    def post(self, request: HttpRequest, name: str) -> HttpResponse:
        register = importable_or_404(request, name)
        form = ImportForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                run = start_import(
                    actor=request.actor,
                    register=register,
                    upload=form.cleaned_data["file"],
                    check_only=form.cleaned_data["check_only"],
                )
            except UploadRefused as refusal:
                form.add_error("file", refusal.message)
            else:
                return redirect(run)
        return self._page(register, form, status=422)

    def _page(self, register: Register[Any], form: ImportForm, status: int = 200) -> HttpResponse:
        context = {
            "register": register,
            "form": form,
            "runs": latest_runs(self.request.actor, register.name),
            "back_url": back_url(register),
        }
        return render(self.request, "registers/import.html", context, status=status)


@login_required
@never_cache
@require_safe
def run_detail(request: HttpRequest, name: str, pk: UUID) -> HttpResponse:
    """Answers the reader and the poll alike; a reload shows where the work is."""
    runs = ImportRun.objects.select_related("source", "report", "requested_by", "job")
    run = get_visible_or_404(runs, request.actor, pk=pk, register=name)
    register = registers().get(name)
    context = {
        "run": run,
        "register": register,
        "back_url": back_url(register),
        "files": [run.report] if run.report else [],
    }
    return render(request, "registers/run.html", context)


@login_required
@require_safe
def template(request: HttpRequest, name: str) -> HttpResponse:
    register = importable_or_404(request, name)
    response = HttpResponse(template_workbook(register), content_type=XLSX)
    return named(response, _("%s-模板.xlsx") % register.label)


@require_safe
def export_xlsx(request: HttpRequest, name: str) -> HttpResponseBase:
    register = register_or_404(name)
    rows = rows_for(register, request.actor, request.GET)
    target, count = xlsx_file(register, request.actor, rows)
    journal_export(request, register, "xlsx", count)
    return named(FileResponse(target, content_type=XLSX), f"{register.label}-{timezone.localdate():%Y%m%d}.xlsx")


@require_safe
def export_csv(request: HttpRequest, name: str) -> HttpResponseBase:
    register = register_or_404(name)
    rows = rows_for(register, request.actor, request.GET)
    journal_export(request, register, "csv")
    response = StreamingHttpResponse(csv_lines(register, request.actor, rows), content_type="text/csv; charset=utf-8")
    return named(response, f"{register.label}-{timezone.localdate():%Y%m%d}.csv")


def register_or_404(name: str) -> Register[Any]:
    register = registers().get(name)
    if register is None:
        raise Http404
    return register


def importable_or_404(request: HttpRequest, name: str) -> Register[Any]:
    """Whoever does not keep the register does not learn that there is an import."""
    register = register_or_404(name)
    if not register.may_import(request.actor):
        raise Http404
    return register


def back_url(register: Register[Any] | None) -> str:
    return reverse(register.list_url_name) if register and register.list_url_name else ""


def journal_export(request: HttpRequest, register: Register[Any], form: str, count: int | None = None) -> None:
    """Who took which part of the register away; a visitor's copy of the public list needs no entry."""
    if request.actor.user is None:
        return
    body = {"register": register.name, "format": form, "filter": request.GET.urlencode()[:500], "rows": count}
    audit.record(
        actor_id=request.actor.id,
        actor_label=request.actor.label,
        action="register.export",
        subject=f"registers.register:{register.name}",
        body=body,
    )


def named(response: HttpResponseBase, name: str) -> Any:
    plain = name.rpartition(".")[2]
    response["Content-Disposition"] = (
        f"attachment; filename=\"export.{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
