"""The opening: the published root, who is present, and afterwards the whole set."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from procurement.access import get_visible_or_404
from procurement.documents.models import Document
from procurement.lifecycle.engine import available, database_now
from procurement.rules import RuleViolation
from projects.models import Bid, Procedure
from projects.selectors.sealed_receipts import set_is_as_published
from projects.selectors.sealing import may_attend, opening_of, opens_from, reads_the_set, standing_witnesses
from projects.services.opening import attend


class OpeningView(View):
    """Public from the deadline on: the root first, names only to those concerned."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        procedure = get_visible_or_404(Procedure.objects.select_related("purchaser"), request.actor, pk=pk)
        opening = opening_of(procedure)
        if opening is None:
            raise Http404
        concerned = reads_the_set(request.actor, procedure)
        offers = available(procedure, request.actor) if request.actor.user else []
        context = {
            "procedure": procedure,
            "opening": opening,
            "opens_from": opens_from(procedure),
            # Before the opening the time this takes would tell how many there are.
            "whole": not opening.opened_at or set_is_as_published(procedure),
            "concerned": concerned,
            "bids": Bid.objects.filter(procedure=procedure).select_related("lot", "bidder") if concerned else [],
            "minutes": Document.objects.for_subject(opening.subject).current() if concerned else [],
            "may_attend": procedure.status == "closed" and request.actor.user and may_attend(request.actor, procedure),
            "witnesses": standing_witnesses(procedure, database_now()) if concerned else [],
            "offers": [offer for offer in offers if offer.transition.name == "procedure.open"],
        }
        return render(request, "projects/sealing/opening.html", context)


class AttendView(LoginRequiredMixin, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        procedure = get_visible_or_404(Procedure.objects.all(), request.actor, pk=pk)
        if not may_attend(request.actor, procedure):
            raise Http404
        try:
            attend(actor=request.actor, procedure=procedure)
        except RuleViolation as violation:
            messages.error(request, str(violation))
        else:
            messages.success(request, _("已签到，两小时内有效。"))
        return redirect("opening", procedure.pk)
