"""服务热线: told by residents without an account, taken down by staff, followed by code, counted for everybody (R-190)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from catalogs.forms.needs import CodeForm
from catalogs.selectors.places import county_of
from procurement.access import get_visible_or_404
from procurement.access.throttle import admits
from procurement.audit.origin import client_address
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page
from projects.forms.hotline import CallForm, RatingForm
from projects.models import HotlineCall
from projects.models.hotline import HANDLER_ROLES, HOTLINE_ROLES
from projects.selectors.hotline import call_figures
from projects.services import hotline as service

HOUR = 3600
#: A whole housing estate may sit behind one address.
MOST_CALLS_PER_HOUR, MOST_LOOKUPS_PER_HOUR = 20, 30


class HotlineView(View):
    """Where to tell, how to follow up, and the figures, for everybody."""

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {
            "figures": call_figures(HotlineCall.objects.all()),
            "is_staff": bool(request.actor.roles & set(HOTLINE_ROLES)),
            "works": _works_on_calls(request),
        }
        return render(request, "projects/hotline/home.html", context)


def _works_on_calls(request: HttpRequest) -> bool:
    return bool(request.actor.user and request.actor.roles & {*HOTLINE_ROLES, *HANDLER_ROLES})


class CallCreateView(View):
    """Nothing is asked that tells who is asking. Staff take down calls, letters and visits on the same form."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(self._form(request, initial={"street": request.GET.get("street", "")}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request, data=request.POST)
        if not form.is_valid():
            return self._page(form, status=422)
        if not self._by_staff(request) and not admits(
            "hotline", client_address(request), most=MOST_CALLS_PER_HOUR, seconds=HOUR
        ):
            form.add_error(None, _("提交过于频繁，请一小时后再试；已填内容仍在页面上。"))
            return self._page(form, status=429)
        try:
            received = service.receive(
                actor=request.actor, call=form.save(commit=False), contact=form.cleaned_data["contact"]
            )
        except RuleViolation as violation:
            for refusal in violation.refusals:
                form.add_error(None, str(refusal))
            return self._page(form, status=409)
        request.session["hotline_call"] = received.code
        return redirect("hotline-receipt")

    def _by_staff(self, request: HttpRequest) -> bool:
        return bool(request.actor.roles & set(HOTLINE_ROLES))

    def _form(self, request: HttpRequest, **given: Any) -> CallForm:
        return CallForm(county=county_of(request), by_staff=self._by_staff(request), **given)

    def _page(self, form: CallForm, status: int = 200) -> HttpResponse:
        return render(self.request, "projects/hotline/new.html", {"form": form}, status=status)


class CallReceiptView(View):
    """Shows the code once more to the browser that just told; it stands in no address and no log."""

    def get(self, request: HttpRequest) -> HttpResponse:
        code = request.session.get("hotline_call", "")
        call = service.call_of_code(code) if code else None
        if call is None:
            return redirect("hotline-follow")
        context = {"call": call, "code": service.Received(call, code).shown_code}
        return render(request, "projects/hotline/receipt.html", context)


class CallFollowView(View):
    """Whoever holds the code reads the answer and rates it; the page carries no contact."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(CodeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CodeForm(request.POST)
        if not admits("hotline-code", client_address(request), most=MOST_LOOKUPS_PER_HOUR, seconds=HOUR):
            form.add_error(None, _("查询过于频繁，请一小时后再试。"))
            return self._page(form, status=429)
        if not form.is_valid():
            return self._page(form, status=422)
        call = service.call_of_code(form.cleaned_data["code"])
        if call is None:
            form.add_error("code", _("没有这个查询码，请核对后再输入。"))
            return self._page(form, status=422)
        rating = RatingForm(request.POST if "rating" in request.POST else None)
        if rating.is_bound and rating.is_valid():
            try:
                call = service.rate(call=call, **rating.cleaned_data)
            except RuleViolation as violation:
                return self._found(form, call, rating, refusals=violation.refusals, status=409)
        return self._found(form, call, rating)

    def _found(self, form: CodeForm, call: HotlineCall, rating: RatingForm, **more: Any) -> HttpResponse:
        shown = {"call": call, "rating": rating if call.status == "answered" else None, "code": form.data["code"]}
        return self._page(form, **shown, **more)

    def _page(self, form: CodeForm, status: int = 200, **found: Any) -> HttpResponse:
        return render(self.request, "projects/hotline/follow.html", {"form": form, **found}, status=status)


class CallListView(LoginRequiredMixin, View):
    """Calls this office took or this body was given."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not _works_on_calls(request) and not request.actor.sees_everything:
            raise PermissionDenied(_("居民反映由受理单位和承办单位办理。"))
        rows = HotlineCall.objects.visible_to(request.actor).select_related("street", "handler", "application")
        page = keyset_page(rows, request, order=("-filed_at", "id"))
        return render(request, "projects/hotline/list.html", {"page": page})


class CallView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        rows = HotlineCall.objects.select_related("street", "handler", "office", "application", "entered_by")
        call = get_visible_or_404(rows, request.actor, pk=pk)
        context = {
            "call": call,
            "offers": available(call, request.actor),
            "history": list(call.history),
            "shows_contact": call.shows_contact_to(request.actor),
        }
        return render(request, "projects/hotline/call.html", context)
