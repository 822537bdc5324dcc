"""Suppliers of a procedure that is not open to all: the argument for a single source, objections, the draw."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from procurement.access.throttle import admits
from procurement.audit.origin import client_address
from procurement.rules import RuleViolation
from projects.forms.single_source import ArgumentForm, SourceObjectionForm
from projects.forms.supplier_draws import SupplierDrawForm
from projects.models import Procedure, SourceArgument, SupplierDraw
from projects.selectors.suppliers import draw_candidates
from projects.services import announcing, supplier_draws
from projects.views.procedures import draft_of, visible_procedure

MOST_OBJECTIONS_PER_HOUR = 10


class ArgumentView(LoginRequiredMixin, View):
    """Why only this supplier can do it (R-097)."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        procedure = self._single(request, pk)
        return self._page(request, procedure, ArgumentForm(instance=self._written(procedure)))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        procedure = self._single(request, pk)
        form = ArgumentForm(request.POST, instance=self._written(procedure))
        if not form.is_valid():
            return self._page(request, procedure, form, status=422)
        try:
            announcing.argue_source(actor=request.actor, procedure=procedure, **form.cleaned_data)
        except RuleViolation as violation:
            return self._page(request, procedure, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已保存"))
        return redirect("procedure", pk=procedure.pk)

    def _single(self, request: HttpRequest, pk: str) -> Procedure:
        procedure = draft_of(request, pk)
        if procedure.kind != "single_source":
            raise Http404
        return procedure

    def _written(self, procedure: Procedure) -> SourceArgument | None:
        return SourceArgument.objects.filter(procedure=procedure).first()

    def _page(
        self, request: HttpRequest, procedure: Procedure, form: Any, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {
            "procedure": procedure, "form": form, "refusals": refusals, "title": _("单一来源论证"), "submit": _("保存"),
        }  # fmt: skip
        return render(request, "projects/procedures/form.html", context, status=status)


class SourceObjectionView(View):
    """Anybody may object while a single source is shown (R-098)."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        return self._page(request, self._shown(request, pk), SourceObjectionForm())

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        procedure = self._shown(request, pk)
        form = SourceObjectionForm(request.POST)
        address = client_address(request)
        if not admits("source-objection", address, most=MOST_OBJECTIONS_PER_HOUR, seconds=3600):
            form.add_error(None, _("提交过于频繁，请稍后再试。"))
        if not form.is_valid():
            return self._page(request, procedure, form, status=422)
        try:
            announcing.object_to_source(actor=request.actor, procedure=procedure, **form.cleaned_data)
        except RuleViolation as violation:
            return self._page(request, procedure, form, status=409, refusals=violation.refusals)
        messages.success(request, _("异议已收到，采购人将组织补充论证并公开结论。"))
        return redirect("procedure", pk=procedure.pk)

    def _shown(self, request: HttpRequest, pk: str) -> Procedure:
        procedure = visible_procedure(request, pk)
        if procedure.status not in ("publicised", "arguing"):
            raise Http404
        return procedure

    def _page(
        self, request: HttpRequest, procedure: Procedure, form: Any, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {
            "procedure": procedure, "form": form, "refusals": refusals, "title": _("对单一来源公示提出异议"),
            "submit": _("提交异议"), "note": _("姓名和联系方式只供核实，不公开。"),
        }  # fmt: skip
        return render(request, "projects/procedures/form.html", context, status=status)


class SupplierDrawView(LoginRequiredMixin, View):
    """The draw of an invited tender; once done, the page shows how to repeat it (R-094)."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        procedure = self._invited(request, pk)
        form = SupplierDrawForm(procedure=procedure, candidates=draw_candidates(procedure))
        return self._page(request, procedure, form)

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        procedure = self._invited(request, pk)
        form = SupplierDrawForm(request.POST, procedure=procedure, candidates=draw_candidates(procedure))
        if not form.is_valid():
            return self._page(request, procedure, form, status=422)
        try:
            supplier_draws.draw_suppliers(actor=request.actor, procedure=procedure, **form.cleaned_data)
        except RuleViolation as violation:
            return self._page(request, procedure, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已抽取，名单不再更改。"))
        return redirect("procedure-draw", pk=procedure.pk)

    def _invited(self, request: HttpRequest, pk: str) -> Procedure:
        procedure = draft_of(request, pk)
        if procedure.kind != "invited_tender":
            raise Http404
        return procedure

    def _page(
        self, request: HttpRequest, procedure: Procedure, form: Any, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {
            "procedure": procedure,
            "form": form,
            "refusals": refusals,
            "draw": SupplierDraw.objects.filter(procedure=procedure).first(),
            "invited": procedure.invited.select_related("organization"),
        }
        return render(request, "projects/procedures/draw.html", context, status=status)
