"""One seat: the expert's invitation; the office's papers about recusal and conduct."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from evaluation.forms.panels import ConductForm, RecusalDecisionForm, RecusalRequestForm
from evaluation.forms.procedure_panels import BidderRecusalDecisionForm
from evaluation.models import RUNNERS, PanelSeat, RecusalRequest, ReviewPanel, holds_seat
from evaluation.selectors.panels import before_panel
from evaluation.selectors.scoring import queue_of
from evaluation.services import panels as service
from evaluation.services import recusals
from procurement.access import get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation


class SeatView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        seat = get_visible_or_404(
            PanelSeat.objects.select_related(
                "panel__office", "panel__guide", "panel__procedure__purchaser", "person", "expert__employer"
            ),
            request.actor,
            pk=pk,
        )
        own = seat.person_id == request.actor.id
        context = {
            "seat": seat,
            "panel": seat.panel,
            "own": own,
            "entries": before_panel(seat.panel) if own or seat.panel.is_run_by(request.actor) else [],
            "offers": available(seat, request.actor),
            "sheets": queue_of(seat) if own and seat.status == "confirmed" else [],
            "requests": seat.recusal_requests.all() if seat.panel.is_run_by(request.actor) else [],
            "conduct": getattr(seat, "conduct", None) if not own else None,
            "runs": seat.panel.is_run_by(request.actor),
            "history": seat.history.order_by("-at"),
        }
        return render(request, "evaluation/seat.html", context)


class _OfficePaper(LoginRequiredMixin, View, ABC):
    """A small form the office fills in about a seat."""

    form_class: type[forms.Form]
    title = ""
    submit = ""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        thing = self.thing(request, pk)
        return self._page(request, thing, self.form(thing))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        thing = self.thing(request, pk)
        form = self.form(thing, request.POST)
        if not form.is_valid():
            return self._page(request, thing, form, status=422)
        try:
            self.act(request, thing, form.cleaned_data)
        except RuleViolation as violation:
            return self._page(request, thing, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已记录。"))
        return redirect(self.back(thing))

    def thing(self, request: HttpRequest, pk: str) -> Any:
        seat = get_visible_or_404(
            PanelSeat.objects.select_related("panel__guide", "panel__procedure", "person"), request.actor, pk=pk
        )
        if not seat.panel.is_run_by(request.actor):
            raise Http404
        return seat

    def form(self, thing: Any, data: Any = None) -> forms.Form:
        return self.form_class(data)

    def seat(self, thing: Any) -> PanelSeat | None:
        return thing  # type: ignore[no-any-return]

    def back(self, thing: Any) -> str:
        seat = self.seat(thing)
        return seat.panel.get_absolute_url() if seat else reverse("panels")

    @abstractmethod
    def act(self, request: HttpRequest, thing: Any, data: dict[str, Any]) -> None:
        """The one domain call behind the form."""

    def _page(
        self, request: HttpRequest, thing: Any, form: forms.Form, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {
            "title": self.title, "submit": self.submit, "thing": thing, "seat": self.seat(thing), "form": form,
            "refusals": refusals, "back": self.back(thing),
        }  # fmt: skip
        return render(request, "evaluation/seat_paper.html", context, status=status)


class RecusalRequestView(_OfficePaper):
    form_class = RecusalRequestForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.title, self.submit = _("登记回避申请"), _("登记")
        return super().dispatch(request, *args, **kwargs)

    def act(self, request: HttpRequest, thing: PanelSeat, data: dict[str, Any]) -> None:
        recusals.file_recusal_request(actor=request.actor, seat=thing, **data)


class RecusalDecisionView(_OfficePaper):
    form_class = RecusalDecisionForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.title, self.submit = _("决定回避申请"), _("作出决定")
        return super().dispatch(request, *args, **kwargs)

    def thing(self, request: HttpRequest, pk: str) -> RecusalRequest:
        found = (
            RecusalRequest.objects.filter(pk=pk, decided_at__isnull=True)
            .select_related("seat", "bid__procedure", "bid__bidder")
            .first()
        )
        if found is None or not self._runs(request, found):
            raise Http404
        return found

    def _runs(self, request: HttpRequest, found: RecusalRequest) -> bool:
        if found.seat is not None:
            return found.seat.panel.is_run_by(request.actor)
        return found.bid is not None and holds_seat(request.actor, RUNNERS, ReviewPanel(procedure=found.bid.procedure))

    def form(self, thing: RecusalRequest, data: Any = None) -> forms.Form:
        return self.form_class(data) if thing.seat else BidderRecusalDecisionForm(data, request=thing)

    def seat(self, thing: RecusalRequest) -> PanelSeat | None:
        return thing.seat

    def back(self, thing: RecusalRequest) -> str:
        return thing.bid.procedure.get_absolute_url() if thing.bid else super().back(thing)

    def act(self, request: HttpRequest, thing: RecusalRequest, data: dict[str, Any]) -> None:
        recusals.decide_recusal(actor=request.actor, request=thing, **data)


class ConductView(_OfficePaper):
    form_class = ConductForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.title, self.submit = _("记录专家履职情况"), _("记录")
        return super().dispatch(request, *args, **kwargs)

    def act(self, request: HttpRequest, thing: PanelSeat, data: dict[str, Any]) -> None:
        service.note_conduct(actor=request.actor, seat=thing, **data)
