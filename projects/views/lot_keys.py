"""The keys of a procedure: who keeps the shares, the ceremony, and checking one's own share."""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from procurement.access import StepUp, get_visible_or_404
from procurement.accounts.confirming import confirmation_for
from procurement.rules import RuleViolation
from projects.forms.key_ceremony import CeremonyForm, CheckShareForm, CustodiansForm, DiscardForm
from projects.models import Procedure
from projects.selectors.sealing import (
    holds_ceremony,
    keys_ready,
    names_custodians,
    public_keys,
    share_of,
)
from projects.services import lot_keys

#: A share file is a few hundred bytes.
SHARE_MAX = 64 * 1024


class KeysView(LoginRequiredMixin, View):
    """Public keys, fingerprints and custodians: no secret, for everybody who sees the procedure."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        procedure = procedure_or_404(request, pk)
        before = procedure.announced_at is None
        keys = public_keys(procedure)
        context = {
            "procedure": procedure,
            "keys": keys,
            "custodians": procedure.custodians.select_related("person", "organization"),
            "ready": keys_ready(procedure),
            "my_share": share_of(procedure, request.actor) if keys else None,
            "can_name": before and not keys and names_custodians(request.actor, procedure),
            "can_make": before and not keys and holds_ceremony(request.actor, procedure),
            "can_discard": before and keys and holds_ceremony(request.actor, procedure),
        }
        return render(request, "projects/sealing/keys.html", context)


class CustodiansView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        procedure = procedure_or_404(request, pk)
        return self._page(procedure, CustodiansForm(procedure=procedure))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        procedure = procedure_or_404(request, pk)
        form = CustodiansForm(request.POST, procedure=procedure)
        if not form.is_valid():
            return self._page(procedure, form, status=422)
        try:
            lot_keys.name_custodians(actor=request.actor, procedure=procedure, people=form.people())
        except RuleViolation as violation:
            return self._page(procedure, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已指定三名保管人，请文件复核人主持生成密钥。"))
        return redirect("procedure-keys", procedure.pk)

    def _page(self, procedure: Procedure, form: CustodiansForm, status: int = 200, **more: Any) -> HttpResponse:
        if not names_custodians(self.request.actor, procedure):
            raise Http404
        context = {"procedure": procedure, "form": form, **more}
        return render(self.request, "projects/sealing/custodians.html", context, status=status)


class CeremonyView(LoginRequiredMixin, View):
    """The three custodians sit at one screen; the answer to this request holds the only copies of their shares."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        procedure = procedure_or_404(request, pk)
        return self._page(procedure, self._form(procedure), confirmation_for(request, StepUp.RECENT))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        procedure = procedure_or_404(request, pk)
        form = self._form(procedure, request.POST)
        confirmation = confirmation_for(request, StepUp.RECENT, request.POST)
        confirmed = confirmation is None or confirmation.is_valid()
        if not (form.is_valid() and confirmed):
            return self._page(procedure, form, confirmation, status=422)
        try:
            files = lot_keys.hold_ceremony(actor=request.actor, procedure=procedure, passphrases=form.passphrases())
        except RuleViolation as violation:
            return self._page(procedure, form, confirmation_for(request), status=409, refusals=violation.refusals)
        shares = [{"file": each, "data": b64encode(each.content).decode()} for each in files]
        context = {"procedure": procedure, "shares": shares, "keys": public_keys(procedure)}
        return render(request, "projects/sealing/shares.html", context)

    def _form(self, procedure: Procedure, data: Any = None) -> CeremonyForm:
        custodians = list(procedure.custodians.select_related("person"))
        return CeremonyForm(data, custodians=custodians)

    def _page(
        self, procedure: Procedure, form: CeremonyForm, confirmation: Any, status: int = 200, **more: Any
    ) -> HttpResponse:
        if not holds_ceremony(self.request.actor, procedure):
            raise Http404
        form.summary_elsewhere = True  # type: ignore[attr-defined]
        context = {
            "procedure": procedure,
            "form": form,
            "confirmation": confirmation,
            "forms": [form, confirmation] if confirmation else [form],
            **more,
        }
        return render(self.request, "projects/sealing/ceremony.html", context, status=status)


class DiscardView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._page(procedure_or_404(request, pk), DiscardForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        procedure, form = procedure_or_404(request, pk), DiscardForm(request.POST)
        if not form.is_valid():
            return self._page(procedure, form, status=422)
        try:
            lot_keys.discard_keys(actor=request.actor, procedure=procedure, reason=form.cleaned_data["reason"])
        except RuleViolation as violation:
            return self._page(procedure, form, status=409, refusals=violation.refusals)
        messages.success(request, _("密钥已作废，请重新生成。"))
        return redirect("procedure-keys", procedure.pk)

    def _page(self, procedure: Procedure, form: DiscardForm, status: int = 200, **more: Any) -> HttpResponse:
        if not holds_ceremony(self.request.actor, procedure):
            raise Http404
        context = {"procedure": procedure, "form": form, **more}
        return render(self.request, "projects/sealing/discard.html", context, status=status)


class CheckShareView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._page(procedure_or_404(request, pk), CheckShareForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        procedure, form = procedure_or_404(request, pk), CheckShareForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(procedure, form, status=422)
        file = form.cleaned_data["file"].read(SHARE_MAX)
        try:
            lot_keys.confirm_share(
                actor=request.actor, procedure=procedure, file=file, passphrase=form.cleaned_data["passphrase"]
            )
        except RuleViolation as violation:
            return self._page(procedure, form, status=409, refusals=violation.refusals)
        messages.success(request, _("核对无误：这是您保管的份额，口令正确。请妥善保管，开启时带来。"))
        return redirect("procedure-keys", procedure.pk)

    def _page(self, procedure: Procedure, form: CheckShareForm, status: int = 200, **more: Any) -> HttpResponse:
        share = share_of(procedure, self.request.actor)
        if share is None:
            raise Http404
        context = {"procedure": procedure, "form": form, "share": share, **more}
        return render(self.request, "projects/sealing/check_share.html", context, status=status)


ceremony = never_cache(sensitive_post_parameters()(CeremonyView.as_view()))
check_share = never_cache(sensitive_post_parameters()(CheckShareView.as_view()))


def procedure_or_404(request: HttpRequest, pk: UUID) -> Procedure:
    return get_visible_or_404(Procedure.objects.select_related("purchaser", "agent"), request.actor, pk=pk)
