"""May this be bought? The public self-check, and the sheet that is kept with a need or a plan line."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from catalogs.checkables import Checkable, checkable
from catalogs.forms.purchase_checks import EligibilityForm, NegativeListForm
from catalogs.guards.guidance import item_refusals
from catalogs.models import CheckOutcome
from catalogs.selectors import guidance as selectors
from catalogs.selectors.purchase_checks import latest_check
from catalogs.services import proposals, purchase_checks


class EligibilityView(View):
    """Is there an item for it in that place on that day? Nothing is stored."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = EligibilityForm(request.GET if "words" in request.GET else None)
        context: dict[str, Any] = {"form": form, "can_propose": proposals.may_propose(request.actor)}
        status = 200
        if form.is_bound and form.is_valid():
            context |= self._found(**form.cleaned_data)
        elif form.is_bound:
            status = 422
        return render(request, "catalogs/eligibility.html", context, status=status)

    def _found(self, *, region: Any, day: Any, words: str) -> dict[str, Any]:
        valid = selectors.items_valid_on(region, day)
        found = list(selectors.search_items(valid, words)[:50])
        return {
            "asked": True,
            "region": region,
            "day": day,
            "found": found,
            "refusals": [] if found else item_refusals(None, region=region, day=day),
            "proposal_url": selectors.proposal_url(region=region, name=words),
        }


class PurchaseCheckView(LoginRequiredMixin, View):
    """The negative list about one thing. Who may see and answer it is known by whoever owns the thing."""

    def get(self, request: HttpRequest, subject: str) -> HttpResponse:
        thing = self._thing(subject)
        check = latest_check(subject)
        initial = {code: "yes" if yes else "no" for code, yes in check.answers.items()} if check else {}
        return self._page(thing, NegativeListForm(region=thing.region, initial=initial))

    def post(self, request: HttpRequest, subject: str) -> HttpResponse:
        thing = self._thing(subject)
        if not thing.may_answer:
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        form = NegativeListForm(request.POST, region=thing.region)
        if not form.is_valid():
            return self._page(thing, form, status=422)
        check = purchase_checks.answer(
            actor=request.actor,
            subject=thing.subject,
            region=thing.region,
            organization=thing.organization,
            answers=form.answers(),
            justification=form.cleaned_data["justification"],
        )
        if check.outcome in (CheckOutcome.PASSED, CheckOutcome.JUSTIFIED):
            messages.success(request, _("禁购清单已核对：%(outcome)s。") % {"outcome": check.get_outcome_display()})
            return redirect(thing.url)
        return redirect("purchase-check", subject=thing.subject)

    def _thing(self, subject: str) -> Checkable:
        thing = checkable(subject, self.request.actor)
        if thing is None:
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return thing

    def _page(self, thing: Checkable, form: NegativeListForm, status: int = 200) -> HttpResponse:
        context = {"thing": thing, "form": form, "check": latest_check(thing.subject), "refusals": thing.refusals}
        return render(self.request, "catalogs/purchase_check.html", context, status=status)
