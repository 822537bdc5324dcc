"""Suppliers of a procedure that is not open to all: the argument for a single source, objections, the draw."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access.throttle import admits
from procurement.audit.origin import client_address
from projects.forms.single_source import ArgumentForm, SourceObjectionForm
from projects.forms.supplier_draws import SupplierDrawForm
from projects.models import Procedure, SourceArgument, SupplierDraw
from projects.selectors.suppliers import draw_candidates
from projects.services import announcing, supplier_draws
from projects.views.procedure_acts import ProcedureActView
from projects.views.procedures import draft_of, visible_procedure

MOST_OBJECTIONS_PER_HOUR = 10


class ArgumentView(LoginRequiredMixin, ProcedureActView):
    """Why only this supplier can do it (R-097)."""

    words = {"title": _("单一来源论证"), "submit": _("保存")}
    done = _("已保存")

    def procedure(self, request: HttpRequest, pk: str) -> Procedure:
        return draft_of_kind(request, pk, "single_source")

    def form(self, request: HttpRequest, procedure: Procedure, data: Any = None) -> ArgumentForm:
        return ArgumentForm(data, instance=SourceArgument.objects.filter(procedure=procedure).first())

    def act(self, request: HttpRequest, procedure: Procedure, values: dict[str, Any]) -> None:
        announcing.argue_source(actor=request.actor, procedure=procedure, **values)


class SourceObjectionView(ProcedureActView):
    """Anybody may object while a single source is shown (R-098)."""

    words = {
        "title": _("对单一来源公示提出异议"),
        "submit": _("提交异议"),
        "note": _("姓名和联系方式只供核实，不公开。"),
    }
    done = _("异议已收到，采购人将组织补充论证并公开结论。")

    def procedure(self, request: HttpRequest, pk: str) -> Procedure:
        procedure = visible_procedure(request, pk)
        if procedure.status not in ("publicised", "arguing"):
            raise Http404
        return procedure

    def form(self, request: HttpRequest, procedure: Procedure, data: Any = None) -> SourceObjectionForm:
        form = SourceObjectionForm(data)
        address = client_address(request)
        if form.is_bound and not admits("source-objection", address, most=MOST_OBJECTIONS_PER_HOUR, seconds=3600):
            form.add_error(None, _("提交过于频繁，请稍后再试。"))
        return form

    def act(self, request: HttpRequest, procedure: Procedure, values: dict[str, Any]) -> None:
        announcing.object_to_source(actor=request.actor, procedure=procedure, **values)


class SupplierDrawView(LoginRequiredMixin, ProcedureActView):
    """The draw of an invited tender; once done, the page shows how to repeat it (R-094)."""

    template = "projects/procedures/draw.html"
    done = _("已抽取，名单不再更改。")

    def procedure(self, request: HttpRequest, pk: str) -> Procedure:
        return draft_of_kind(request, pk, "invited_tender")

    def form(self, request: HttpRequest, procedure: Procedure, data: Any = None) -> SupplierDrawForm:
        return SupplierDrawForm(data, procedure=procedure, candidates=draw_candidates(procedure))

    def act(self, request: HttpRequest, procedure: Procedure, values: dict[str, Any]) -> str:
        supplier_draws.draw_suppliers(actor=request.actor, procedure=procedure, **values)
        return reverse("procedure-draw", args=[procedure.pk])

    def more(self, request: HttpRequest, procedure: Procedure) -> dict[str, Any]:
        return {
            "draw": SupplierDraw.objects.filter(procedure=procedure).first(),
            "invited": procedure.invited.select_related("organization"),
        }


def draft_of_kind(request: HttpRequest, pk: str, kind: str) -> Procedure:
    procedure = draft_of(request, pk)
    if procedure.kind != kind:
        raise Http404
    return procedure
