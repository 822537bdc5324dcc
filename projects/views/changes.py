"""Change requests: choose what to change, say why, see before and after side by side."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from procurement.access import get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page
from projects.forms.changes import ChangeForm, KindForm
from projects.models import Application, ChangeKind, ChangeRequest
from projects.selectors.applications import may_edit
from projects.services.changes import CHANGEABLE, save_change
from projects.views.activities import own_application


class ChangeListView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        rows = ChangeRequest.objects.visible_to(request.actor).select_related("application__applicant")
        page = keyset_page(rows, request, order=("-created_at", "id"))
        return render(request, "projects/delivery/change_list.html", {"page": page})


class ChangeView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        change = _visible(request, pk)
        context = {
            "change": change,
            "application": change.application,
            "items": change.items.all(),
            "offers": available(change, request.actor),
            "may_write": change.status == "draft" and may_edit(change.application, request.actor),
            "history": change.history,
        }
        return render(request, "projects/delivery/change.html", context)


class ChangeCreateView(LoginRequiredMixin, View):
    """Without ``?kind=`` the page asks what is to change."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = self._application(request, pk)
        kind = request.GET.get("kind", "")
        if kind not in ChangeKind.values:
            context = {"application": application, "form": KindForm(request.GET if "kind" in request.GET else None)}
            return render(request, "projects/delivery/change_kind.html", context)
        return change_page(request, application, kind, ChangeForm(application=application, kind=kind))

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = self._application(request, pk)
        kind = request.GET.get("kind", "")
        if kind not in ChangeKind.values:
            raise Http404
        return _write(request, application, kind, None)

    def _application(self, request: HttpRequest, pk: Any) -> Application:
        application = own_application(request, pk)
        if application.status not in CHANGEABLE:
            raise Http404
        return application


class ChangeEditView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        change = self._draft(request, pk)
        form = ChangeForm(application=change.application, kind=change.kind, change=change)
        return change_page(request, change.application, change.kind, form)

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        change = self._draft(request, pk)
        return _write(request, change.application, change.kind, change)

    def _draft(self, request: HttpRequest, pk: Any) -> ChangeRequest:
        change = _visible(request, pk)
        if change.status != "draft" or not may_edit(change.application, request.actor):
            raise Http404
        return change


def change_page(
    request: HttpRequest, application: Application, kind: str, form: ChangeForm, status: int = 200, refusals: Any = ()
) -> HttpResponse:
    context = {"application": application, "kind": ChangeKind(kind), "form": form, "refusals": refusals}
    return render(request, "projects/delivery/change_form.html", context, status=status)


def _write(request: HttpRequest, application: Application, kind: str, change: ChangeRequest | None) -> HttpResponse:
    form = ChangeForm(request.POST, application=application, kind=kind, change=change)
    if not form.is_valid():
        return change_page(request, application, kind, form, status=422)
    try:
        saved = save_change(
            actor=request.actor,
            application=application,
            kind=kind,
            reason=form.cleaned_data["reason"],
            effect_on_service=form.cleaned_data["effect_on_service"],
            values=form.values(),
            moves=form.moves(),
            change=change,
        )
    except RuleViolation as violation:
        return change_page(request, application, kind, form, status=409, refusals=violation.refusals)
    messages.success(request, _("已保存变更申请，请单位负责人提交。"))
    return redirect(saved)


def _visible(request: HttpRequest, pk: Any) -> ChangeRequest:
    rows = ChangeRequest.objects.select_related(
        "application__guide", "application__applicant", "application__hub", "case"
    )
    return get_visible_or_404(rows, request.actor, pk=pk)
