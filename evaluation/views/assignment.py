"""Dealing a large batch over many panels: what is asked, how far it is, what came out."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from evaluation.forms.assignment import AssignmentForm
from evaluation.models import AssignmentRun
from evaluation.selectors.assignment import may_run, outcome_of, quota_of
from evaluation.selectors.panels import reviewable
from evaluation.services import assignment as service
from evaluation.views.panels import guide_of_office
from orgs.models import ExpertKind
from procurement.access import get_visible_or_404
from procurement.lifecycle.engine import available, database_now
from procurement.rules import RuleViolation
from projects.models import Guide


class AssignmentPlanView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        return self._page(request, guide_of_office(request, pk), AssignmentForm())

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        guide = guide_of_office(request, pk)
        form = AssignmentForm(request.POST)
        if not form.is_valid():
            return self._page(request, guide, form, status=422)
        data = form.cleaned_data
        asked = {name: data[name] for name in ("size", "cap", "review_on", "scores_due_on")}
        try:
            run = service.plan_run(actor=request.actor, guide=guide, quota=form.quota(), **asked)
        except RuleViolation as violation:
            return self._page(request, guide, form, status=409, refusals=violation.refusals)
        return redirect(run)

    def _page(
        self, request: HttpRequest, guide: Guide, form: AssignmentForm, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {"guide": guide, "form": form, "refusals": refusals, "waiting": reviewable(guide).count()}
        return render(request, "evaluation/assignment_plan.html", context, status=status)


class AssignmentView(LoginRequiredMixin, View):
    """Progress while it runs; then loads, fit and what found no place. Names only for those who may know (R-157)."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        run = get_visible_or_404(AssignmentRun.objects.select_related("guide__office", "job"), request.actor, pk=pk)
        context = {
            "run": run,
            "offers": available(run, request.actor, at=database_now()),
            "quota": [(ExpertKind(kind).label, number) for kind, number in quota_of(run)],
            "outcome": outcome_of(run),
            "names": may_run(run, request.actor) or request.actor.sees_everything,
            "waiting": reviewable(run.guide).count() if run.status in ("planned", "locked") else 0,
            "history": list(run.history.order_by("-at")),
        }
        return render(request, "evaluation/assignment.html", context)
