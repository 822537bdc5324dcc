"""Checks a credit code while the form is still being filled."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from orgs.models import Region
from orgs.uscc import normalise, problems_of, read


class UsccCheckView(View):
    """``?uscc=…&kind=…``: what is wrong with the code, or what it says. A fragment; stores nothing."""

    def get(self, request: HttpRequest) -> HttpResponse:
        code = normalise(request.GET.get("uscc", ""))[:64]
        problems = problems_of(code, kind=request.GET.get("kind", "")) if code else []
        context = {"code": code, "problems": problems}
        if code and not problems:
            reading = read(code)
            region = Region.objects.select_related("parent__parent").filter(pk=reading.division).first()
            context |= {"reading": reading, "place": region.full_name if region else reading.division}
        return render(request, "orgs/uscc_check.html", context)
