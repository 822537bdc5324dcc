"""The network of hubs for everyone; recognitions; the hub's cockpit and the comparison of a district's hubs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from orgs.forms.recognitions import AffiliationForm, LeaveForm, RecognitionForm
from orgs.models import HubAffiliation, HubRecognition, Organization, Region
from orgs.selectors.network import hub_network, tiles
from orgs.selectors.recognitions import applying_bodies
from orgs.selectors.supervision import (
    comparison,
    current_affiliations,
    hub_facts,
    may_compare,
    may_see_cockpit,
    member_rows,
    recognitions_of,
    totals,
)
from orgs.services import affiliations, recognitions
from procurement.access import Role, get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page


class NetworkView(View):
    """``/orgs/hubs/``: the tree and the districts, for everyone."""

    def get(self, request: HttpRequest) -> HttpResponse:
        network = hub_network(timezone.localdate())
        asked = request.GET.get("district", "")
        chosen = next((row.region for row in network.districts if row.region.pk == asked), None)
        context = {
            "network": network,
            "chosen": chosen,
            "tiles": tiles(network.districts),
            "trees": network.trees(chosen.pk if chosen else ""),
            "city": network.of_tier("city"),
            "district": network.of_tier("district"),
            "street": network.of_tier("street"),
            "may_compare": may_compare(request.actor),
        }
        return render(request, "orgs/hubs/network.html", context)


class RecognitionListView(View):
    """Recognitions this person may read: published ones, and the own or those to be decided."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = HubRecognition.objects.visible_to(request.actor).select_related("organization", "office")
        page = keyset_page(rows, request, order=("-created_at", "id"))
        context = {"page": page, "can_apply": applying_bodies(request.actor).exists()}
        return render(request, "orgs/hubs/recognition_list.html", context)


