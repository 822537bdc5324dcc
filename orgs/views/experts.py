"""The expert pool for those who keep it, and the own desk of an expert."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from orgs.forms.experts import AdmissionForm, BarForm, EmploymentForm, KinForm, PoolFilterForm, RestForm
from orgs.models import Expert, ExpertAdmission
from orgs.selectors import experts as selectors
from orgs.services import experts as service
from procurement.access import Actor, Role, get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page


class PoolView(LoginRequiredMixin, View):
    """Who is in the pool, for whoever runs draws and for oversight (R-157)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not selectors.may_read_pool(request.actor):
            raise PermissionDenied(_("专家名单由专家库管理单位和组织评审的人员查看。"))
        form = PoolFilterForm(request.GET or None)
        wanted = form.cleaned_data if form.is_valid() else {}
        rows = selectors.pool_rows(request.actor, **wanted)
        page = keyset_page(rows, request, order=("person__username", "id"))
        records = selectors.review_records(page.rows)
        lines = [(expert, records.get(expert.pk, selectors.ReviewRecord())) for expert in page.rows]
        waiting = ExpertAdmission.objects.visible_to(request.actor).filter(status="applied").select_related("person")
        context = {"page": page, "lines": lines, "form": form, "waiting": waiting}
        return render(request, "orgs/experts/pool.html", context)


class ExpertView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return expert_page(request, _visible(request, pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Rest, recall or bar: which of them the pressed button says."""
        expert = _visible(request, pk)
        act = request.POST.get("act", "")
        if act == "bar":
            return self._bar(request, expert)
        form = RestForm(request.POST)
        if not form.is_valid():
            return expert_page(request, expert, status=422, rest_form=form)
        try:
            service.set_active(
                actor=request.actor,
                expert=expert,
                active=act == "recall",
                reason=form.cleaned_data["reason"],
                on=timezone.localdate(),
            )
        except RuleViolation as violation:
            return expert_page(request, expert, status=409, rest_form=form, refusals=violation.refusals)
        messages.success(request, _("已恢复在库。") if act == "recall" else _("已暂停参加评审。"))
        return redirect("expert", expert.pk)

    def _bar(self, request: HttpRequest, expert: Expert) -> HttpResponse:
        form = BarForm(request.POST)
        if not form.is_valid():
            return expert_page(request, expert, status=422, bar_form=form)
        decision = form.save(commit=False)
        decision.expert = expert
        try:
            service.bar(actor=request.actor, bar=decision)
        except RuleViolation as violation:
            return expert_page(request, expert, status=409, bar_form=form, refusals=violation.refusals)
        messages.success(request, _("已登记禁止参加评审的决定，不再抽取该专家。"))
        return redirect("expert", expert.pk)


def expert_page(request: HttpRequest, expert: Expert, status: int = 200, **forms: Any) -> HttpResponse:
    actor: Actor = request.actor
    keeps = actor.holds(Role.LGO)
    own = expert.person_id == actor.id
    records = selectors.review_records([expert])
    context = {
        "expert": expert,
        "own": own,
        "record": records.get(expert.pk, selectors.ReviewRecord()),
        "employments": expert.employments.select_related("organization"),
        "kin": expert.kin_declarations.select_related("organization"),
        "bars": expert.bars.all(),
        "rest_form": forms.get("rest_form") or (RestForm() if keeps or (own and expert.is_active) else None),
        "bar_form": forms.get("bar_form") or (BarForm() if keeps or actor.holds(Role.FIN_SUP) else None),
        "refusals": forms.get("refusals", ()),
    }
    return render(request, "orgs/experts/detail.html", context, status=status)


class MyExpertView(LoginRequiredMixin, View):
    """``/orgs/experts/mine/``: an expert's ties; for anybody else the way into the pool."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("act") == "kin":
            return self._declare(request, KinForm(request.POST, prefix="kin"), "kin")
        return self._declare(request, EmploymentForm(request.POST, prefix="employment"), "employment")

    def _declare(self, request: HttpRequest, form: Any, name: str) -> HttpResponse:
        if not form.is_valid():
            return self._page(request, status=422, **{name: form})
        try:
            if name == "kin":
                service.declare_kin(actor=request.actor, kin=form.save(commit=False))
            else:
                service.declare_employment(actor=request.actor, period=form.save(commit=False))
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self._page(request, status=422, **{name: form})
        except RuleViolation as violation:
            return self._page(request, status=409, refusals=violation.refusals, **{name: form})
        messages.success(request, _("已登记，抽取专家时自动回避。"))
        return redirect("my-expert")

    def _page(self, request: HttpRequest, status: int = 200, refusals: Any = (), **forms: Any) -> HttpResponse:
        expert = selectors.expert_of(request.actor.id)
        context = {
            "expert": expert,
            "admissions": ExpertAdmission.objects.filter(person=request.actor.id).select_related("office"),
            "employments": expert.employments.select_related("organization") if expert else (),
            "kin": expert.kin_declarations.select_related("organization") if expert else (),
            "employment_form": forms.get("employment") or EmploymentForm(prefix="employment"),
            "kin_form": forms.get("kin") or KinForm(prefix="kin"),
            "refusals": refusals,
        }
        return render(request, "orgs/experts/mine.html", context, status=status)


class AdmissionCreateView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return admission_form_page(request, AdmissionForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        return _write(request, ExpertAdmission(person=request.actor.person))


class AdmissionEditView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return admission_form_page(request, AdmissionForm(instance=self._own(request, pk)))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return _write(request, self._own(request, pk))

    def _own(self, request: HttpRequest, pk: UUID) -> ExpertAdmission:
        admission = get_visible_or_404(ExpertAdmission.objects.all(), request.actor, pk=pk)
        if admission.person_id != request.actor.id or admission.status not in ("draft", "returned"):
            raise Http404
        return admission


class AdmissionView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        rows = ExpertAdmission.objects.select_related("person", "office", "case")
        admission = get_visible_or_404(rows, request.actor, pk=pk)
        own = admission.person_id == request.actor.id
        context = {
            "admission": admission,
            "may_edit": own and admission.status in ("draft", "returned"),
            "offers": available(admission, request.actor),
            "history": list(admission.history),
        }
        return render(request, "orgs/experts/admission.html", context)


def _write(request: HttpRequest, admission: ExpertAdmission) -> HttpResponse:
    form = AdmissionForm(request.POST, instance=admission)
    if not form.is_valid():
        return admission_form_page(request, form, status=422)
    try:
        saved = service.draft_admission(actor=request.actor, admission=form.save(commit=False))
    except RuleViolation as violation:
        return admission_form_page(request, form, status=409, refusals=violation.refusals)
    messages.success(request, _("已保存，尚未提交。"))
    return redirect(saved)


def admission_form_page(
    request: HttpRequest, form: AdmissionForm, status: int = 200, refusals: Any = ()
) -> HttpResponse:
    context = {"form": form, "refusals": refusals}
    return render(request, "orgs/experts/admission_form.html", context, status=status)


def _visible(request: HttpRequest, pk: UUID) -> Expert:
    return get_visible_or_404(Expert.objects.select_related("person", "employer"), request.actor, pk=pk)
