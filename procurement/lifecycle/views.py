"""The single view behind every lifecycle button, the case file, and the handbook of lifecycles."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from procurement.access import Actor, ActorRequest, get_visible_or_404
from procurement.accounts.confirming import confirmation_for
from procurement.accounts.forms.confirmation import ConfirmationForm
from procurement.lifecycle import diagram
from procurement.lifecycle.definition import Transition, lifecycle_named, lifecycles
from procurement.lifecycle.engine import available, perform, refusals, seat_for
from procurement.lifecycle.extras import case_actions
from procurement.lifecycle.forms import TransitionForm
from procurement.lifecycle.models import Case, LifecycleModel, StepState, WorkflowTemplate
from procurement.lifecycle.steps import case_events, case_timeline, visible_records
from procurement.rules import Refusal, RuleViolation


def target_of(actor: Actor, lifecycle: str, pk: str, transition: str) -> tuple[Any, Transition]:
    """The object and the row an address names; absent rows, automatic ones and foreign objects are all not there."""
    try:
        table = lifecycle_named(lifecycle)
        row = table.transition(transition)
    except KeyError as absent:
        raise Http404 from absent
    if row.automatic:
        raise Http404
    return get_visible_or_404(apps.get_model(table.model)._default_manager.all(), actor, pk=pk), row  # type: ignore[type-var]


def form_for(
    obj: LifecycleModel, row: Transition, actor: Actor, refused: list[Refusal], **bound: Any
) -> TransitionForm:
    form_class = row.form_class or TransitionForm
    warnings = any(refusal.warning for refusal in refused)
    form: TransitionForm = form_class(obj=obj, actor=actor, transition=row, warnings=warnings, **bound)
    return form


class TransitionView(LoginRequiredMixin, View):
    """Shows what a row will do and what it needs; performs it on POST.

    Who may not see the object gets 404; who sees it but may not act gets the refusal in words.
    """

    http_method_names = ["get", "post"]
    template_name = "lifecycle/transition.html"
    request: ActorRequest

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.refused: list[Any] = []
        self.confirmation: ConfirmationForm | None = None

    def get(self, request: ActorRequest, lifecycle: str, pk: str, transition: str) -> HttpResponse:
        obj, row = target_of(request.actor, lifecycle, pk, transition)
        self.refused = refusals(obj, row.name, request.actor)
        self.confirmation = confirmation_for(request, row.step_up)
        return self._page(obj, row, form_for(obj, row, request.actor, self.refused))

    def post(self, request: ActorRequest, lifecycle: str, pk: str, transition: str) -> HttpResponse:
        obj, row = target_of(request.actor, lifecycle, pk, transition)
        self.refused = refusals(obj, row.name, request.actor)
        form = form_for(obj, row, request.actor, self.refused, data=request.POST, files=request.FILES)
        self.confirmation = confirmation_for(request, row.step_up, request.POST)
        confirmed = self.confirmation is None or self.confirmation.is_valid()
        if not (form.is_valid() and confirmed):
            return self._page(obj, row, form, status=422)
        try:
            perform(obj, row.name, actor=request.actor, **form.submitted())
        except RuleViolation as violation:
            self.refused = list(violation.refusals)
            return self._page(
                obj,
                row,
                form_for(obj, row, request.actor, self.refused, data=request.POST, files=request.FILES),
                status=409,
            )
        messages.success(request, _("已办理：%(action)s") % {"action": row.label})
        return redirect(form.next_url())

    def _page(self, obj: LifecycleModel, row: Transition, form: TransitionForm, status: int = 200) -> HttpResponse:
        if status == 409:
            self.confirmation = confirmation_for(self.request, row.step_up)
        form.summary_elsewhere = True
        blocking = [refusal for refusal in self.refused if not refusal.warning]
        context = {
            "object": obj,
            "transition": row,
            "row": diagram.row_of(obj.lifecycle, row),
            "target": obj.lifecycle.state(row.target),
            "form": form,
            "confirmation": self.confirmation,
            "forms": [form, self.confirmation] if self.confirmation else [form],
            "refusals": blocking,
            "warnings": [refusal for refusal in self.refused if refusal.warning],
            "seat": seat_for(row, obj, self.request.actor),
            "can_submit": not blocking or status == 409,
        }
        return render(self.request, self.template_name, context, status=status)


class CaseView(LoginRequiredMixin, View):
    """The case file: every step with who, when, what is next and by when."""

    def get(self, request: ActorRequest, pk: str) -> HttpResponse:
        case = get_visible_or_404(Case.objects.select_related("template", "rule_set"), request.actor, pk=pk)
        subject = subject_of(case)
        records = visible_records(case, request.actor)
        rows = case_timeline(case, request.actor, records)
        return render(
            request,
            "lifecycle/case.html",
            {
                "case": case,
                "rows": rows,
                "events": case_events(records),
                "done": sum(row.state == StepState.DONE for row in rows),
                "current": [row for row in rows if row.is_current],
                "next": next((row for row in rows if row.state == StepState.WAITING), None),
                "object": subject,
                "offers": available(subject, request.actor) if subject is not None else [],
                "parties": case.parties.all(),
                "extras": case_actions(case, request.actor),
            },
        )


def subject_of(case: Case) -> Any:
    """The object a case is about; None before it is created."""
    if not case.subject:
        return None
    label, _sep, key = case.subject.partition(":")
    return apps.get_model(label)._base_manager.filter(pk=key).first()


class LifecycleListView(View):
    def get(self, request: ActorRequest) -> HttpResponse:
        templates = WorkflowTemplate.objects.prefetch_related("steps").order_by("title", "-version")
        return render(
            request, "lifecycle/handbook_list.html", {"lifecycles": list(lifecycles()), "templates": templates}
        )


class LifecycleHandbookView(View):
    """One lifecycle: its diagram and every row with who, guards, rules, step and consequences."""

    def get(self, request: ActorRequest, name: str) -> HttpResponse:
        try:
            table = lifecycle_named(name)
        except KeyError as absent:
            raise Http404 from absent
        return render(
            request,
            "lifecycle/handbook_one.html",
            {"lifecycle": table, "diagram": diagram.draw(table), "rows": diagram.rows_of(table)},
        )
