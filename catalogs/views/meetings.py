"""Letters of intent, fairs, and the map of demand against supply."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from catalogs.forms.intents import BoothForm, FairForm, IntentForm
from catalogs.models import DemandItem, Fair, FairBooth, Intent, SupplyItem
from catalogs.models.meeting import INTENT_SPEAKERS
from catalogs.selectors.fairs import outcome_of, published_figures
from catalogs.selectors.matching import heat_map
from catalogs.selectors.places import county_of
from catalogs.services import intents as service
from orgs.models import Region
from procurement.access import get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page


class HeatMapView(View):
    """供需对接: which street wants what, who offers it, and where nobody does."""

    def get(self, request: HttpRequest) -> HttpResponse:
        county = county_of(request)
        context = {"map": heat_map(county), "county": Region.objects.filter(pk=county).first()}
        return render(request, "catalogs/meetings/heat_map.html", context)


class IntentListView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.actor.sees_everything and not request.actor.organization_ids(*INTENT_SPEAKERS):
            raise PermissionDenied(_("合作意向书只有双方单位可以查看。"))
        rows = Intent.objects.visible_to(request.actor).select_related("offered_by", "offered_to", "demand", "supply")
        page = keyset_page(rows, request, order=("-created_at", "id"))
        return render(request, "catalogs/meetings/intents.html", {"page": page})


class IntentView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        intent = get_visible_or_404(
            Intent.objects.select_related("offered_by", "offered_to", "demand", "supply", "fair"), request.actor, pk=pk
        )
        context = {
            "intent": intent,
            "offers": available(intent, request.actor),
            "history": list(intent.history),
        }
        return render(request, "catalogs/meetings/intent.html", context)


class IntentCreateView(LoginRequiredMixin, View):
    """From a demand to its purchaser, or from an offer to its provider."""

    def get(self, request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
        about = self._about(kind, pk)
        return self._page(about, IntentForm(senders=self._senders(about)))

    def post(self, request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
        about = self._about(kind, pk)
        form = IntentForm(request.POST, senders=self._senders(about))
        if not form.is_valid():
            return self._page(about, form, status=422)
        intent = form.save(commit=False)
        if isinstance(about, DemandItem):
            intent.demand, intent.offered_to = about, about.office
        else:
            intent.supply, intent.offered_to = about, about.organization
        try:
            service.offer(actor=request.actor, intent=intent)
        except RuleViolation as violation:
            for refusal in violation.refusals:
                form.add_error(None, str(refusal))
            return self._page(about, form, status=409)
        messages.success(request, _("意向书已发出，等待对方答复。"))
        return redirect(intent)

    def _about(self, kind: str, pk: UUID) -> DemandItem | SupplyItem:
        about: Any = None
        if kind == "demand":
            about = DemandItem.objects.catalogued().select_related("office").filter(pk=pk).first()
        elif kind == "supply":
            about = SupplyItem.objects.published().select_related("organization").filter(pk=pk).first()
        if about is None or not self._senders(about):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return about  # type: ignore[no-any-return]

    def _senders(self, about: DemandItem | SupplyItem) -> frozenset[UUID]:
        key = "demand" if isinstance(about, DemandItem) else "supply"
        return service.may_offer_for(self.request.actor, **{key: about})  # type: ignore[arg-type]

    def _page(self, about: DemandItem | SupplyItem, form: IntentForm, status: int = 200) -> HttpResponse:
        return render(self.request, "catalogs/meetings/intent_form.html", {"form": form, "about": about}, status=status)


class FairListView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        page = keyset_page(Fair.objects.select_related("organizer", "region"), request, order=("-held_on", "id"))
        context = {"page": page, "can_hold": service.may_hold_fair(request.actor)}
        return render(request, "catalogs/meetings/fairs.html", context)


class FairView(View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._page(request, pk, BoothForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Give a stand to an organisation."""
        fair = get_object_or_404(Fair, pk=pk)
        form = BoothForm(request.POST, instance=FairBooth(fair=fair))
        if not self._holds(fair):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        if not form.is_valid():
            return self._page(request, pk, form, status=422)
        service.give_booth(actor=request.actor, booth=form.save(commit=False))
        messages.success(request, _("展位已安排。"))
        return redirect(fair)

    def _holds(self, fair: Fair) -> bool:
        return fair.organizer_id is not None and fair.organizer_id in service.fair_bodies(self.request.actor)

    def _page(self, request: HttpRequest, pk: UUID, form: BoothForm, status: int = 200) -> HttpResponse:
        fair = get_object_or_404(Fair.objects.select_related("organizer", "region"), pk=pk)
        context = {
            "fair": fair,
            "booths": fair.booths.select_related("organization")[:300],
            "outcome": None if fair.is_historic else outcome_of(fair),
            "figures": published_figures(fair),
            "form": form if self._holds(fair) else None,
        }
        return render(request, "catalogs/meetings/fair.html", context, status=status)


class FairCreateView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        self._require_holder()
        return self._page(FairForm(actor=request.actor))

    def post(self, request: HttpRequest) -> HttpResponse:
        self._require_holder()
        form = FairForm(request.POST, actor=request.actor)
        if not form.is_valid():
            return self._page(form, status=422)
        fair = service.announce_fair(actor=request.actor, fair=form.save(commit=False))
        messages.success(request, _("对接会已发布。"))
        return redirect(fair)

    def _require_holder(self) -> None:
        if not service.may_hold_fair(self.request.actor):
            raise PermissionDenied(_("对接会由购买主体或民政部门举办。"))

    def _page(self, form: FairForm, status: int = 200) -> HttpResponse:
        return render(self.request, "catalogs/meetings/fair_form.html", {"form": form}, status=status)
