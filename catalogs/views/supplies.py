"""Pages of the supply catalogue: the public list, an offer with its record, and the organisation's own desk."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from catalogs.forms.demands import CatalogueFilterForm
from catalogs.forms.supplies import SupplyForm
from catalogs.matching import WEIGHT_LABELS, WEIGHTS
from catalogs.models import Intent, SupplyItem
from catalogs.models.supply import PUBLISHED, SUPPLIERS
from catalogs.records import NOTHING, track_records
from catalogs.selectors import matching
from catalogs.selectors.places import county_of
from catalogs.services import supplies as service
from catalogs.services.intents import may_offer_for
from orgs.models import Organization
from procurement.access import Role, get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.ui.paging import keyset_page


class SupplyCatalogueView(View):
    """供给目录: verified and published offers."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = CatalogueFilterForm(request.GET, county=county_of(request))
        rows = SupplyItem.objects.published().select_related("organization").prefetch_related("areas")
        if form.is_valid():
            chosen = form.cleaned_data
            if chosen.get("street"):
                rows = rows.serving(chosen["street"]).distinct()
            if chosen.get("field"):
                rows = rows.filter(field=chosen["field"])
            if chosen.get("group"):
                rows = rows.filter(groups__contains=[chosen["group"]])
        page = keyset_page(rows, request, order=("-created_at", "id"))
        records = track_records({item.organization_id for item in page.rows})
        context = {
            "page": page,
            "rows": [(item, records.get(item.organization_id, NOTHING)) for item in page.rows],
            "form": form,
            "supplies": bool(request.actor.organization_ids(*SUPPLIERS)),
            "verifies": bool(request.actor.organization_ids(Role.CIV)),
        }
        return render(request, "catalogs/supplies/catalogue.html", context)


class SupplyDeskView(LoginRequiredMixin, View):
    """Own offers, or those to verify; for a provider also the demands its offers fit."""

    def get(self, request: HttpRequest) -> HttpResponse:
        mine = request.actor.organization_ids(*SUPPLIERS)
        verifying = request.actor.organization_ids(Role.CIV, Role.PU_REV)
        if not mine and not verifying:
            raise PermissionDenied(_("供给信息由社会组织填报，由民政部门或街道核实。"))
        rows = SupplyItem.objects.visible_to(request.actor).select_related("organization")
        rows = rows.filter(organization__in=mine) if mine else rows.filter(verifier__in=verifying)
        organizations = Organization.objects.filter(pk__in=mine)[:5]
        context = {
            "page": keyset_page(rows, request, order=("-created_at", "id")),
            "can_write": bool(mine),
            "matches": [found for body in organizations for found in matching.demands_for(body)],
            "weights": [(WEIGHT_LABELS[code], points) for code, points in WEIGHTS.items()],
        }
        return render(request, "catalogs/supplies/desk.html", context)


class SupplyView(View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        item = get_visible_or_404(SupplyItem.objects.select_related("organization", "verifier"), request.actor, pk=pk)
        actor = request.actor
        context = {
            "item": item,
            "areas": item.areas.select_related("parent").order_by("level", "code"),
            "record": track_records([item.organization_id]).get(item.organization_id, NOTHING),
            "offers": available(item, actor),
            "history": list(item.history),
            "can_edit": item.status == "draft" and service.may_write(actor, item),
            "sees_note": item.status != PUBLISHED or actor.sees_everything or service.may_write(actor, item),
            "can_offer": item.status == PUBLISHED and bool(may_offer_for(actor, supply=item)),
            "intents": Intent.objects.visible_to(actor)
            .filter(supply=item)
            .select_related("offered_by", "offered_to")[:20],
        }
        return render(request, "catalogs/supplies/detail.html", context)


class SupplyFormView(LoginRequiredMixin, View):
    """A new offer, or corrections to a draft."""

    def get(self, request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
        item = self._item(pk)
        return self._page(item, SupplyForm(instance=item, actor=request.actor, county=county_of(request)))

    def post(self, request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
        item = self._item(pk)
        form = SupplyForm(request.POST, instance=item, actor=request.actor, county=county_of(request))
        if not form.is_valid():
            return self._page(item, form, status=422)
        saved = service.save(actor=request.actor, item=form.save(commit=False), areas=form.cleaned_data["areas"])
        messages.success(request, _("草稿已保存，尚未提交核实。"))
        return redirect(saved)

    def _item(self, pk: UUID | None) -> SupplyItem | None:
        actor = self.request.actor
        if pk is None:
            if not actor.organization_ids(*SUPPLIERS):
                raise PermissionDenied(_("供给信息由社会组织填报。"))
            return None
        item = get_visible_or_404(SupplyItem.objects.all(), actor, pk=pk)
        if item.status != "draft" or not service.may_write(actor, item):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return item

    def _page(self, item: SupplyItem | None, form: SupplyForm, status: int = 200) -> HttpResponse:
        return render(self.request, "catalogs/supplies/form.html", {"form": form, "item": item}, status=status)
