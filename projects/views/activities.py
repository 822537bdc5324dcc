"""Plan and service ledger: what was foreseen, what was done, entered on a phone the same evening."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from procurement.access import get_visible_or_404
from procurement.documents import UploadRefused
from procurement.documents.models import Document
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui import autosave
from procurement.ui.paging import keyset_page
from projects.forms.activities import (
    EntryForm,
    PlanForm,
    PlannedFormSet,
    ReversalForm,
    initial_from_draft,
    initial_from_plan,
)
from projects.models import Activity, ActivityPlan, Application, EntryDraft, PlannedActivity
from projects.selectors.applications import may_edit
from projects.selectors.delivery import indicator_rows, totals_of
from projects.services import ledger, plans

RUNNING = ("in_progress", "rectifying")


def visible_application(request: HttpRequest, pk: Any) -> Application:
    """The project whose pages these are; 404 for whoever may not see it."""
    rows = Application.objects.select_related("guide", "applicant", "hub", "case")
    return get_visible_or_404(rows, request.actor, pk=pk)


def own_application(request: HttpRequest, pk: Any) -> Application:
    """The project of the contractor's own people; for all others there is no such form."""
    application = visible_application(request, pk)
    if not may_edit(application, request.actor):
        raise Http404
    return application


def may_record(application: Application, request: HttpRequest) -> bool:
    return application.status in RUNNING and may_edit(application, request.actor)


class PlanView(LoginRequiredMixin, View):
    """The plan beside what was held; the contractor's people begin it by opening it."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = visible_application(request, pk)
        plan = ActivityPlan.objects.filter(application=application).first()
        context = {
            "application": application,
            "plan": plan,
            "planned": plan.activities.prefetch_related("entries") if plan else (),
            "offers": available(plan, request.actor) if plan else [],
            "may_edit": may_record(application, request),
            "history": plan.history if plan else (),
        }
        return render(request, "projects/delivery/plan.html", context)


class PlanEditView(LoginRequiredMixin, View):
    """Before the launch the whole plan is rewritten; afterwards only further activities are added."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application, plan = self._plan(request, pk)
        rows = (
            []
            if plan.status != "draft"
            else list(plan.activities.values("planned_on", "title", "place", "person_times"))
        )
        initial = {"approach": plan.approach, "supervision_phone": plan.supervision_phone}
        return self._page(application, plan, PlanForm(initial=initial), PlannedFormSet(initial=rows))

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application, plan = self._plan(request, pk)
        form, rows = PlanForm(request.POST), PlannedFormSet(request.POST)
        if not (form.is_valid() and rows.is_valid()):
            return self._page(application, plan, form, rows, status=422)
        entered = [row.as_planned() for row in rows if row.cleaned_data and not row.cleaned_data.get("DELETE")]
        try:
            plans.save_plan(actor=request.actor, plan=plan, activities=entered, **form.cleaned_data)
        except RuleViolation as violation:
            return self._page(application, plan, form, rows, status=409, refusals=violation.refusals)
        messages.success(request, _("已保存活动计划"))
        return redirect("plan", pk=application.pk)

    def _plan(self, request: HttpRequest, pk: Any) -> tuple[Application, ActivityPlan]:
        application = own_application(request, pk)
        if application.status not in RUNNING:
            raise Http404
        return application, plans.start_plan(actor=request.actor, application=application)

    def _page(
        self,
        application: Application,
        plan: ActivityPlan,
        form: PlanForm,
        rows: Any,
        status: int = 200,
        refusals: Any = (),
    ) -> HttpResponse:
        form.summary_elsewhere = True  # type: ignore[attr-defined]
        context = {
            "application": application,
            "plan": plan,
            "form": form,
            "rows": rows,
            "parts": [form, rows],
            "page_has_errors": status == 422,
            "refusals": refusals,
        }
        return render(self.request, "projects/delivery/plan_form.html", context, status=status)


