"""``/search/?q=…``: the address is the view; every filter is a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from procurement.search.kinds import kinds
from procurement.search.selectors import (
    BANDS,
    FACETS,
    FacetValue,
    confirmed,
    facets,
    in_scope,
    matching,
    narrowed,
    newest,
)
from procurement.search.words import QUERY_MAX, terms_of
from procurement.ui.paging import keyset_page

FACET_LABELS = {
    "kind": _("类别"),
    "district": _("区县"),
    "street": _("街道（乡镇）"),
    "field": _("领域"),
    "year": _("年度"),
    "fund": _("资金"),
    "stage": _("阶段"),
    "amount": _("金额"),
}
VALUE_MAX = 200


@dataclass(frozen=True)
class Choice:
    """A value of a facet with the address that adds it."""

    facet: FacetValue
    url: str


@dataclass(frozen=True)
class Chosen:
    """A filter in force with the address that takes it away."""

    label: Any
    value: Any
    url: str


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Three queries and one per kind found, however many rows there are."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:QUERY_MAX]
    chosen = chosen_filters(request.GET)
    context: dict[str, Any] = {"query": query, "terms": terms_of(query), "chosen": chosen_links(request, chosen)}
    if context["terms"] or chosen:
        context |= found(request, query, chosen)
    return render(request, "search/results.html", context)


def found(request: HttpRequest, query: str, chosen: dict[str, str]) -> dict[str, Any]:
    rows = narrowed(in_scope(matching(query), request.actor), chosen)
    page = keyset_page(rows.defer("words", "folded"), request, order=("-on", "-id"))
    counted = newest(rows)
    seen = confirmed([*page.rows, *counted], request.actor)
    known = kinds()
    hits = [
        {
            "entry": entry,
            "label": known[entry.kind].label,
            "url": known[entry.kind].url(entry.object_id, entry.is_public),
        }
        for entry in page.rows
        if (entry.kind, entry.object_id) in seen
    ]
    values = facets([entry for entry in counted if (entry.kind, entry.object_id) in seen])
    return {"page": page, "hits": hits, "facets": facet_links(request, values, chosen), "searched": True}


def chosen_filters(params: QueryDict) -> dict[str, str]:
    """Filters of the address that mean something; others count as none."""
    given = {name: params.get(name, "").replace("\x00", "").strip()[:VALUE_MAX] for name in FACETS}
    fits = {
        "kind": lambda value: value in kinds(),
        "year": lambda value: value.isascii() and value.isdigit() and len(value) == 4,
        "amount": lambda value: value in {band for band, *_rest in BANDS},
    }
    return {name: value for name, value in given.items() if value and fits.get(name, lambda value: True)(value)}


def facet_links(request: HttpRequest, values: dict[str, list[FacetValue]], chosen: dict[str, str]) -> list[Any]:
    return [
        (FACET_LABELS[name], [Choice(value, address(request, name, value.value)) for value in found_values])
        for name, found_values in values.items()
        if found_values and name not in chosen
    ]


def chosen_links(request: HttpRequest, chosen: dict[str, str]) -> list[Chosen]:
    shown: dict[str, dict[str, Any]] = {
        "kind": {name: kind.label for name, kind in kinds().items()},
        "amount": {band: label for band, label, _low, _high in BANDS},
    }
    return [
        Chosen(FACET_LABELS[name], shown.get(name, {}).get(value, value), address(request, name, ""))
        for name, value in chosen.items()
    ]


def address(request: HttpRequest, name: str, value: str) -> str:
    """This view with one filter set or taken away, from its first page."""
    params = request.GET.copy()
    for cursor in ("after", "before", name):
        params.pop(cursor, None)
    if value:
        params[name] = value
    return f"?{params.urlencode()}"
