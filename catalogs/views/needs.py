"""Pages of the register of needs: for residents without an account, and for the officers who answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import qrcode
import qrcode.image.svg
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from catalogs.forms.needs import CodeForm, NeedFilterForm, NeedForm
from catalogs.models import Need, NeedContact
from catalogs.models.need import LIVE_NEED_STATES, NEED_KEEPERS, NeedQuerySet
from catalogs.selectors import needs as selectors
from catalogs.selectors.places import county_of
from catalogs.services import needs as service
from catalogs.voters import mark_browser, voter_of
from orgs.models import Region
from procurement.access import get_visible_or_404
from procurement.access.throttle import admits
from procurement.audit.origin import client_address
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page

HOUR = 3600
#: A whole housing estate may sit behind one address.
MOST_NEEDS_PER_HOUR, MOST_VOICES_PER_HOUR, MOST_LOOKUPS_PER_HOUR = 20, 60, 30


class NeedListView(View):
    """需求征集: what has been told and read, the most supported first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        county = county_of(request)
        form = NeedFilterForm(request.GET, county=county)
        rows = Need.objects.public().select_related("street", "demand_item")
        if form.is_valid():
            rows = filtered(rows, form.cleaned_data)
        context = {
            "page": keyset_page(rows, request, order=("-support_count", "-created_at", "id")),
            "form": form,
            "keeps": bool(request.actor.organization_ids(*NEED_KEEPERS)),
            "street": request.GET.get("street", ""),
        }
        return mark_browser(request, render(request, "catalogs/needs/list.html", context))


def filtered(rows: NeedQuerySet, chosen: dict[str, Any]) -> NeedQuerySet:
    for name in ("street", "field", "status"):
        if chosen.get(name):
            rows = rows.filter(**{name: chosen[name]})
    if chosen.get("group"):
        rows = rows.filter(groups__contains=[chosen["group"]])
    return rows.filter(title__icontains=chosen["q"]) if chosen.get("q") else rows


class NeedCreateView(View):
    """Where a street's QR code leads. Nothing is asked that tells who is asking."""

    def get(self, request: HttpRequest) -> HttpResponse:
        initial = {"street": request.GET.get("street", ""), "urgency": "usual"}
        form = NeedForm(initial=initial, county=county_of(request))
        return mark_browser(request, self._page(form))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NeedForm(request.POST, county=county_of(request))
        if not form.is_valid():
            return self._page(form, status=422)
        if not admits("need", client_address(request), most=MOST_NEEDS_PER_HOUR, seconds=HOUR):
            form.add_error(None, _("提交过于频繁，请一小时后再试；已填内容仍在页面上。"))
            return self._page(form, status=429)
        try:
            filed = service.file_need(
                actor=request.actor,
                need=form.save(commit=False),
                contact=form.cleaned_data["contact"],
                voter=voter_of(request),
            )
        except RuleViolation as violation:
            for refusal in violation.refusals:
                form.add_error(None, str(refusal))
            return self._page(form, status=409)
        request.session["need_filed"] = filed.code
        return redirect("need-receipt")

    def _page(self, form: NeedForm, status: int = 200) -> HttpResponse:
        return render(self.request, "catalogs/needs/new.html", {"form": form}, status=status)


class NeedReceiptView(View):
    """Shows the code once more to the browser that just filed; it stands in no address and no log."""

    def get(self, request: HttpRequest) -> HttpResponse:
        code = request.session.get("need_filed", "")
        need = service.need_of_code(code) if code else None
        if need is None:
            return redirect("need-follow")
        context = {"need": need, "code": service.Filed(need, code).shown_code}
        return render(request, "catalogs/needs/receipt.html", context)


