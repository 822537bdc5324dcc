"""The scheme as everyone reads it, and the office's editor while it is a draft."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from evaluation.forms.rubrics import AddFactorForm, ChooseForm, RubricEditor
from evaluation.models import RUNNERS, Rubric, holds_seat
from evaluation.selectors.rubrics import aspect_shares, draft_of, library_for, tree
from evaluation.services import rubrics as service
from procurement.access import Role, get_visible_or_404
from procurement.lifecycle.engine import available, refusals
from procurement.rules import RuleViolation
from projects.models import Guide, Procedure


class RubricView(View):
    """Factors, points and levels; offers to the office while it is a draft."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        rubric = get_visible_or_404(Rubric.objects.select_related("guide", "procedure"), request.actor, pk=pk)
        context = {
            "rubric": rubric,
            "factors": tree(rubric),
            "shares": aspect_shares(rubric) if rubric.procedure_id else [],
            "offers": available(rubric, request.actor) if request.actor.user else [],
            "may_edit": rubric.is_run_by(request.actor) and rubric.status == "draft",
        }
        return render(request, "evaluation/rubric.html", context)


class _ChooseView(LoginRequiredMixin, View):
    """The office takes a scheme from the library for a guide or a procedure that is not yet published."""

    def occasion(self, request: HttpRequest, pk: str) -> Guide | Procedure:
        """What the scheme is for; 404 for whoever does not write its scheme."""
        raise NotImplementedError

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        occasion = self.occasion(request, pk)
        draft = draft_of(occasion)
        if draft is not None:
            return redirect("rubric-edit", pk=draft.pk)
        return self._page(request, occasion, ChooseForm(occasion=occasion))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        occasion = self.occasion(request, pk)
        form = ChooseForm(request.POST, occasion=occasion)
        if not form.is_valid():
            return self._page(request, occasion, form, status=422)
        try:
            rubric = service.draft_from_library(actor=request.actor, occasion=occasion, code=form.cleaned_data["code"])
        except RuleViolation as violation:
            return self._page(request, occasion, form, status=409, refusals=violation.refusals)
        return redirect("rubric-edit", pk=rubric.pk)

    def _page(
        self,
        request: HttpRequest,
        occasion: Guide | Procedure,
        form: ChooseForm,
        status: int = 200,
        refusals: Any = (),
    ) -> HttpResponse:
        context = {
            "occasion": occasion,
            "form": form,
            "library": library_for(occasion).values(),
            "refusals": refusals,
        }
        return render(request, "evaluation/rubric_choose.html", context, status=status)


class GuideRubricView(_ChooseView):
    def occasion(self, request: HttpRequest, pk: str) -> Guide:
        guide = get_visible_or_404(Guide.objects.all(), request.actor, pk=pk)
        if not request.actor.holds(Role.LGO, guide.office_id):
            raise Http404
        return guide


class ProcedureRubricView(_ChooseView):
    def occasion(self, request: HttpRequest, pk: str) -> Procedure:
        procedure = get_visible_or_404(Procedure.objects.all(), request.actor, pk=pk)
        if not holds_seat(request.actor, RUNNERS, Rubric(procedure=procedure)):
            raise Http404
        return procedure


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
        return _own_draft(request, pk)

    def _page(
        self, request: HttpRequest, rubric: Rubric, editor: RubricEditor, status: int = 200, violations: Any = ()
    ) -> HttpResponse:
        context = {
            "rubric": rubric,
            "editor": editor,
            "add_form": AddFactorForm(rubric=rubric),
            "violations": violations,
            "page_has_errors": status != 200,
            "standing": refusals(rubric, "rubric.freeze", request.actor) if status == 200 else [],
        }
        return render(request, "evaluation/rubric_edit.html", context, status=status)


class FactorAddView(LoginRequiredMixin, View):
    """One more factor on the draft; back to the editor, where its levels are put into words."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        rubric = _own_draft(request, pk)
        form = AddFactorForm(request.POST, rubric=rubric)
        if form.is_valid():
            try:
                service.add_factor(actor=request.actor, rubric=rubric, **form.cleaned_data)
                messages.success(request, _("已增加评分因素，请写明各档评分标准。"))
            except RuleViolation as violation:
                messages.error(request, "；".join(str(refusal) for refusal in violation.refusals))
        else:
            messages.error(request, _("请填写因素名称和 2 至 100 分的满分。"))
        return redirect("rubric-edit", pk=rubric.pk)


class FactorRemoveView(LoginRequiredMixin, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: str, factor: str) -> HttpResponse:
        rubric = _own_draft(request, pk)
        service.remove_factor(actor=request.actor, factor=get_object_or_404(rubric.factors, pk=factor))  # type: ignore[attr-defined]
        messages.success(request, _("已删去该评分因素。"))
        return redirect("rubric-edit", pk=rubric.pk)


def _own_draft(request: HttpRequest, pk: str) -> Rubric:
    rubric = get_visible_or_404(Rubric.objects.select_related("guide", "procedure"), request.actor, pk=pk)
    if rubric.status != "draft" or not rubric.is_run_by(request.actor):
        raise Http404
    return rubric
