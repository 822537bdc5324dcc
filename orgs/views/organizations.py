"""The register of organisations, an organisation's public page, and the own profile."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from orgs.forms.organizations import OrganizationFilterForm, OrganizationForm
from orgs.models import CreditRecord, Organization
from orgs.selectors.dossier import may_read_dossier
from orgs.services import organizations
from orgs.services.memberships import roles_grantable
from procurement.access import Actor, Role, get_visible_or_404
from procurement.ui.paging import keyset_page


class OrganizationListView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        form = OrganizationFilterForm(request.GET or None, actor=request.actor)
        form = form if form.is_bound else OrganizationFilterForm({}, actor=request.actor)
        standing = Organization.objects.visible_to(request.actor).standing()
        rows = form.narrow(standing).select_related("region__parent__parent")
        page = keyset_page(rows, request, order=("sort_key", "id"))
        return render(request, "orgs/organization_list.html", {"form": form, "page": page})


class OrganizationView(View):
    """What anyone may read about an organisation; its own people see the full numbers."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        organization = get_visible_or_404(
            Organization.objects.select_related("region__parent__parent", "street", "merged_into"), request.actor, pk=pk
        )
        if organization.merged_into is not None:
            words = {"name": organization.name, "other": organization.merged_into.name}
            messages.info(request, _("“%(name)s”已并入“%(other)s”。") % words)
            return redirect(organization.merged_into)
        return render(request, "orgs/organization.html", facts_of(organization, request.actor))


class MyOrganizationView(LoginRequiredMixin, View):
    """``/orgs/mine/``: the organisation I work for; which one, when there are several."""

    def get(self, request: HttpRequest) -> HttpResponse:
        mine = own_organizations(request.actor)
        if len(mine) == 1:
            return redirect(mine[0])
        return render(request, "orgs/mine.html", {"organizations": mine})


class MyOrganizationEditView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
        organization = editable_or_404(request.actor, pk)
        return self._page(organization, OrganizationForm(instance=organization))

    def post(self, request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
        organization = editable_or_404(request.actor, pk)
        form = OrganizationForm(request.POST, instance=organization)
        if not form.is_valid():
            return self._page(Organization.objects.get(pk=organization.pk), form, status=422)
        organizations.update_profile(actor=request.actor, organization=form.instance, changed=form.changed_data)
        messages.success(request, _("单位信息已保存。") if form.changed_data else _("没有改动。"))
        return redirect(organization)

    def _page(self, organization: Organization, form: OrganizationForm, status: int = 200) -> HttpResponse:
        context = {"organization": organization, "form": form}
        return render(self.request, "orgs/organization_form.html", context, status=status)


def own_organizations(actor: Actor) -> list[Organization]:
    mine = Organization.objects.filter(pk__in=actor.organization_ids()).standing()
    return list(mine.select_related("region__parent__parent"))


def editable_or_404(actor: Actor, pk: UUID | None) -> Organization:
    """An organisation whose profile the actor may edit; without a key, the first of the own ones."""
    mine = Organization.objects.filter(pk__in=actor.organization_ids(*organizations.EDITORS)).standing()
    organization = mine.filter(pk=pk).first() if pk else mine.first()
    if organization is None:
        raise Http404(_("没有找到您要的内容，或者您无权查看。"))
    return organization


def facts_of(organization: Organization, actor: Actor) -> dict[str, Any]:
    today = timezone.localdate()
    affiliations = organization.hub_affiliations.filter(valid_from__lte=today).exclude(valid_to__lte=today)
    members = organization.affiliates.filter(valid_from__lte=today).exclude(valid_to__lte=today)
    return {
        "organization": organization,
        "is_own": organizations.may_see_details(actor, organization),
        "can_edit": organizations.may_edit(actor, organization),
        "can_see_members": organizations.may_see_details(actor, organization)
        or actor.sees_everything
        or actor.holds(Role.SYS)
        or bool(roles_grantable(actor, organization)),
        "inspections": organization.inspections.all()[:5],
        "qualifications": organization.qualifications.public(),
        "can_read_dossier": may_read_dossier(actor, organization),
        "records": CreditRecord.objects.visible_to(actor).filter(organization=organization),
        "affiliations": affiliations.select_related("hub"),
        "members": members.select_related("member").order_by("member__sort_key")[:50],
        "today": today,
    }