class NeedFollowView(View):
    """The filer types the code and reads the answer; the page carries no contact."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(CodeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CodeForm(request.POST)
        if not admits("need-code", client_address(request), most=MOST_LOOKUPS_PER_HOUR, seconds=HOUR):
            form.add_error(None, _("查询过于频繁，请一小时后再试。"))
            return self._page(form, status=429)
        if not form.is_valid():
            return self._page(form, status=422)
        need = service.need_of_code(form.cleaned_data["code"])
        if need is None:
            form.add_error("code", _("没有这个查询码，请核对后再输入。"))
            return self._page(form, status=422)
        return self._page(form, need=need, history=list(need.history))

    def _page(self, form: CodeForm, status: int = 200, **found: Any) -> HttpResponse:
        return render(self.request, "catalogs/needs/follow.html", {"form": form, **found}, status=status)


class NeedView(View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        need = get_visible_or_404(
            Need.objects.select_related("street", "office", "merged_into", "demand_item", "filer"), request.actor, pk=pk
        )
        keeps = need.office_id in request.actor.organization_ids(*NEED_KEEPERS)
        voter = voter_of(request)
        item = need.demand_item
        context = {
            "need": need,
            "offers": available(need, request.actor),
            "history": list(need.history),
            "keeps": keeps,
            "alike": selectors.near_duplicates(need) if keeps and need.status in LIVE_NEED_STATES else [],
            "contact": NeedContact.objects.visible_to(request.actor).filter(need=need).first(),
            "merged": need.merged.order_by("created_at")[:50] if keeps else [],
            "has_voice": bool(voter) and need.supports.filter(voter=voter).exists(),
            "can_support": need.status == "accepted",
            "shows_item": item is not None and (keeps or item.is_listed),
        }
        return mark_browser(request, render(request, "catalogs/needs/detail.html", context))


class NeedSupportView(View):
    """我也需要: one voice for each browser or person."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        need = Need.objects.public().filter(pk=pk).first()
        if need is None:
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        voter = voter_of(request)
        if not voter:
            messages.warning(request, _("浏览器未保存标记，请允许本站 Cookie 后再点一次。"))
            return mark_browser(request, redirect(need))
        if not admits("need-voice", client_address(request), most=MOST_VOICES_PER_HOUR, seconds=HOUR):
            messages.warning(request, _("操作过于频繁，请稍后再试。"))
            return redirect(need)
        try:
            counted = service.support(need=need, voter=voter)
        except RuleViolation as violation:
            messages.warning(request, str(violation.refusals[0]))
            return redirect(need)
        if counted:
            messages.success(request, _("已记下您的支持。"))
        else:
            messages.info(request, _("您已支持过这项需求，每人只计一次。"))
        return redirect(need)


class NeedPosterView(View):
    """A sheet for the notice board: the street's address as a QR code, to be printed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        street = Region.objects.filter(pk=request.GET.get("street", ""), level=Region.Level.STREET).first()
        if street is None:
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        address = request.build_absolute_uri(f"{reverse('need-new')}?street={street.pk}")
        context = {"street": street, "address": address, "qr": qr_svg(address)}
        return render(request, "catalogs/needs/poster.html", context)


def qr_svg(text: str) -> str:
    """A QR code as an SVG element of its own; black on white, four modules of quiet zone."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=10, border=4)
    code.add_data(text)
    code.make(fit=True)
    return str(code.make_image(image_factory=qrcode.image.svg.SvgPathImage).to_string(encoding="unicode"))


class NeedDeskView(LoginRequiredMixin, View):
    """The officer's desk: what has come in, and what of it seems to be the same."""

    def get(self, request: HttpRequest) -> HttpResponse:
        mine = request.actor.organization_ids(*NEED_KEEPERS)
        if not mine:
            raise PermissionDenied(_("需求由购买主体的需求编制人受理。"))
        form = NeedFilterForm(request.GET, county=county_of(request), states=("filed", "accepted"))
        rows = Need.objects.visible_to(request.actor).filter(office__in=mine, demand_item__isnull=True)
        chosen = form.cleaned_data if form.is_valid() else {}
        rows = filtered(rows, chosen) if chosen.get("status") else filtered(rows.live(), chosen)
        context = {
            "page": keyset_page(rows.select_related("street"), request, order=("created_at", "id")),
            "form": form,
            "clusters": [] if "after" in request.GET else selectors.clusters(request.actor),
        }
        return render(request, "catalogs/needs/desk.html", context)
