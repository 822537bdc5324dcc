"""The price library, open to everybody, and entering an official standard."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from catalogs.forms.prices import PriceFilter, StandardForm
from catalogs.selectors import prices as reads
from catalogs.services import prices
from procurement.ui.paging import keyset_page


class PriceListView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        form = PriceFilter(request.GET)
        wanted = form.cleaned_data if form.is_valid() else {}
        rows = reads.summaries_for_list(**wanted)
        context = {
            "form": form,
            "page": keyset_page(rows, request, order=("-year", "name_key", "id")),
            "standards": reads.standards_for_list(**wanted)[:30],
            "may_set": prices.may_set(request.actor),
        }
        return render(request, "catalogs/price_list.html", context)


class StandardCreateView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        self._require_setter()
        return self._page(StandardForm(actor=request.actor))

    def post(self, request: HttpRequest) -> HttpResponse:
        self._require_setter()
        form = StandardForm(request.POST, actor=request.actor)
        if not form.is_valid():
            return self._page(form, status=422)
        prices.set_standard(actor=request.actor, standard=form.save(commit=False))
        messages.success(request, _("定价标准已登记。"))
        return redirect("prices")

    def _require_setter(self) -> None:
        if not prices.may_set(self.request.actor):
            raise PermissionDenied(_("定价标准由财政部门或领导小组办公室登记。"))

    def _page(self, form: StandardForm, status: int = 200) -> HttpResponse:
        return render(self.request, "catalogs/price_form.html", {"form": form}, status=status)
