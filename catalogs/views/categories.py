from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from catalogs.models import GuideCategoryPreset


class CategoryListView(View):
    """The categories a new guide can start from."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "catalogs/category_list.html", {"categories": GuideCategoryPreset.objects.all()})