class ActivityListView(LoginRequiredMixin, View):
    """The ledger, newest first; a reversed entry stays, struck out, with its reversal."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = visible_application(request, pk)
        rows = application.activities.select_related("recorded_by", "reversal", "reverses")
        context = {
            "application": application,
            "page": keyset_page(rows, request, order=("-held_on", "-number", "id")),
            "totals": totals_of(application),
            "indicators": indicator_rows(application),
            "may_record": may_record(application, request),
        }
        return render(request, "projects/delivery/activity_list.html", context)


class ActivityCreateView(LoginRequiredMixin, View):
    """One activity, one thumb. What was typed is kept on the server and on the phone until it is handed in."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = self._application(request, pk)
        draft = EntryDraft.objects.filter(application=application, person=request.actor.user).first()
        planned = PlannedActivity.objects.filter(
            plan__application=application, pk=_uuid(request.GET.get("planned"))
        ).first()
        initial = initial_from_plan(planned) if planned else initial_from_draft(draft.values) if draft else {}
        return self._page(
            application, EntryForm(application=application, initial=initial), draft=None if planned else draft
        )

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = self._application(request, pk)
        form = EntryForm(request.POST, request.FILES, application=application)
        if not form.is_valid():
            return self._page(application, form, status=422)
        try:
            activity = ledger.record_activity(actor=request.actor, application=application, **form.entered())
        except UploadRefused as refused:
            form.add_error("photos", str(refused))
            return self._page(application, form, status=422)
        except RuleViolation as violation:
            return self._page(application, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已登记：%(activity)s") % {"activity": activity})
        return redirect(activity)

    def _application(self, request: HttpRequest, pk: Any) -> Application:
        application = own_application(request, pk)
        if application.status not in RUNNING:
            raise Http404
        return application

    def _page(
        self,
        application: Application,
        form: EntryForm,
        status: int = 200,
        refusals: Any = (),
        draft: EntryDraft | None = None,
    ) -> HttpResponse:
        context = {"application": application, "form": form, "refusals": refusals, "draft": draft}
        return render(self.request, "projects/delivery/activity_form.html", context, status=status)


class EntryAutosaveView(View):
    """What is typed into the entry form, every second or two; no photo travels here."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: Any) -> JsonResponse:
        if request.actor.user is None:
            words = _("登录已过期，请在新窗口重新登录；您填写的内容仍保留在本页。")
            return JsonResponse({"message": words}, status=401)
        application = own_application(request, pk)
        known = EntryForm(application=application).fields
        values = {name: request.POST[name][:2000] for name in known if name in request.POST}
        try:
            draft = ledger.save_entry_draft(actor=request.actor, application=application, values=values)
        except RuleViolation as violation:
            return autosave.refused(str(violation))
        return autosave.saved(version=0, at=draft.saved_at)


class ActivityView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        activity = _visible_activity(request, pk)
        context = {
            "activity": activity,
            "application": activity.application,
            "contributions": activity.contributions.select_related("indicator"),
            "photos": Document.objects.for_subject(activity.subject).of_kind(ledger.PHOTO).current(),
            "may_reverse": may_record(activity.application, request)
            and not activity.is_reversal
            and not activity.is_taken_back,
        }
        return render(request, "projects/delivery/activity.html", context)


class ActivityReverseView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        return self._page(self._activity(request, pk), ReversalForm())

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        activity, form = self._activity(request, pk), ReversalForm(request.POST)
        if not form.is_valid():
            return self._page(activity, form, status=422)
        try:
            ledger.reverse_activity(actor=request.actor, activity=activity, reason=form.cleaned_data["reason"])
        except RuleViolation as violation:
            return self._page(activity, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已冲正，合计随之更正"))
        return redirect("activities", pk=activity.application_id)

    def _activity(self, request: HttpRequest, pk: Any) -> Activity:
        activity = _visible_activity(request, pk)
        if not may_edit(activity.application, request.actor):
            raise Http404
        return activity

    def _page(self, activity: Activity, form: ReversalForm, status: int = 200, refusals: Any = ()) -> HttpResponse:
        context = {
            "entry": activity,
            "application": activity.application,
            "back": activity.get_absolute_url(),
            "form": form,
            "refusals": refusals,
        }
        return render(self.request, "projects/delivery/reverse.html", context, status=status)


def _visible_activity(request: HttpRequest, pk: Any) -> Activity:
    rows = Activity.objects.select_related(
        "application__guide", "application__applicant", "planned", "reversal", "reverses", "recorded_by"
    )
    return get_visible_or_404(rows, request.actor, pk=pk)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
