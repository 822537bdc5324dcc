"""The leading group's table: ranked applications against the envelope, decided line by line."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from procurement.access import Role, StepUp, get_visible_or_404
from procurement.accounts.confirming import confirmation_for
from procurement.accounts.forms.confirmation import ConfirmationForm
from projects.forms.decisions import DecisionLineForm
from projects.models import Application, Guide
from projects.selectors.guides import decision_rows
from projects.services.decisions import Verdict, decide_list


class DecisionView(LoginRequiredMixin, View):
    """Leaders decide; the office and finance look on."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        guide = self._guide(request, pk)
        return self._page(request, guide, [(row, self._form(row)) for row in decision_rows(guide)])

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        guide = self._guide(request, pk)
        if not request.actor.holds(Role.LG, guide.office_id):
            raise Http404
        lines = [(row, self._form(row, request.POST)) for row in decision_rows(guide)]
        confirmation = confirmation_for(request, StepUp.RECENT, request.POST)
        confirmed = confirmation is None or confirmation.is_valid()
        if not (all(form.is_valid() for row, form in lines if row.status == "scored") and confirmed):
            return self._page(request, guide, lines, status=422, confirmation=confirmation)
        verdicts = {
            row.pk: Verdict(
                form.cleaned_data["granted_amount"] if form.cleaned_data["verdict"] == "grant" else None,
                form.cleaned_data["reason"],
            )
            for row, form in lines
            if row.status == "scored" and form.cleaned_data["verdict"]
        }
        outcomes = decide_list(actor=request.actor, verdicts=verdicts)
        refused = [outcome for outcome in outcomes if not outcome.done]
        if refused:
            return self._page(request, guide, lines, status=409, refused=refused)
        messages.success(request, _("已审定 %(count)s 项") % {"count": len(outcomes)})
        return redirect("guide-decision", pk=guide.pk)

    def _guide(self, request: HttpRequest, pk: str) -> Guide:
        guide = get_visible_or_404(Guide.objects.select_related("envelope", "office"), request.actor, pk=pk)
        insiders = (guide.office_id, guide.finance_id)
        if not request.actor.sees_everything and not any(
            request.actor.holds(role, body) for role in (Role.LG, Role.LGO, Role.FIN) for body in insiders
        ):
            raise Http404
        return guide

    def _form(self, row: Application, data: Any = None) -> DecisionLineForm:
        suggested = row.review_suggested_amount or row.requested_amount
        return DecisionLineForm(data, prefix=str(row.pk), initial={"granted_amount": suggested})

    def _page(
        self,
        request: HttpRequest,
        guide: Guide,
        lines: list[tuple[Application, DecisionLineForm]],
        status: int = 200,
        refused: Any = (),
        confirmation: ConfirmationForm | None = None,
    ) -> HttpResponse:
        context = {
            "confirmation": confirmation or confirmation_for(request, StepUp.RECENT),
            "guide": guide,
            "lines": lines,
            "refused": refused,
            "may_decide": request.actor.holds(Role.LG, guide.office_id),
            "page_has_errors": status != 200,
        }
        return render(request, "projects/decision.html", context, status=status)
