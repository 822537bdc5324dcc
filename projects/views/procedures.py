"""Procedures: the public list and page, and the desk on which they are opened, written and begun again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from procurement.access import Actor, Role, get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page
from projects.forms.procedures import LotFormSet, OpenForm, ProcedureFilter, ProcedureForm, RetenderForm
from projects.models import BIDDER_ROLES, Addendum, Bid, DocumentHolder, Procedure, SourceArgument
from projects.panels import bid_panels, procedure_panels
from projects.selectors.procedure_stages import stage_rows
from projects.selectors.procedures import may_take_part, procedure_rows, works_on
from projects.selectors.procurement_documents import part_states
from projects.services import procedures as service
from projects.views.procedure_acts import ProcedureActView

HOUSE = (Role.PU_BUY, Role.PU_CHK, Role.PU_SIGN, Role.AGT, Role.FIN)


class ProcedureListView(View):
    """Every procedure this person may see, newest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = ProcedureFilter(request.GET, may_work=bool(request.actor.organization_ids(*HOUSE)))
        chosen = form.cleaned_data if form.is_valid() else {}
        page = keyset_page(procedure_rows(request.actor, **chosen), request, order=("-created_at", "id"))
        context = {
            "page": page,
            "form": form,
            "may_open": bool(request.actor.organization_ids(Role.PU_BUY)),
            "may_bid": bool(request.actor.organization_ids(*BIDDER_ROLES)),
        }
        return render(request, "projects/procedures/list.html", context)


