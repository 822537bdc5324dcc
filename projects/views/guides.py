"""Guides: the public list and page, and the office's desk for writing them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from orgs.models import Organization
from procurement.access import Role, get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page
from projects.forms.guides import AddendumForm, GuideForm, NewGuideForm
from projects.models import Guide
from projects.panels import guide_panels
from projects.selectors.guides import governing_rules, guide_rows, usual_bodies
from projects.services import guides as service


class GuideListView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get("state", "")
        page = keyset_page(guide_rows(request.actor, state=wanted), request, order=("-year", "-created_at", "id"))
        context = {
            "page": page,
            "wanted": wanted,
            "may_write": bool(request.actor.organization_ids(Role.LGO)),
            "states": [("", _("全部")), ("open", _("受理申报")), ("closed", _("申报截止")), ("decided", _("评审办结"))],
        }
        return render(request, "projects/guide_list.html", context)


class GuideView(View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        guide = get_visible_or_404(
            Guide.objects.select_related("office", "envelope", "jurisdiction", "rule_set", "case"), request.actor, pk=pk
        )
        now = timezone.now()
        is_office = request.actor.holds(Role.LGO, guide.office_id)
        context = {
            "guide": guide,
            "areas": guide.areas.prefetch_related("categories"),
            "addenda": guide.addenda.all(),
            "publicities": guide.publicities.visible_to(request.actor),
            "offers": available(guide, request.actor) if request.actor.user else [],
            "panels": guide_panels(guide, request.actor),
            "accepting": guide.status == "open" and guide.opens_at <= now < guide.closes_at,
            "may_apply": bool(request.actor.organization_ids(Role.ORG, Role.ORG_H, Role.UNI)),
            "is_office": is_office,
            "is_leader": request.actor.holds(Role.LG, guide.office_id),
            "sees_case": request.actor.sees_everything or guide.office_id in request.actor.organization_ids(),
        }
        return render(request, "projects/guide_detail.html", context)


class GuideCreateView(LoginRequiredMixin, View):
    """The office starts a guide; the bodies of its last one are proposed, the rules are those in force."""

    def get(self, request: HttpRequest) -> HttpResponse:
        office = self._office(request)
        proposed = {"year": timezone.localdate().year + 1, **usual_bodies(office)}
        return self._page(request, NewGuideForm(office=office, initial=proposed))

    def post(self, request: HttpRequest) -> HttpResponse:
        office = self._office(request)
        form = NewGuideForm(request.POST, office=office)
        if not form.is_valid():
            return self._page(request, form, status=422)
        try:
            guide = service.start_guide(
                actor=request.actor,
                office=office,
                jurisdiction=office.region,
                rule_set=governing_rules(office, timezone.localdate()),
                **form.cleaned_data,
            )
        except RuleViolation as violation:
            return self._page(request, form, status=409, refusals=violation.refusals)
        messages.success(request, _("指南草稿已建立，请设置评分办法后送审。"))
        return redirect(guide)

    def _office(self, request: HttpRequest) -> Organization:
        office = (
            Organization.objects.select_related("region")
            .filter(pk__in=request.actor.organization_ids(Role.LGO))
            .first()
        )
        if office is None:
            raise Http404
        return office

    def _page(self, request: HttpRequest, form: NewGuideForm, status: int = 200, refusals: Any = ()) -> HttpResponse:
        context = {"form": form, "refusals": refusals, "title": _("编制申报指南")}
        return render(request, "projects/guide_form.html", context, status=status)


class GuideEditView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        guide = self._guide(request, pk)
        return self._page(request, guide, GuideForm(instance=guide))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        guide = self._guide(request, pk)
        form = GuideForm(request.POST, instance=guide)
        if not form.is_valid():
            return self._page(request, guide, form, status=422)
        try:
            service.revise_guide(actor=request.actor, guide=guide, **form.cleaned_data)
        except RuleViolation as violation:
            return self._page(request, guide, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已保存"))
        return redirect(guide)

    def _guide(self, request: HttpRequest, pk: str) -> Guide:
        guide = get_visible_or_404(Guide.objects.all(), request.actor, pk=pk)
        if not request.actor.holds(Role.LGO, guide.office_id):
            raise Http404
        return guide

    def _page(
        self, request: HttpRequest, guide: Guide, form: GuideForm, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {"form": form, "guide": guide, "refusals": refusals, "title": _("修改申报指南")}
        return render(request, "projects/guide_form.html", context, status=status)


class AddendumView(GuideEditView):
    """补充通知: the only change an open guide knows."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        return self._show(request, self._guide(request, pk), AddendumForm())

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        guide = self._guide(request, pk)
        form = AddendumForm(request.POST)
        if not form.is_valid():
            return self._show(request, guide, form, status=422)
        try:
            service.issue_addendum(actor=request.actor, guide=guide, **form.cleaned_data)
        except RuleViolation as violation:
            return self._show(request, guide, form, status=409, refusals=violation.refusals)
        messages.success(request, _("补充通知已发布"))
        return redirect(guide)

    def _show(
        self, request: HttpRequest, guide: Guide, form: AddendumForm, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {"form": form, "guide": guide, "refusals": refusals, "title": _("发布补充通知")}
        return render(request, "projects/guide_form.html", context, status=status)
