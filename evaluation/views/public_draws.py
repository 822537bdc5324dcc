"""The draw of a procedure's panel as a public proof: anybody recomputes it; names open with the result (R-153, R-157)."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from evaluation.models import PanelDraw, ReviewPanel
from evaluation.selectors.panels import names_are_public
from evaluation.views.draws import orders_of_record
from procurement.access import get_visible_or_404
from projects.models import Procedure


class PublicDrawView(View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        procedure, draws = _draws(request, pk)
        context = {
            "procedure": procedure,
            "opened": names_are_public(procedure),
            "draws": [self._shown(draw, opened=names_are_public(procedure)) for draw in draws],
        }
        return render(request, "evaluation/public_draw.html", context)

    def _shown(self, draw: PanelDraw, *, opened: bool) -> dict[str, Any]:
        """Before the result a member is a hash; afterwards the name and the salt that give it."""
        seats = draw.panel.seats.confirmed().select_related(
            "person", "expert__employer", "panel__procedure__purchaser", "panel__commitment"
        )
        return {
            "draw": draw,
            "commitment": draw.panel.commitment,
            "orders": orders_of_record(draw.record, {}),
            "seats": [
                {
                    "key": seat.record_key,
                    "kind": seat.get_kind_display(),
                    "commitment": seat.name_commitment,
                    "opened": {"name": seat.person, "employer": seat.employer_name, "salt": seat.name_salt}
                    if opened
                    else None,
                }
                for seat in seats.order_by("name_commitment")
            ],
        }


class PublicDrawRecordView(View):
    """The record as a file; it holds pseudonyms of this draw only."""

    def get(self, request: HttpRequest, pk: str, number: str) -> HttpResponse:
        _procedure, draws = _draws(request, pk)
        draw = next((draw for draw in draws if draw.panel.number == number), None)
        if draw is None:
            raise Http404
        text = json.dumps(draw.record, ensure_ascii=False, indent=1, sort_keys=True)
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="draw-{number}.json"'
        return response


def _draws(request: HttpRequest, pk: str) -> tuple[Procedure, list[PanelDraw]]:
    procedure = get_visible_or_404(Procedure.objects.all(), request.actor, pk=pk)
    panels = ReviewPanel.objects.filter(procedure=procedure)
    draws = PanelDraw.objects.filter(panel__in=panels).select_related("panel__commitment", "witness")
    found = list(draws.order_by("-drawn_at"))
    if not found:
        raise Http404
    return procedure, found
