"""Procedures: the public list and page; rooms around it add their parts as panels."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from procurement.access import get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.ui.paging import keyset_page
from projects.models import Bid, Procedure
from projects.panels import bid_panels, procedure_panels


class ProcedureListView(View):
    """Every procedure this person may see, newest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Procedure.objects.visible_to(request.actor).select_related("purchaser")
        page = keyset_page(rows, request, order=("-created_at", "id"))
        return render(request, "projects/procedures/list.html", {"page": page})


class ProcedureView(View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        procedure = get_visible_or_404(
            Procedure.objects.select_related("purchaser", "agent", "plan", "rule_set", "case"), request.actor, pk=pk
        )
        context = {
            "procedure": procedure,
            "lots": procedure.lots.all(),
            "offers": available(procedure, request.actor) if request.actor.user else [],
            "panels": procedure_panels(procedure, request.actor),
        }
        return render(request, "projects/procedures/detail.html", context)


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
