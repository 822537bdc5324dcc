"""Rounds of quotes: opened by those who run the procedure, answered by each bidder for itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from procurement.access import Role, get_visible_or_404
from procurement.rules import RuleViolation
from projects.forms.quote_rounds import QuoteForm, RoundForm
from projects.models import Bid, Procedure, Quote, QuoteRound
from projects.selectors.procedures import works_on
from projects.selectors.procurement_documents import document_of
from projects.services import quote_rounds as service
from projects.views.procedure_acts import ProcedureActView
from projects.views.procedures import visible_procedure


class RoundCreateView(LoginRequiredMixin, ProcedureActView):
    """All who take part are told of a change and asked to quote again (R-123)."""

    words = {"title": gettext_lazy("请供应商再次报价"), "submit": gettext_lazy("发出")}
    done = gettext_lazy("已书面通知所有参加的供应商。")

    def procedure(self, request: HttpRequest, pk: str) -> Procedure:
        procedure = visible_procedure(request, pk)
        if not works_on(procedure, request.actor) or procedure.status not in service.STATES:
            raise Http404
        return procedure

    def form(self, request: HttpRequest, procedure: Procedure, data: Any = None) -> RoundForm:
        return RoundForm(data)

    def act(self, request: HttpRequest, procedure: Procedure, values: dict[str, Any]) -> QuoteRound:
        return service.open_round(actor=request.actor, procedure=procedure, **values)

    def more(self, request: HttpRequest, procedure: Procedure) -> dict[str, Any]:
        allowed = document_of(procedure).changeable_parts
        return {"note": _("采购文件列明可以变动的内容：%(parts)s") % {"parts": allowed} if allowed else ""}


class RoundView(LoginRequiredMixin, View):
    """What changed, until when, and for a bidder the form for its quote."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        return self._page(request, self._round(request, pk), QuoteForm())

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        quote_round = self._round(request, pk)
        bid, form = self._bid(request, quote_round), QuoteForm(request.POST)
        if bid is None:
            raise Http404
        if not form.is_valid():
            return self._page(request, quote_round, form, status=422)
        try:
            service.quote(actor=request.actor, quote_round=quote_round, bid=bid, **form.cleaned_data)
        except RuleViolation as violation:
            return self._page(request, quote_round, form, status=409, refusals=violation.refusals)
        messages.success(request, _("报价已收到，截止前可以再次提交，以最后一次为准。"))
        return redirect(quote_round)

    def _round(self, request: HttpRequest, pk: str) -> QuoteRound:
        return get_visible_or_404(QuoteRound.objects.select_related("procedure"), request.actor, pk=pk)

    def _bid(self, request: HttpRequest, quote_round: QuoteRound) -> Bid | None:
        """The bid this person's organisation quotes for; the one named where it has several lots."""
        mine = request.actor.organization_ids(Role.ORG_H)
        rows = quote_round.procedure.bids.competing().filter(bidder__in=mine).select_related("lot")
        wanted = request.GET.get("lot")
        return (rows.filter(lot__number=wanted) if wanted and wanted.isdigit() else rows).first()

    def _page(
        self, request: HttpRequest, quote_round: QuoteRound, form: Any, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        bid = self._bid(request, quote_round)
        context = {
            "round": quote_round,
            "bid": bid,
            "form": form if bid is not None and quote_round.status == "open" else None,
            "quotes": Quote.objects.visible_to(request.actor).filter(round=quote_round).select_related("bid__bidder"),
            "refusals": refusals,
        }
        return render(request, "projects/procedures/quote_round.html", context, status=status)
