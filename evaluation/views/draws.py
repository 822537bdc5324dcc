"""The draw as a public proof to those concerned: its record, the file to check it with, a check in the browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View
from django.views.decorators.http import require_safe

from evaluation import verify_draw
from evaluation.models import DrawCommitment, ReviewPanel
from evaluation.selectors.panels import may_see_names
from orgs.models import Expert, ExpertKind
from procurement.access import get_visible_or_404


class DrawView(LoginRequiredMixin, View):
    """Before the draw: what was promised. After it: what came out, by number; names for those who may know them."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        panel = get_visible_or_404(ReviewPanel.objects.with_occasions(), request.actor, pk=pk)
        commitment = DrawCommitment.objects.filter(panel=panel).select_related("made_by").first()
        if commitment is None:
            raise Http404
        draw = getattr(panel, "draw", None)
        names = may_see_names(panel, request.actor)
        people = _people(commitment) if names else {}
        context = {
            "panel": panel,
            "commitment": commitment,
            "draw": draw,
            "names": names,
            "orders": orders_of_record(draw.record, people) if draw else [],
            "excluded": [
                {"id": row["id"], "kind": ExpertKind(row["kind"]).label,
                 "reasons": commitment.details.get(row["id"], row["reasons"]),
                 "name": people.get(row["id"], "")}
                for row in commitment.exclusions
            ] if names else [],
        }  # fmt: skip
        return render(request, "evaluation/draw.html", context)


class DrawRecordView(LoginRequiredMixin, View):
    """The record as a file: `python3 verify_draw.py FILE` checks it without the portal."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        panel = get_visible_or_404(ReviewPanel.objects.all(), request.actor, pk=pk)
        draw = getattr(panel, "draw", None)
        if draw is None:
            raise Http404
        text = json.dumps(draw.record, ensure_ascii=False, indent=1, sort_keys=True)
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="draw-{panel.number}.json"'
        return response


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The stand-alone verifier, for anyone."""
    source = Path(verify_draw.__file__).read_text(encoding="utf-8")
    response = HttpResponse(source, content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verify_draw.py"'
    return response


def _people(commitment: DrawCommitment) -> dict[str, str]:
    """Names by the ids of the record."""
    names = {str(expert.pk): str(expert) for expert in Expert.objects.select_related("person")}
    keys = [row["id"] for row in (*commitment.pool, *commitment.exclusions)]
    return {key: names.get(commitment.expert_of(key), "") for key in keys}


def orders_of_record(record: dict[str, Any], people: dict[str, str]) -> list[dict[str, Any]]:
    taken = {pick["id"] for pick in record["selected"]}
    passed = {pick["id"] for pick in record["passed_over"]}
    return [
        {
            "kind": ExpertKind(kind).label,
            "rows": [
                {"rank": rank, "id": key, "name": people.get(key, ""), "taken": key in taken, "passed": key in passed}
                for rank, key in enumerate(order, start=1)
            ],
        }
        for kind, order in ((kind, record["orders"][kind]) for kind, _number in record["quota"])
    ]
