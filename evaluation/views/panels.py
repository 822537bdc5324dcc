"""Panels: the office's list and desk, and the page of one panel for whoever may see it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from evaluation.forms.panels import PlanForm
from evaluation.models import ReviewPanel
from evaluation.selectors.panels import (
    before_panel,
    may_see_names,
    open_recusals,
    quota_pairs,
    reviewable,
    seat_of,
)
from evaluation.selectors.scoring import all_members, current_report, sheet_counts
from evaluation.services import panels as service
from orgs.models import ExpertKind
from procurement.access import Role, get_visible_or_404
from procurement.lifecycle.engine import available, database_now
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page
from projects.models import Guide


class PanelListView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        rows = (
            ReviewPanel.objects.visible_to(request.actor)
            .select_related("guide", "procedure")
            .annotate(count=Count("entries", filter=Q(entries__is_live=True)))
        )
        return render(
            request, "evaluation/panel_list.html", {"page": keyset_page(rows, request, order=("-created_at", "id"))}
        )


def guide_of_office(request: HttpRequest, pk: str) -> Guide:
    """404 for everybody but the office whose guide it is."""
    guide = get_visible_or_404(Guide.objects.all(), request.actor, pk=pk)
    if not request.actor.holds(Role.LGO, guide.office_id):
        raise Http404
    return guide


class PanelPlanView(LoginRequiredMixin, View):
    """The office composes a batch and a panel for it."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        guide = guide_of_office(request, pk)
        return self._page(request, guide, PlanForm(guide=guide))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        guide = guide_of_office(request, pk)
        form = PlanForm(request.POST, guide=guide)
        if not form.is_valid():
            return self._page(request, guide, form, status=422)
        try:
            panel = service.plan_panel(
                actor=request.actor,
                guide=guide,
                applications=form.cleaned_data["applications"],
                size=form.cleaned_data["size"],
                quota=form.quota(),
                review_on=form.cleaned_data["review_on"],
                scores_due_on=form.cleaned_data["scores_due_on"],
            )
        except RuleViolation as violation:
            return self._page(request, guide, form, status=409, refusals=violation.refusals)
        messages.success(request, _("评审组已建立。请在评审日前两个工作日内锁定专家库，由见证人抽取。"))
        return redirect(panel)

    def _page(
        self, request: HttpRequest, guide: Guide, form: PlanForm, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {"guide": guide, "form": form, "refusals": refusals, "waiting": reviewable(guide).exists()}
        return render(request, "evaluation/panel_plan.html", context, status=status)


class PanelView(LoginRequiredMixin, View):
    """Who, what, by when. Names appear only to those who may know them (R-157)."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        panel = get_visible_or_404(ReviewPanel.objects.with_occasions(), request.actor, pk=pk)
        names = may_see_names(panel, request.actor)
        runs = panel.is_run_by(request.actor)
        seats = all_members(panel) if names else []
        now = database_now()
        context = {
            "panel": panel,
            "entries": before_panel(panel),
            "quota": [(ExpertKind(kind).label, number) for kind, number in quota_pairs(panel)],
            "offers": available(panel, request.actor, at=now),
            "names": names,
            "runs": runs,
            "seats": [(seat, available(seat, request.actor, at=now) if runs else []) for seat in seats],
            "own_seat": seat_of(panel, request.actor),
            "commitment": getattr(panel, "commitment", None),
            "draw": getattr(panel, "draw", None),
            "progress": sheet_counts(panel) if runs or request.actor.sees_everything else [],
            "findings": panel.findings.filter(settled_at__isnull=True).with_subjects(),
            "unsealed": panel.status in ("scored", "reported", "signed"),
            "report": current_report(panel),
            "recusals": open_recusals(panel).select_related("seat__person", "bid__bidder") if runs else [],
            "history": panel.history.order_by("-at"),
            "may_read_results": runs or names or request.actor.sees_everything,
            "may_void": panel.procedure_id is not None
            and panel.status in ("in_session", "scored")
            and (runs or panel.seats.confirmed().filter(person_id=request.actor.id).exists()),
            "is_leader": panel.is_decided_by(request.actor),
        }
        return render(request, "evaluation/panel.html", context)
