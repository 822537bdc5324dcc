"""Pages of the year's money: list, figures with their lifecycle, drafting and adjusting."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from catalogs.forms.envelopes import AdjustmentForm, EnvelopeForm
from catalogs.models import BudgetAdjustment, FundEnvelope
from catalogs.services import envelopes
from procurement.access import Actor, Role, get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.ui.paging import keyset_page


class EnvelopeListView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        rows = FundEnvelope.objects.visible_to(request.actor).select_related("office", "jurisdiction__parent__parent")
        page = keyset_page(rows, request, order=("-fiscal_year", "title", "id"))
        context = {"page": page, "can_create": may_create(request.actor)}
        return render(request, "catalogs/envelope_list.html", context)


class EnvelopeView(View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        envelope = get_visible_or_404(
            FundEnvelope.objects.select_related("office", "finance", "jurisdiction__parent__parent"),
            request.actor,
            pk=pk,
        )
        may_prepare = envelopes.may_prepare(request.actor, envelope)
        context = {
            "envelope": envelope,
            "offers": available(envelope, request.actor),
            "history": list(envelope.history),
            "entries": envelope.entries.select_related("actor")[:50] if request.user.is_authenticated else [],
            "adjustments": BudgetAdjustment.objects.visible_to(request.actor).filter(envelope=envelope, line=None),
            "can_edit": may_prepare and envelope.status == "draft",
            "can_adjust": may_prepare and envelope.is_locked,
        }
        return render(request, "catalogs/envelope.html", context)


class EnvelopeCreateView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        self._require_preparer()
        return self._page(EnvelopeForm(actor=request.actor))

    def post(self, request: HttpRequest) -> HttpResponse:
        self._require_preparer()
        form = EnvelopeForm(request.POST, actor=request.actor)
        if not form.is_valid():
            return self._page(form, status=422)
        envelope = envelopes.prepare(actor=request.actor, envelope=form.save(commit=False))
        messages.success(request, _("草稿已保存，尚未提交。"))
        return redirect(envelope)

    def _require_preparer(self) -> None:
        if not may_create(self.request.actor):
            raise PermissionDenied(_("资金额度由领导小组办公室或购买方财务审批人编制。"))

    def _page(self, form: EnvelopeForm, status: int = 200) -> HttpResponse:
        return render(self.request, "catalogs/envelope_form.html", {"form": form, "envelope": None}, status=status)


class EnvelopeEditView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        envelope = self._draft(pk)
        return self._page(envelope, EnvelopeForm(instance=envelope, actor=request.actor))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        envelope = self._draft(pk)
        form = EnvelopeForm(request.POST, instance=envelope, actor=request.actor)
        if not form.is_valid():
            return self._page(envelope, form, status=422)
        envelopes.prepare(actor=request.actor, envelope=form.save(commit=False))
        messages.success(request, _("草稿已保存，尚未提交。"))
        return redirect(envelope)

    def _draft(self, pk: UUID) -> FundEnvelope:
        envelope = get_visible_or_404(FundEnvelope.objects.all(), self.request.actor, pk=pk)
        if envelope.status != "draft" or not envelopes.may_prepare(self.request.actor, envelope):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return envelope

    def _page(self, envelope: FundEnvelope, form: EnvelopeForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "envelope": envelope}
        return render(self.request, "catalogs/envelope_form.html", context, status=status)


class AdjustmentCreateView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        envelope = self._approved(pk)
        return self._page(envelope, AdjustmentForm(envelope=envelope))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        envelope = self._approved(pk)
        form = AdjustmentForm(request.POST, envelope=envelope)
        if not form.is_valid():
            return self._page(envelope, form, status=422)
        adjustment = envelopes.propose_adjustment(
            actor=request.actor,
            envelope=envelope,
            delta=form.cleaned_data["delta"],
            grounds=form.cleaned_data["grounds"],
        )
        messages.success(request, _("调整草稿已保存，尚未提交。"))
        return redirect(adjustment)

    def _approved(self, pk: UUID) -> FundEnvelope:
        envelope = get_visible_or_404(FundEnvelope.objects.all(), self.request.actor, pk=pk)
        if not envelope.is_locked or not envelopes.may_prepare(self.request.actor, envelope):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return envelope

    def _page(self, envelope: FundEnvelope, form: AdjustmentForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "envelope": envelope}
        return render(self.request, "catalogs/adjustment_form.html", context, status=status)


class AdjustmentView(View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        adjustment = get_visible_or_404(
            BudgetAdjustment.objects.select_related("envelope__office", "envelope__finance", "line"),
            request.actor,
            pk=pk,
        )
        context = {
            "adjustment": adjustment,
            "offers": available(adjustment, request.actor),
            "history": list(adjustment.history),
            "amount_after": (adjustment.line or adjustment.envelope).amount + adjustment.delta,
        }
        return render(request, "catalogs/adjustment.html", context)


def may_create(actor: Actor) -> bool:
    return bool(actor.organization_ids(Role.LGO, Role.PU_FIN))
