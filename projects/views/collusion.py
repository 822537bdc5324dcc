"""The officer's page of shared grounds under a guide (R-078); nobody among the applicants reaches it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from procurement.access import get_visible_or_404
from procurement.rules import RuleViolation
from projects.forms.collusion import ConclusionForm
from projects.models import CollusionNote, Guide
from projects.selectors.collusion import Suspicion, may_look, suspicions
from projects.services.collusion import conclude


class CollusionView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        guide = guide_or_404(request, pk)
        notes: dict[str, CollusionNote] = {}
        for note in CollusionNote.objects.visible_to(request.actor).filter(guide=guide).select_related("noted_by"):
            notes.setdefault(note.key, note)
        context = {
            "guide": guide,
            "rows": [(one, notes.get(one.key)) for one in suspicions(guide)],
            "may_conclude": not request.actor.sees_everything,
        }
        return render(request, "projects/collusion/guide.html", context)


class ConcludeView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any, key: str) -> HttpResponse:
        guide = guide_or_404(request, pk)
        return self._page(guide, self._suspicion(guide, key), ConclusionForm())

    def post(self, request: HttpRequest, pk: Any, key: str) -> HttpResponse:
        guide = guide_or_404(request, pk)
        suspicion, form = self._suspicion(guide, key), ConclusionForm(request.POST)
        if not form.is_valid():
            return self._page(guide, suspicion, form, status=422)
        try:
            conclude(actor=request.actor, guide=guide, suspicion=suspicion, **form.cleaned_data)
        except RuleViolation as violation:
            return self._page(guide, suspicion, form, status=409, refusals=violation.refusals)
        messages.success(request, _("核实结论已记录。"))
        return redirect("collusion", guide.pk)

    def _suspicion(self, guide: Guide, key: str) -> Suspicion:
        found = next((one for one in suspicions(guide) if one.key == key), None)
        if found is None:
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return found

    def _page(
        self, guide: Guide, suspicion: Suspicion, form: ConclusionForm, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {"guide": guide, "suspicion": suspicion, "form": form, "refusals": refusals}
        return render(self.request, "projects/collusion/conclude.html", context, status=status)


def guide_or_404(request: HttpRequest, pk: Any) -> Guide:
    guide = get_visible_or_404(Guide.objects.all(), request.actor, pk=pk)
    if not may_look(request.actor, guide):
        raise Http404(_("没有找到您要的内容，或者您无权查看。"))
    return guide
