"""``/accounts/security/``: the own second factor, recovery codes, password and sessions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from procurement import audit
from procurement.access import ActorRequest, prove
from procurement.accounts.confirming import confirmation_for
from procurement.accounts.forms.confirmation import ConfirmationForm
from procurement.accounts.forms.sign_in import FirstCodeForm
from procurement.accounts.models import SecondFactor
from procurement.accounts.selectors.factors import codes_left, has_factor, must_have_factor
from procurement.accounts.selectors.sign_ins import open_sign_ins
from procurement.accounts.services import factors
from procurement.accounts.services.sessions import end_others, note_sign_in
from procurement.rules import RuleViolation

#: The secret shown on the set-up page waits here until a code has proven it.
PENDING_KEY = "new_factor"


class SecurityView(LoginRequiredMixin, View):
    def get(self, request: ActorRequest) -> HttpResponse:
        person = request.actor.person
        context = {
            "factor": SecondFactor.objects.filter(person=person).first(),
            "required": must_have_factor(request.actor),
            "codes_left": codes_left(person),
            "sign_ins": open_sign_ins(person),
            "here": request.session.session_key,
        }
        return render(request, "accounts/security.html", context)


class FactorSetUpView(LoginRequiredMixin, View):
    """Scan, type the first code, take the recovery codes along. A fresh proof comes first."""

    def get(self, request: ActorRequest) -> HttpResponse:
        return self._page(request, FirstCodeForm(), confirmation_for(request))

    def post(self, request: ActorRequest) -> HttpResponse:
        form = FirstCodeForm(request.POST)
        confirmation = confirmation_for(request, data=request.POST)
        confirmed = confirmation is None or confirmation.is_valid()
        if not (form.is_valid() and confirmed):
            return self._page(request, form, confirmation, status=422)
        try:
            codes = factors.set_up(
                actor=request.actor, secret=request.session.get(PENDING_KEY, ""), code=form.cleaned_data["code"]
            )
        except RuleViolation as violation:
            form.add_error("code", [str(refusal) for refusal in violation.refusals])
            return self._page(request, form, confirmation_for(request), status=422)
        request.session.pop(PENDING_KEY, None)
        prove(request)
        return render(request, "accounts/recovery_codes.html", {"codes": codes, "first": True})

    def _page(
        self, request: ActorRequest, form: FirstCodeForm, confirmation: ConfirmationForm | None, status: int = 200
    ) -> HttpResponse:
        secret = request.session.setdefault(PENDING_KEY, factors.new_secret())
        form.summary_elsewhere = True
        context = {
            "form": form,
            "confirmation": confirmation,
            "forms": [form, confirmation] if confirmation else [form],
            "enrolment": factors.enrolment(request.actor.person, secret),
            "replacing": has_factor(request.actor.person),
            "required": must_have_factor(request.actor),
        }
        return render(request, "accounts/factor.html", context, status=status)


class ConfirmedActView(LoginRequiredMixin, View):
    """A small act on the own account: says what it does, asks again, does it."""

    title: Any = ""
    text: Any = ""
    danger = False

    def get(self, request: ActorRequest) -> HttpResponse:
        return self._page(request, confirmation_for(request))

    def post(self, request: ActorRequest) -> HttpResponse:
        confirmation = confirmation_for(request, data=request.POST)
        if confirmation is not None and not confirmation.is_valid():
            return self._page(request, confirmation, status=422)
        return self.act(request)

    def act(self, request: ActorRequest) -> HttpResponse:
        raise NotImplementedError

    def _page(self, request: ActorRequest, confirmation: ConfirmationForm | None, status: int = 200) -> HttpResponse:
        context = {"title": self.title, "text": self.text, "danger": self.danger, "confirmation": confirmation}
        return render(request, "accounts/act.html", context, status=status)


class RenewCodesView(ConfirmedActView):
    title = gettext_lazy("重新生成备用码")
    text = gettext_lazy("生成十个新的备用码，原来的全部作废。每个备用码只能用一次。")

    def act(self, request: ActorRequest) -> HttpResponse:
        if not has_factor(request.actor.person):
            return redirect("factor-set-up")
        codes = factors.renew_codes(actor=request.actor)
        return render(request, "accounts/recovery_codes.html", {"codes": codes})


class RemoveFactorView(ConfirmedActView):
    title = gettext_lazy("停用动态验证码")
    text = gettext_lazy("停用后登录只凭密码，备用码一并作废。有决定或付款权限的岗位，停用后须重新设置才能办理。")
    danger = True

    def act(self, request: ActorRequest) -> HttpResponse:
        factors.remove(actor=request.actor)
        messages.success(request, _("动态验证码已停用。"))
        return redirect("account-security")


class EndOthersView(LoginRequiredMixin, View):
    http_method_names = ["post"]

    def post(self, request: ActorRequest) -> HttpResponse:
        ended = end_others(actor=request.actor, keep=str(request.session.session_key))
        messages.success(request, _("已退出其他 %(count)s 处登录。") % {"count": ended})
        return redirect("account-security")


class HousePasswordChangeView(PasswordChangeView):
    """A new password ends every other session at its next request (the session carries a hash of it)."""

    template_name = "accounts/password.html"
    success_url = reverse_lazy("account-security")

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        actor = self.request.actor  # type: ignore[attr-defined]
        note_sign_in(self.request, actor.person)
        audit.record(
            actor_id=actor.id, actor_label=actor.label, action="password.change", subject=f"access.user:{actor.id}"
        )
        messages.success(self.request, _("密码已修改，其他地方的登录已全部失效。"))
        return answer
