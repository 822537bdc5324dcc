"""The door: password, second step, and what is said when it stays shut."""

from __future__ import annotations

from math import ceil
from typing import Any

from axes.helpers import get_cool_off, get_failure_limit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from procurement.accounts.forms.sign_in import CodeForm, LoginForm
from procurement.accounts.signing_in import enter, first_step_done, pending


class HouseLoginView(LoginView):
    """Sign-in by username and password; the second factor follows where an account has one."""

    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "elsewhere": settings.OIDC["issuer"] and settings.OIDC["name"]}

    def form_valid(self, form: Any) -> HttpResponse:
        person = form.get_user()
        return first_step_done(self.request, person, then=self.get_redirect_url(), backend=person.backend)


class SecondStepView(View):
    """``/accounts/login/second/``: the code, after the password and before the session."""

    def get(self, request: HttpRequest) -> HttpResponse:
        found = pending(request)
        if found is None:
            return self._again(request)
        return self._page(CodeForm(request, found[0]))

    def post(self, request: HttpRequest) -> HttpResponse:
        found = pending(request)
        if found is None:
            return self._again(request)
        person, held = found
        form = CodeForm(request, person, request.POST)
        if not form.is_valid():
            return self._page(form, status=422)
        return enter(request, person, then=held["then"], backend=held["backend"])

    def _again(self, request: HttpRequest) -> HttpResponse:
        messages.info(request, _("登录已超时，请重新输入用户名和密码。"))
        return redirect("login")

    def _page(self, form: CodeForm, status: int = 200) -> HttpResponse:
        return render(self.request, "registration/second_step.html", {"form": form}, status=status)


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """429 with the waiting time in words; says nothing about whether the account exists."""
    wait = get_cool_off(request)
    context = {
        "failure_limit": get_failure_limit(request, credentials),
        "wait_minutes": ceil(wait.total_seconds() / 60) if wait else 0,
    }
    return render(request, "registration/locked_out.html", context, status=429)