class ProcedureView(View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        procedure = visible_procedure(request, pk)
        actor: Actor = request.actor
        works = works_on(procedure, actor)
        context = {
            "procedure": procedure,
            "lots": procedure.lots.all(),
            "offers": available(procedure, actor) if actor.user else [],
            "stages": stage_rows(procedure, actor),
            "addenda": Addendum.objects.visible_to(actor).filter(procedure=procedure).exclude(status="withdrawn"),
            "argument": _argument(procedure, actor),
            "parts": part_states(procedure) if works and procedure.status == "draft" else [],
            "works": works,
            "retenders": procedure.retenders.visible_to(actor),
            "before": Procedure.objects.visible_to(actor).filter(pk=procedure.retender_of_id).first(),
            "sees_case": procedure.case_id and (actor.sees_everything or _is_party(procedure, actor)),
            "panels": procedure_panels(procedure, actor),
            **_taking(procedure, actor),
        }
        return render(request, "projects/procedures/detail.html", context)


def _argument(procedure: Procedure, actor: Actor) -> SourceArgument | None:
    """Shown to everybody once it is publicised; before that inside the house."""
    argument = SourceArgument.objects.filter(procedure=procedure).first()
    if argument is None or argument.starts_on or works_on(procedure, actor) or _is_party(procedure, actor):
        return argument
    return None


def _is_party(procedure: Procedure, actor: Actor) -> bool:
    return bool({procedure.purchaser_id, procedure.agent_id, procedure.finance_id} & actor.organization_ids())


def _taking(procedure: Procedure, actor: Actor) -> dict[str, Any]:
    """What a possible bidder is offered: to take the document once, for a body of theirs."""
    mine = actor.organization_ids(*BIDDER_ROLES)
    if procedure.status != "bidding" or not mine:
        return {"taken": [], "may_take": False}
    taken = DocumentHolder.objects.visible_to(actor).filter(procedure=procedure, organization__in=mine)
    free = [body for body in mine if may_take_part(procedure, body)]
    return {"taken": list(taken.select_related("organization")), "may_take": len(free) > len(taken)}


class ProcedureCreateView(LoginRequiredMixin, View):
    """Open a procedure from a published plan."""

    def get(self, request: HttpRequest) -> HttpResponse:
        self._require_buyer(request)
        return self._page(request, OpenForm(actor=request.actor, initial={"plan": request.GET.get("plan")}))

    def post(self, request: HttpRequest) -> HttpResponse:
        self._require_buyer(request)
        form = OpenForm(request.POST, actor=request.actor)
        if not form.is_valid():
            return self._page(request, form, status=422)
        try:
            procedure = service.open_procedure(actor=request.actor, **form.cleaned_data)
        except RuleViolation as violation:
            return self._page(request, form, status=409, refusals=violation.refusals)
        messages.success(request, _("采购项目已建立，请逐部分编制采购文件。"))
        return redirect(procedure)

    def _require_buyer(self, request: HttpRequest) -> None:
        if not request.actor.organization_ids(Role.PU_BUY):
            raise Http404

    def _page(self, request: HttpRequest, form: OpenForm, status: int = 200, refusals: Any = ()) -> HttpResponse:
        context = {"form": form, "refusals": refusals, "title": _("组织采购"), "submit": _("建立采购项目")}
        return render(request, "projects/procedures/form.html", context, status=status)


class ProcedureEditView(LoginRequiredMixin, View):
    """The facts and the lots of a draft."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        procedure = draft_of(request, pk)
        lots = LotFormSet(prefix="lots", initial=list(procedure.lots.values("title", "budget", "quantity", "unit")))
        return self._page(request, procedure, ProcedureForm(instance=procedure), lots)

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        procedure = draft_of(request, pk)
        form, lots = ProcedureForm(request.POST, instance=procedure), LotFormSet(request.POST, prefix="lots")
        if not (form.is_valid() and lots.is_valid()):
            return self._page(request, procedure, form, lots, status=422)
        entered = [
            {name: row.cleaned_data[name] for name in ("title", "budget", "quantity", "unit")}
            for row in lots
            if row.cleaned_data and not row.cleaned_data.get("DELETE")
        ]
        try:
            service.revise_procedure(actor=request.actor, procedure=procedure, lots=entered, **form.cleaned_data)
        except RuleViolation as violation:
            return self._page(request, procedure, form, lots, status=409, refusals=violation.refusals)
        messages.success(request, _("已保存"))
        return redirect("procedure", pk=procedure.pk)

    def _page(
        self, request: HttpRequest, procedure: Procedure, form: Any, lots: Any, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {"procedure": procedure, "form": form, "lots": lots, "refusals": refusals}
        return render(request, "projects/procedures/edit.html", context, status=status)


class RetenderView(LoginRequiredMixin, ProcedureActView):
    """Begin again after a failure."""

    words = {"title": gettext_lazy("重新采购"), "submit": gettext_lazy("建立新的采购项目")}
    done = gettext_lazy("已按原采购文件建立新的采购项目，请修改后送复核。")

    def procedure(self, request: HttpRequest, pk: str) -> Procedure:
        procedure = visible_procedure(request, pk)
        if procedure.status != "failed" or not request.actor.holds(Role.PU_BUY, procedure.purchaser_id):
            raise Http404
        return procedure

    def form(self, request: HttpRequest, procedure: Procedure, data: Any = None) -> RetenderForm:
        return RetenderForm(data, procedure=procedure, initial={"kind": procedure.kind})

    def act(self, request: HttpRequest, procedure: Procedure, values: dict[str, Any]) -> Procedure:
        return service.retender(actor=request.actor, procedure=procedure, **values)


class BidView(View):
    """One opened bid, for its bidder, those who run the procedure and its sitting experts."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        bid = get_visible_or_404(Bid.objects.select_related("procedure", "lot", "bidder"), request.actor, pk=pk)
        context = {
            "bid": bid,
            "offers": available(bid, request.actor),
            "panels": bid_panels(bid, request.actor),
        }
        return render(request, "projects/procedures/bid.html", context)


def visible_procedure(request: HttpRequest, pk: str) -> Procedure:
    rows = Procedure.objects.select_related("purchaser", "agent", "plan", "rule_set", "case")
    return get_visible_or_404(rows, request.actor, pk=pk)


def draft_of(request: HttpRequest, pk: str) -> Procedure:
    """A draft the person writes on; 404 for everybody else and for what has left the desk."""
    procedure = visible_procedure(request, pk)
    if procedure.status != "draft" or not works_on(procedure, request.actor):
        raise Http404
    return procedure
