"""Pages of the purchase plans: published intentions for everyone, drafting with the recommended method beside it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from catalogs.forms.plans import PlanFilter, PlanForm
from catalogs.models import BudgetLine, PurchasePlan
from catalogs.selectors.budgets import not_open_total, plans_for_list
from catalogs.selectors.plans import demands_of, survey_of
from catalogs.selectors.prices import plan_price_hints
from catalogs.selectors.purchase_checks import check_refusals, latest_check
from catalogs.services import plans
from procurement.access import get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.money import yuan
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page


class PlanListView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        form = PlanFilter(request.GET)
        rows = plans_for_list(request.actor)
        if form.is_valid():
            if year := form.cleaned_data["year"]:
                rows = rows.filter(budget_line__envelope__fiscal_year=year)
            if method := form.cleaned_data["method"]:
                rows = rows.filter(method=method)
        context = {"page": keyset_page(rows, request, order=("-created_at", "id")), "form": form}
        return render(request, "catalogs/plan_list.html", context)


class PlanView(View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        plan = get_visible_or_404(
            PurchasePlan.objects.select_related(
                "budget_line__envelope",
                "budget_line__department__region",
                "budget_line__catalogue_item",
                "rule_set",
                "other_rule_set",
            ),
            request.actor,
            pk=pk,
        )
        context = {
            "plan": plan,
            "line": plan.budget_line,
            "offers": available(plan, request.actor),
            "history": list(plan.history),
            "advice": plans.advice(plan),
            "price_hints": plan_price_hints(plan),
            **self._check(plan),
            "not_open_total": not_open_total(plan),
            "survey": survey_of(plan),
            "demands": demands_of(plan, request.actor),
            "can_edit": plan.status == "draft" and plans.may_prepare(request.actor, plan.budget_line),
        }
        return render(request, "catalogs/plan.html", context)

    def _check(self, plan: PurchasePlan) -> dict[str, object]:
        """The negative list, for those who handle the plan."""
        line = plan.budget_line
        if not self.request.user.is_authenticated:
            return {}
        check = latest_check(plan.subject)
        return {
            "check": check,
            "check_refusals": check_refusals(plan.subject, region=line.department.region) if check else [],
            "check_url": reverse("purchase-check", args=[plan.subject]),
        }


class PriceHintView(LoginRequiredMixin, View):
    """What the price library says of the figures just typed; the page works the same without it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        rows = BudgetLine.objects.select_related("envelope", "department")
        line = get_visible_or_404(rows, request.actor, pk=pk)
        if not plans.may_prepare(request.actor, line):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        plan = PurchasePlan(budget_line=line, unit=request.POST.get("unit", ""))
        try:
            plan.unit_price = yuan(request.POST.get("unit_price", ""))
        except ValueError:
            plan.unit_price = None
        return render(request, "catalogs/price_hints.html", {"price_hints": plan_price_hints(plan)})


class PlanCreateView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        line = self._line(pk)
        return self._page(line, PlanForm(line=line))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        line = self._line(pk)
        form = PlanForm(request.POST, line=line)
        if not form.is_valid():
            return self._page(line, form, status=422)
        try:
            plan = plans.prepare(actor=request.actor, plan=form.save(commit=False))
        except RuleViolation as violation:
            return self._page(line, form, refusals=violation.refusals, status=409)
        messages.success(request, _("草稿已保存，尚未提交。"))
        return redirect(plan)

    def _line(self, pk: UUID) -> BudgetLine:
        rows = BudgetLine.objects.select_related("envelope", "department")
        line = get_visible_or_404(rows, self.request.actor, pk=pk)
        if not line.is_locked or not plans.may_prepare(self.request.actor, line):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return line

    def _page(self, line: BudgetLine, form: PlanForm, *, refusals: object = (), status: int = 200) -> HttpResponse:
        context = {"form": form, "line": line, "plan": None, "refusals": refusals, "price_hints": []}
        return render(self.request, "catalogs/plan_form.html", context, status=status)


class PlanEditView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        plan = self._draft(pk)
        return self._page(plan, PlanForm(instance=plan, line=plan.budget_line))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        plan = self._draft(pk)
        form = PlanForm(request.POST, instance=plan, line=plan.budget_line)
        if not form.is_valid():
            return self._page(plan, form, status=422)
        plans.prepare(actor=request.actor, plan=form.save(commit=False))
        messages.success(request, _("草稿已保存，尚未提交。"))
        return redirect(plan)

    def _draft(self, pk: UUID) -> PurchasePlan:
        rows = PurchasePlan.objects.select_related("budget_line__envelope", "budget_line__department")
        plan = get_visible_or_404(rows, self.request.actor, pk=pk)
        if plan.status != "draft" or not plans.may_prepare(self.request.actor, plan.budget_line):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return plan

    def _page(self, plan: PurchasePlan, form: PlanForm, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "line": plan.budget_line,
            "plan": plan,
            "refusals": (),
            "price_hints": plan_price_hints(plan),
        }
        return render(self.request, "catalogs/plan_form.html", context, status=status)
