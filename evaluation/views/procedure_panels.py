"""Panels for bids: composed on the procedure, filled with representatives; a bidder's request to step aside."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from evaluation.forms.procedure_panels import (
    BidderRecusalForm,
    InvalidityForm,
    ProcedurePlanForm,
    RepresentativeForm,
)
from evaluation.models import RUNNERS, PanelEntry, ReviewPanel, holds_seat
from evaluation.selectors.rubrics import by_price_alone, rubric_of
from evaluation.services import procedure_panels as service
from evaluation.services.recusals import ask_recusal
from evaluation.services.validity import invalidate_entry
from procurement.access import Role, get_visible_or_404
from procurement.rules import RuleViolation
from projects.models import Bid, Procedure


class ProcedurePlanView(LoginRequiredMixin, View):
    """Size, seats and days of the panel; who sits is drawn before a witness."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        procedure = self._procedure(request, pk)
        return self._page(request, procedure, ProcedurePlanForm(procedure=procedure))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        procedure = self._procedure(request, pk)
        form = ProcedurePlanForm(request.POST, procedure=procedure)
        if not form.is_valid():
            return self._page(request, procedure, form, status=422)
        names = ("size", "representatives", "specialties", "is_major", "review_on", "scores_due_on")
        try:
            panel = service.plan_for_procedure(
                actor=request.actor,
                procedure=procedure,
                quota=form.quota(),
                **{name: form.cleaned_data[name] for name in names},
            )
        except RuleViolation as violation:
            return self._page(request, procedure, form, status=409, refusals=violation.refusals)
        messages.success(request, _("评审组已建立。请在评审日前两个工作日内锁定专家库，由见证人抽取。"))
        return redirect(panel)

    def _procedure(self, request: HttpRequest, pk: str) -> Procedure:
        procedure = get_visible_or_404(Procedure.objects.all(), request.actor, pk=pk)
        if not holds_seat(request.actor, RUNNERS, ReviewPanel(procedure=procedure)):
            raise Http404
        return procedure

    def _page(
        self, request: HttpRequest, procedure: Procedure, form: forms.Form, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {
            "procedure": procedure,
            "form": form,
            "refusals": refusals,
            "rubric": rubric_of(procedure) or by_price_alone(procedure),
        }
        return render(request, "evaluation/procedure_panel_plan.html", context, status=status)


class RepresentativeView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        panel = self._panel(request, pk)
        return self._page(request, panel, RepresentativeForm(procedure=panel.procedure))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        panel = self._panel(request, pk)
        form = RepresentativeForm(request.POST, procedure=panel.procedure)
        if not form.is_valid():
            return self._page(request, panel, form, status=422)
        try:
            service.appoint_representative(actor=request.actor, panel=panel, person=form.cleaned_data["person"])
        except RuleViolation as violation:
            return self._page(request, panel, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已委派采购人代表，等待其确认。"))
        return redirect(panel)

    def _panel(self, request: HttpRequest, pk: str) -> Any:
        panel = get_visible_or_404(ReviewPanel.objects.with_occasions(), request.actor, pk=pk)
        if panel.procedure is None or not panel.is_run_by(request.actor):
            raise Http404
        return panel

    def _page(
        self, request: HttpRequest, panel: ReviewPanel, form: forms.Form, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {
            "title": _("委派采购人代表"), "kicker": panel.procedure, "back": panel.get_absolute_url(),
            "submit": _("委派"), "form": form, "refusals": refusals,
        }  # fmt: skip
        return render(request, "evaluation/plain_form.html", context, status=status)


class InvalidityView(LoginRequiredMixin, View):
    """The panel's vote that a bid does not meet the document; a member or the officers enter it."""

    def get(self, request: HttpRequest, pk: str, entry: int) -> HttpResponse:
        found = self._entry(request, pk, entry)
        return self._page(request, found, InvalidityForm(panel=found.panel))

    def post(self, request: HttpRequest, pk: str, entry: int) -> HttpResponse:
        found = self._entry(request, pk, entry)
        form = InvalidityForm(request.POST, panel=found.panel)
        if not form.is_valid():
            return self._page(request, found, form, status=422)
        try:
            invalidate_entry(actor=request.actor, entry=found, reason=form.cleaned_data["reason"], votes=form.votes())
        except RuleViolation as violation:
            return self._page(request, found, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已认定无效，不再参加排序。"))
        return redirect(found.panel)

    def _entry(self, request: HttpRequest, pk: str, entry: int) -> PanelEntry:
        panel = get_visible_or_404(ReviewPanel.objects.with_occasions(), request.actor, pk=pk)
        found = panel.entries.live().judged().with_subjects().filter(pk=entry, bid__isnull=False).first()
        sits = panel.seats.confirmed().filter(person_id=request.actor.id).exists()
        if found is None or not (sits or panel.is_run_by(request.actor)):
            raise Http404
        found.panel = panel
        return found

    def _page(
        self, request: HttpRequest, entry: PanelEntry, form: forms.Form, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {
            "title": _("认定投标（响应）无效"), "kicker": entry, "back": entry.panel.get_absolute_url(),
            "submit": _("认定无效"), "form": form, "refusals": refusals,
        }  # fmt: skip
        return render(request, "evaluation/plain_form.html", context, status=status)


class BidderRecusalView(LoginRequiredMixin, View):
    """The bidder asks; whether the person sits is not told."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        return self._page(request, self._bid(request, pk), BidderRecusalForm())

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        bid = self._bid(request, pk)
        form = BidderRecusalForm(request.POST)
        if not form.is_valid():
            return self._page(request, bid, form, status=422)
        try:
            ask_recusal(actor=request.actor, bid=bid, **form.cleaned_data)
        except RuleViolation as violation:
            return self._page(request, bid, form, status=409, refusals=violation.refusals)
        messages.success(request, _("回避申请已提交，决定后会收到通知。"))
        return redirect(bid)

    def _bid(self, request: HttpRequest, pk: str) -> Bid:
        bid = get_visible_or_404(Bid.objects.select_related("procedure", "bidder"), request.actor, pk=pk)
        if bid.bidder_id not in request.actor.organization_ids(Role.ORG, Role.ORG_H):
            raise Http404
        return bid

    def _page(
        self, request: HttpRequest, bid: Bid, form: forms.Form, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {
            "title": _("申请评审人员回避"), "kicker": bid.procedure, "back": bid.get_absolute_url(),
            "submit": _("提交申请"), "form": form, "refusals": refusals,
        }  # fmt: skip
        return render(request, "evaluation/plain_form.html", context, status=status)
