from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from procurement.statistics.exports import derived_csv, figures_csv
from procurement.statistics.selectors import all_derived, all_figures, statistics_page


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Published figures, what follows from them, and where they come from. Public."""
    return render(request, "statistics/statistics.html", {"statistics": statistics_page()})


@require_safe
def figures_file(request: HttpRequest) -> HttpResponse:
    return _attachment("published-figures.csv", figures_csv(all_figures(request.GET.get("place", ""))))


@require_safe
def derived_file(request: HttpRequest) -> HttpResponse:
    return _attachment("derived-figures.csv", derived_csv(all_derived(all_figures())))


def _attachment(name: str, text: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)
