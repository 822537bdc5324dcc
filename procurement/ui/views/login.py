from math import ceil
from typing import Any

from axes.helpers import get_cool_off, get_failure_limit
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from procurement.ui.forms import LoginForm


class HouseLoginView(LoginView):
    """Sign-in by username and password; the second factor follows where an account has one."""

    authentication_form = LoginForm
    redirect_authenticated_user = True


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """429 with the waiting time in words; says nothing about whether the account exists."""
    wait = get_cool_off(request)
    context = {
        "failure_limit": get_failure_limit(request, credentials),
        "wait_minutes": ceil(wait.total_seconds() / 60) if wait else 0,
    }
    return render(request, "registration/locked_out.html", context, status=429)
