"""Credit records: what is public, what one keeps, one entry with its history, and what is said against it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from orgs.forms.credit import AppealForm, CreditFilterForm, CreditForm
from orgs.models import CreditAppeal, CreditRecord
from orgs.models.credit import AppealKind, lists_kept_by
from orgs.selectors.credit import days_late, may_appeal, may_read_history, rows_of, tabs_for
from orgs.services import credit as service
from procurement.access import get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page

ORDER = ("-starts_on", "id")


class CreditListView(View):
    """What is public for everybody; tabs for those who keep a list, read more, or are recorded themselves."""

    def get(self, request: HttpRequest) -> HttpResponse:
        tab = request.GET.get("tab", "")
        tabs = tabs_for(request.actor)
        if tab not in tabs:
            tab = ""
        form = CreditFilterForm(request.GET or {})
        rows = form.narrow(rows_of(tab, request.actor)).select_related("organization")
        context = {
            "page": keyset_page(rows, request, order=ORDER),
            "form": form,
            "tab": tab,
            "tabs": [
                {"label": label, "url": f"?tab={name}" if name else request.path, "current": name == tab}
                for name, label in tabs.items()
            ],
            "can_record": bool(lists_kept_by(request.actor)),
        }
        return render(request, "orgs/credit_list.html", context)


class CreditView(View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        record = get_visible_or_404(CreditRecord.objects.select_related("organization"), request.actor, pk=pk)
        appeals = CreditAppeal.objects.visible_to(request.actor).filter(record=record)
        context = {
            "record": record,
            "offers": available(record, request.actor) if request.actor.user else [],
            "history": list(record.history) if may_read_history(request.actor, record) else [],
            "inside": may_read_history(request.actor, record),
            "late": days_late(record),
            "appeals": list(appeals),
            "may_appeal": may_appeal(request.actor, record) and not any(a.status == "filed" for a in appeals),
            "can_edit": record.status == "recorded" and record.credit_list in lists_kept_by(request.actor),
        }
        return render(request, "orgs/credit.html", context)


class CreditCreateView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        self._require_keeper()
        return self._page(CreditForm(actor=request.actor, initial={"body": request.GET.get("body", "")}))

    def post(self, request: HttpRequest) -> HttpResponse:
        self._require_keeper()
        form = CreditForm(request.POST, actor=request.actor)
        if not form.is_valid():
            return self._page(form, status=422)
        try:
            record = service.record(actor=request.actor, **form.entered())
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self._page(form, status=422)
        except RuleViolation as violation:
            return self._page(form, status=409, refusals=violation.refusals)
        messages.success(request, _("已登记，须由他人复核后生效。"))
        return redirect(record)

    def _require_keeper(self) -> None:
        if not lists_kept_by(self.request.actor):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))

    def _page(self, form: CreditForm, status: int = 200, refusals: Any = ()) -> HttpResponse:
        context = {"form": form, "record": None, "refusals": refusals}
        return render(self.request, "orgs/credit_form.html", context, status=status)


class CreditEditView(LoginRequiredMixin, View):
    """Corrections before the check."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        record = self._recorded(pk)
        return self._page(record, CreditForm(instance=record, actor=request.actor))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        record = self._recorded(pk)
        form = CreditForm(request.POST, instance=record, actor=request.actor)
        if not form.is_valid():
            return self._page(record, form, status=422)
        try:
            service.correct(actor=request.actor, entry=form.save(commit=False))
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self._page(record, form, status=422)
        except RuleViolation as violation:
            return self._page(record, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已保存，须由他人复核后生效。"))
        return redirect(record)

    def _recorded(self, pk: UUID) -> CreditRecord:
        record = get_visible_or_404(CreditRecord.objects.select_related("organization"), self.request.actor, pk=pk)
        if record.status != "recorded" or record.credit_list not in lists_kept_by(self.request.actor):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return record

    def _page(self, record: CreditRecord, form: CreditForm, status: int = 200, refusals: Any = ()) -> HttpResponse:
        context = {"form": form, "record": record, "refusals": refusals}
        return render(self.request, "orgs/credit_form.html", context, status=status)


class AppealCreateView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        record = self._record(pk)
        return self._page(record, AppealForm(initial={"kind": AppealKind.REPAIR}))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        record = self._record(pk)
        form = AppealForm(request.POST)
        if not form.is_valid():
            return self._page(record, form, status=422)
        try:
            appeal = service.file_appeal(
                actor=request.actor,
                entry=record,
                kind=AppealKind(form.cleaned_data["kind"]),
                statement=form.cleaned_data["statement"],
            )
        except RuleViolation as violation:
            return self._page(record, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已提出，等待答复。"))
        return redirect(appeal)

    def _record(self, pk: UUID) -> CreditRecord:
        record = get_visible_or_404(CreditRecord.objects.select_related("organization"), self.request.actor, pk=pk)
        if not may_appeal(self.request.actor, record):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return record

    def _page(self, record: CreditRecord, form: AppealForm, status: int = 200, refusals: Any = ()) -> HttpResponse:
        context = {"form": form, "record": record, "refusals": refusals}
        return render(self.request, "orgs/credit_appeal_form.html", context, status=status)


class AppealView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        appeal = get_visible_or_404(
            CreditAppeal.objects.select_related("record__organization", "filed_by"), request.actor, pk=pk
        )
        context = {
            "appeal": appeal,
            "offers": available(appeal, request.actor),
            "history": list(appeal.history),
        }
        return render(request, "orgs/credit_appeal.html", context)
