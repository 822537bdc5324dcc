"""Pages of a department's budget: lines with their lifecycle, the filed tables, drafting and adjusting."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from catalogs.forms.budgets import BudgetLineForm
from catalogs.forms.envelopes import AdjustmentForm
from catalogs.models import BudgetAdjustment, BudgetLine, PurchaseItemTable, PurchasePlan
from catalogs.selectors import budgets as reads
from catalogs.services import budgets, envelopes, plans
from orgs.models import Organization
from procurement.access import Actor, get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.rules import Regime, RuleViolation
from procurement.rules.models import RuleSet
from procurement.ui.paging import keyset_page


def own_departments(actor: Actor) -> list[Organization]:
    return list(Organization.objects.filter(pk__in=actor.organization_ids(*budgets.PREPARERS)).order_by("name"))


class LineListView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        rows = reads.lines_for_list(request.actor)
        page = keyset_page(rows, request, order=("-created_at", "id"))
        departments = own_departments(request.actor)
        today = timezone.localdate()
        context = {
            "page": page,
            "departments": departments,
            "year": today.year,
            "share": reads.social_share(today.year, _target(today)),
            "quotas": [
                (place, quota)
                for place in departments
                if (quota := reads.lottery_quota(place, today.year, today)) is not None
            ],
        }
        return render(request, "catalogs/budget_list.html", context)


def _target(today: Any) -> Any:
    rules = RuleSet.objects.in_force(jurisdiction="000000", regime=Regime.OTHER_PURCHASE, on=today)
    return rules.value("social_organization_share_target")


class LineView(View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        line = get_visible_or_404(
            BudgetLine.objects.select_related("envelope__office", "envelope__finance", "department", "catalogue_item"),
            request.actor,
            pk=pk,
        )
        may = budgets.may_prepare(request.actor, line.department_id)
        context = {
            "line": line,
            "offers": available(line, request.actor),
            "history": list(line.history),
            "route": reads.payment_route(line),
            "filed": line.status != "draft" and reads.is_filed(line),
            "plans": PurchasePlan.objects.visible_to(request.actor).filter(budget_line=line)[:50],
            "adjustments": BudgetAdjustment.objects.visible_to(request.actor).filter(line=line),
            "can_edit": may and line.status == "draft",
            "can_file": may and line.status == "submitted",
            "can_adjust": line.is_locked and envelopes.may_prepare(request.actor, line.envelope),
            "can_plan": line.is_locked and plans.may_prepare(request.actor, line),
        }
        return render(request, "catalogs/budget_line.html", context)


class LineCreateView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        self._require_preparer()
        return self._page(BudgetLineForm(actor=request.actor))

    def post(self, request: HttpRequest) -> HttpResponse:
        self._require_preparer()
        form = BudgetLineForm(request.POST, actor=request.actor)
        if not form.is_valid():
            return self._page(form, status=422)
        line = budgets.prepare(actor=request.actor, line=form.save(commit=False))
        messages.success(request, _("草稿已保存，尚未提交。"))
        return redirect(line)

    def _require_preparer(self) -> None:
        if not self.request.actor.organization_ids(*budgets.PREPARERS):
            raise PermissionDenied(_("预算项目由本部门的财务审批人或领导小组办公室编制。"))

    def _page(self, form: BudgetLineForm, status: int = 200) -> HttpResponse:
        return render(self.request, "catalogs/budget_form.html", {"form": form, "line": None}, status=status)


class LineEditView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        line = self._draft(pk)
        return self._page(line, BudgetLineForm(instance=line, actor=request.actor))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        line = self._draft(pk)
        form = BudgetLineForm(request.POST, instance=line, actor=request.actor)
        if not form.is_valid():
            return self._page(line, form, status=422)
        budgets.prepare(actor=request.actor, line=form.save(commit=False))
        messages.success(request, _("草稿已保存，尚未提交。"))
        return redirect(line)

    def _draft(self, pk: UUID) -> BudgetLine:
        line = get_visible_or_404(BudgetLine.objects.all(), self.request.actor, pk=pk)
        if line.status != "draft" or not budgets.may_prepare(self.request.actor, line.department_id):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return line

    def _page(self, line: BudgetLine, form: BudgetLineForm, status: int = 200) -> HttpResponse:
        return render(self.request, "catalogs/budget_form.html", {"form": form, "line": line}, status=status)


class LineAdjustView(LoginRequiredMixin, View):
    """An approved line changes only by an adjustment of its envelope's budget (R-017)."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        line = self._approved(pk)
        return self._page(line, AdjustmentForm(envelope=line.envelope, line=line))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        line = self._approved(pk)
        form = AdjustmentForm(request.POST, envelope=line.envelope, line=line)
        if not form.is_valid():
            return self._page(line, form, status=422)
        adjustment = envelopes.propose_adjustment(
            actor=request.actor,
            envelope=line.envelope,
            line=line,
            delta=form.cleaned_data["delta"],
            grounds=form.cleaned_data["grounds"],
        )
        messages.success(request, _("调整草稿已保存，尚未提交。"))
        return redirect(adjustment)

    def _approved(self, pk: UUID) -> BudgetLine:
        line = get_visible_or_404(BudgetLine.objects.select_related("envelope"), self.request.actor, pk=pk)
        if not line.is_locked or not envelopes.may_prepare(self.request.actor, line.envelope):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return line

    def _page(self, line: BudgetLine, form: AdjustmentForm, status: int = 200) -> HttpResponse:
        return render(self.request, "catalogs/budget_adjust.html", {"form": form, "line": line}, status=status)


class TableListView(LoginRequiredMixin, View):
    """The filed tables, and filing a new one for a department and year."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page()

    def post(self, request: HttpRequest) -> HttpResponse:
        department = next(
            (d for d in own_departments(request.actor) if str(d.pk) == request.POST.get("department")), None
        )
        year = request.POST.get("year", "")
        if department is None or not year.isdigit() or len(year) != 4:
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        try:
            table = budgets.file_item_table(actor=request.actor, department=department, fiscal_year=int(year))
        except RuleViolation as violation:
            return self._page(refusals=violation.refusals, status=409)
        messages.success(request, _("购买项目表已随部门预算报送。"))
        return redirect(table)

    def _page(self, refusals: Any = (), status: int = 200) -> HttpResponse:
        request = self.request
        rows = PurchaseItemTable.objects.visible_to(request.actor).select_related("department", "filed_by")
        departments = own_departments(request.actor)
        waiting = (
            BudgetLine.objects.filter(department__in=departments)
            .exclude(status="draft")
            .values("department_id", "department__name", "envelope__fiscal_year")
            .annotate(total=Sum("amount"))
            .order_by("-envelope__fiscal_year")[:10]
        )
        context = {
            "page": keyset_page(rows, request, order=("-filed_at", "id")),
            "waiting": waiting,
            "refusals": refusals,
        }
        return render(request, "catalogs/item_tables.html", context, status=status)


class TableView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        table = get_visible_or_404(
            PurchaseItemTable.objects.select_related("department", "filed_by"), request.actor, pk=pk
        )
        return render(request, "catalogs/item_table.html", {"table": table})


class TablePdfView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        table = get_visible_or_404(PurchaseItemTable.objects.select_related("department"), request.actor, pk=pk)
        answer = HttpResponse(budgets.item_table_pdf(table), content_type="application/pdf")
        answer["Content-Disposition"] = f'attachment; filename="item-table-{table.fiscal_year}-{table.version}.pdf"'
        return answer