class RecognitionView(View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        recognition = get_visible_or_404(
            HubRecognition.objects.select_related("organization", "office__region", "successor"), request.actor, pk=pk
        )
        actor = request.actor
        inside = (
            actor.sees_everything
            or actor.holds(Role.CIV)
            or recognition.organization_id in actor.organization_ids()
            or bool({recognition.office_id} & actor.organization_ids(Role.LG, Role.LGO))
        )
        context = {
            "recognition": recognition,
            "offers": available(recognition, actor),
            "history": list(recognition.history),
            "reviews": list(recognition.reviews.select_related("decided_by")),
            "inside": inside,
            "sees_cockpit": may_see_cockpit(actor, recognition.organization),
        }
        return render(request, "orgs/hubs/recognition.html", context)


class RecognitionCreateView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        self._require_body()
        return self._page(RecognitionForm(actor=request.actor))

    def post(self, request: HttpRequest) -> HttpResponse:
        self._require_body()
        form = RecognitionForm(request.POST, actor=request.actor)
        if not form.is_valid():
            return self._page(form, status=422)
        try:
            recognition = recognitions.apply_for(actor=request.actor, **form.cleaned_data)
        except RuleViolation as violation:
            return self._page(form, status=409, refusals=violation.refusals)
        messages.success(request, _("申请已提交，由领导小组办公室核对资格。"))
        return redirect(recognition)

    def _require_body(self) -> None:
        if not applying_bodies(self.request.actor).exists():
            raise PermissionDenied(_("枢纽认定由依法登记的社会组织负责人申请。"))

    def _page(self, form: RecognitionForm, status: int = 200, refusals: Any = ()) -> HttpResponse:
        context = {"form": form, "refusals": refusals}
        return render(self.request, "orgs/hubs/recognition_form.html", context, status=status)


class CockpitView(LoginRequiredMixin, View):
    """What a hub has to look after, all from kept data; as many queries for three hundred members as for three."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        hub = cockpit_or_404(request, pk)
        today = timezone.localdate()
        ties = current_affiliations(today).filter(hub=hub).select_related("member").order_by("member__sort_key", "id")
        rows = member_rows(list(ties), today)
        only = request.GET.get("only", "")
        context = {
            "hub": hub,
            "recognitions": list(recognitions_of(hub)),
            "totals": totals(rows),
            "facts": hub_facts([hub.pk], today).get(hub.pk),
            "rows": [row for row in rows if row.needs_attention] if only else rows,
            "only": only,
            "may_lead": affiliations.may_lead(request.actor, hub),
            "may_compare": may_compare(request.actor),
            "today": today,
        }
        return render(request, "orgs/hubs/cockpit.html", context)


class AffiliateView(LoginRequiredMixin, View):
    """The hub registers a member."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        hub = self._hub(pk)
        return self._page(hub, AffiliationForm(hub=hub))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        hub = self._hub(pk)
        form = AffiliationForm(request.POST, hub=hub)
        if not form.is_valid():
            return self._page(hub, form, status=422)
        try:
            affiliations.affiliate(
                actor=request.actor,
                hub=hub,
                member=form.cleaned_data["uscc"],
                field=form.cleaned_data["field"],
                on=timezone.localdate(),
            )
        except RuleViolation as violation:
            return self._page(hub, form, status=409, refusals=violation.refusals)
        messages.success(request, _("成员已登记。"))
        return redirect("hub-cockpit", hub.pk)

    def _hub(self, pk: UUID) -> Organization:
        hub = cockpit_or_404(self.request, pk)
        if not affiliations.may_lead(self.request.actor, hub) or not hub.is_hub:
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return hub

    def _page(self, hub: Organization, form: AffiliationForm, status: int = 200, refusals: Any = ()) -> HttpResponse:
        context = {"hub": hub, "form": form, "refusals": refusals}
        return render(self.request, "orgs/hubs/affiliate.html", context, status=status)


class LeaveView(LoginRequiredMixin, View):
    """A tie ends today."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._page(self._tie(pk), LeaveForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        tie, form = self._tie(pk), LeaveForm(request.POST)
        if not form.is_valid():
            return self._page(tie, form, status=422)
        affiliations.leave(
            actor=request.actor, affiliation=tie, reason=form.cleaned_data["reason"], on=timezone.localdate()
        )
        messages.success(request, _("联系关系已终止。"))
        return redirect("hub-cockpit", tie.hub_id)

    def _tie(self, pk: UUID) -> HubAffiliation:
        ties = current_affiliations(timezone.localdate()).select_related("hub", "member")
        tie = ties.filter(pk=pk).first()
        if tie is None or not affiliations.may_lead(self.request.actor, tie.hub):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return tie

    def _page(self, tie: HubAffiliation, form: LeaveForm, status: int = 200) -> HttpResponse:
        return render(self.request, "orgs/hubs/leave.html", {"tie": tie, "form": form}, status=status)


class ComparisonView(LoginRequiredMixin, View):
    """A district's hubs side by side: how fast they recommend, how many late, whose members carry warnings."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not may_compare(request.actor):
            raise PermissionDenied(_("枢纽督导对比由领导小组及其办公室、民政部门和监督机关查看。"))
        used = Organization.objects.hubs().values("region_id")
        districts = list(Region.objects.filter(pk__in=used).order_by("code"))
        asked = request.GET.get("district", "")
        chosen = next((one for one in districts if one.pk == asked), None) or self._own(districts)
        context = {
            "districts": districts,
            "chosen": chosen,
            "rows": comparison(chosen.pk, timezone.localdate()) if chosen else [],
        }
        return render(request, "orgs/hubs/comparison.html", context)

    def _own(self, districts: list[Region]) -> Region | None:
        """The district of the first seat, where there is one among them."""
        ids = self.request.actor.organization_ids()
        own = set(Organization.objects.filter(pk__in=ids).values_list("region_id", flat=True))
        return next((one for one in districts if one.pk in own), districts[0] if districts else None)


def cockpit_or_404(request: HttpRequest, pk: UUID) -> Organization:
    hub = get_visible_or_404(Organization.objects.select_related("region"), request.actor, pk=pk)
    if not may_see_cockpit(request.actor, hub):
        raise Http404(_("没有找到您要的内容，或者您无权查看。"))
    return hub
