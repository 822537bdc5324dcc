"""The scheme as everyone reads it, and the office's editor while it is a draft."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from evaluation.forms.rubrics import ChooseForm, RubricEditor
from evaluation.models import Rubric
from evaluation.selectors.rubrics import draft_of, library, tree
from evaluation.services import rubrics as service
from procurement.access import Role, get_visible_or_404
from procurement.lifecycle.engine import available, refusals
from procurement.rules import RuleViolation
from projects.models import Guide


class RubricView(View):
    """Factors, points and levels; offers to the office while it is a draft."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        rubric = get_visible_or_404(Rubric.objects.select_related("guide", "procedure"), request.actor, pk=pk)
        context = {
            "rubric": rubric,
            "factors": tree(rubric),
            "offers": available(rubric, request.actor) if request.actor.user else [],
            "may_edit": rubric.is_run_by(request.actor) and rubric.status == "draft",
        }
        return render(request, "evaluation/rubric.html", context)


class RubricChooseView(LoginRequiredMixin, View):
    """The office takes a scheme from the library for a guide that is not yet published."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        guide = self._guide(request, pk)
        draft = draft_of(guide)
        if draft is not None:
            return redirect("rubric-edit", pk=draft.pk)
        return self._page(request, guide, ChooseForm())

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        guide = self._guide(request, pk)
        form = ChooseForm(request.POST)
        if not form.is_valid():
            return self._page(request, guide, form, status=422)
        try:
            rubric = service.draft_from_library(actor=request.actor, occasion=guide, code=form.cleaned_data["code"])
        except RuleViolation as violation:
            return self._page(request, guide, form, status=409, refusals=violation.refusals)
        return redirect("rubric-edit", pk=rubric.pk)

    def _guide(self, request: HttpRequest, pk: str) -> Guide:
        guide = get_visible_or_404(Guide.objects.all(), request.actor, pk=pk)
        if not request.actor.holds(Role.LGO, guide.office_id):
            raise Http404
        return guide

    def _page(
        self, request: HttpRequest, guide: Guide, form: ChooseForm, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {"guide": guide, "form": form, "library": library().values(), "refusals": refusals}
        return render(request, "evaluation/rubric_choose.html", context, status=status)


class RubricEditView(LoginRequiredMixin, View):
    """Every number and sentence on one page; what still stands in the way of freezing is shown after each save."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        rubric = self._rubric(request, pk)
        return self._page(request, rubric, RubricEditor(rubric))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        rubric = self._rubric(request, pk)
        editor = RubricEditor(rubric, request.POST)
        if not editor.is_valid():
            return self._page(request, rubric, editor, status=422)
        try:
            service.revise(actor=request.actor, rubric=rubric, **editor.entered())
        except RuleViolation as violation:
            return self._page(request, rubric, editor, status=409, violations=violation.refusals)
        messages.success(request, _("已保存。"))
        return redirect("rubric-edit", pk=rubric.pk)

    def _rubric(self, request: HttpRequest, pk: str) -> Rubric:
        rubric = get_visible_or_404(Rubric.objects.select_related("guide", "procedure"), request.actor, pk=pk)
        if rubric.status != "draft" or not rubric.is_run_by(request.actor):
            raise Http404
        return rubric

    def _page(
        self, request: HttpRequest, rubric: Rubric, editor: RubricEditor, status: int = 200, violations: Any = ()
    ) -> HttpResponse:
        context = {
            "rubric": rubric,
            "editor": editor,
            "violations": violations,
            "page_has_errors": status != 200,
            "standing": refusals(rubric, "rubric.freeze", request.actor) if status == 200 else [],
        }
        return render(request, "evaluation/rubric_edit.html", context, status=status)
