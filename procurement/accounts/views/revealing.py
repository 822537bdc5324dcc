"""A masked number, the reason to read it whole, and then the number, once."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from procurement.access import ActorRequest, get_visible_or_404
from procurement.accounts.forms.revealing import RevealForm
from procurement.accounts.revealing import Revealable, revealable_named
from procurement.accounts.services.revealing import reveal
from procurement.privacy.masking import masked


@method_decorator(never_cache, name="dispatch")
class RevealView(LoginRequiredMixin, View):
    """Who may not see the row, or does not need its number, finds nothing here."""

    def get(self, request: ActorRequest, name: str, pk: str) -> HttpResponse:
        what, obj = self._asked(request, name, pk)
        return self._page(what, obj, form=RevealForm())

    def post(self, request: ActorRequest, name: str, pk: str) -> HttpResponse:
        what, obj = self._asked(request, name, pk)
        form = RevealForm(request.POST)
        if not form.is_valid():
            return self._page(what, obj, status=422, form=form)
        value = reveal(actor=request.actor, what=what, obj=obj, reason=form.cleaned_data["reason"])
        return self._page(what, obj, value=value)

    def _asked(self, request: ActorRequest, name: str, pk: str) -> tuple[Revealable, Any]:
        what = revealable_named(name)
        if what is None:
            raise Http404
        rows: Any = apps.get_model(what.model)._default_manager.all()
        obj = get_visible_or_404(rows, request.actor, pk=pk)
        if not what.may(request.actor, obj) or not getattr(obj, what.field):
            raise Http404
        return what, obj

    def _page(self, what: Revealable, obj: Any, status: int = 200, **shown: Any) -> HttpResponse:
        back = obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else ""
        context = {
            "what": what,
            "object": obj,
            "back": back,
            "hidden": masked(getattr(obj, what.field), what.kind),
            **shown,
        }
        return render(self.request, "accounts/reveal.html", context, status=status)
