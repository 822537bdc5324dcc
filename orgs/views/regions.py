"""The next list of a region picker, while the form is being filled."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from orgs.forms.regions import STEPS
from orgs.forms.registrations import PICKERS


class RegionPickerView(View):
    """A fragment; stores nothing. Values of the rest of the form may come along and are not looked at."""

    def get(self, request: HttpRequest, prefix: str) -> HttpResponse:
        if prefix not in PICKERS:
            raise Http404
        chosen = [request.GET.get(f"{prefix}-{step}", "") for step in STEPS]
        picker = PICKERS[prefix](request.GET, chosen=chosen)
        return render(request, "orgs/region_picker.html", {"picker": picker})
