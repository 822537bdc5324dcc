"""Projects as everyone reads them: the list with its filters, and one project from approval to result."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from procurement.ui.paging import keyset_page
from projects.forms.closeouts import PublicProjectFilter
from projects.models import Application
from projects.panels import public_panels
from projects.selectors.public import filter_choices, progress_of, public_project, public_projects

ORDER = ("-created_at", "id")


class PublicProjectListView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        form = PublicProjectFilter(request.GET or None, **filter_choices())
        wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
        rows = public_projects(
            q=wanted.get("q", ""), year=wanted.get("year"), area=wanted.get("area", ""), state=wanted.get("state", "")
        )
        page = keyset_page(rows, request, order=ORDER)
        context = {
            "page": page,
            "rows": [(application, *progress_of(application)) for application in page],
            "form": form,
            "filtered": any(wanted.values()),
        }
        return render(request, "projects/public_list.html", context)


class PublicProjectView(View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        application = (
            Application.objects.public()
            .select_related("guide__office", "guide__purchaser", "applicant", "hub", "category__area", "case__rule_set")
            .defer("leader_name", "leader_phone", "answers")
            .filter(pk=pk)
            .first()
        )
        if application is None:
            raise Http404
        context = {"project": public_project(application), "panels": public_panels(application)}
        return render(request, "projects/public_project.html", context)
