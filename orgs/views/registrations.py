"""Opening an account, writing an application for registration, and checking it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from orgs.forms.registrations import AccountForm, RegistrationForm
from orgs.models import Registration
from orgs.models.registration import UNDER_WAY
from orgs.selectors.duplicates import suspects_for
from orgs.services import registrations
from orgs.services.accounts import open_account
from procurement.access import Role, get_visible_or_404
from procurement.access.throttle import admits
from procurement.audit.origin import client_address
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page

#: An incubator may open accounts for a whole class of founders at once.
MOST_ACCOUNTS_PER_HOUR = 20
#: Two backends are installed; the one that reads passwords stands for the new session.
BACKEND = "django.contrib.auth.backends.ModelBackend"


class RegisterView(View):
    """``/orgs/register/``: what registration takes, and the account it begins with."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("registration-new")
        return self._page(AccountForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("registration-new")
        form = AccountForm(request.POST)
        if not admits("sign-up", client_address(request), most=MOST_ACCOUNTS_PER_HOUR, seconds=3600):
            form.add_error(None, _("本网络注册账号过于频繁，请一小时后再试；已填内容仍在页面上。"))
            return self._page(form, status=429)
        if form.is_valid() and sign_up(request, form):
            messages.success(request, _("账号已注册。请填写单位信息。"))
            return redirect("registration-new")
        return self._page(form, status=422)

    def _page(self, form: AccountForm, status: int = 200) -> HttpResponse:
        return render(self.request, "orgs/register.html", {"form": form}, status=status)


class RegistrationCreateView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return form_page(request, RegistrationForm(initial={"contact_name": request.actor.label}))

    def post(self, request: HttpRequest) -> HttpResponse:
        return receive(request, None)


class RegistrationEditView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return form_page(request, RegistrationForm(instance=self._own(pk)))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return receive(request, self._own(pk))

    def _own(self, pk: UUID) -> Registration:
        asked = get_visible_or_404(Registration.objects.all(), self.request.actor, pk=pk)
        if asked.applicant_id != self.request.actor.id or not asked.is_open:
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return asked


class RegistrationListView(LoginRequiredMixin, View):
    """The own applications, and those the own authority is asked to check."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Registration.objects.visible_to(request.actor).select_related("region__parent__parent", "applicant")
        page = keyset_page(rows, request, order=("-created_at", "id"))
        return render(request, "orgs/registration_list.html", {"page": page, "checks": request.actor.holds(Role.CIV)})


class RegistrationView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        related = ("region__parent__parent", "street", "origin__parent__parent", "authority", "organization")
        asked = get_visible_or_404(Registration.objects.select_related("applicant", *related), request.actor, pk=pk)
        context = {
            "registration": asked,
            "offers": available(asked, request.actor),
            "history": list(asked.history),
            "can_edit": asked.is_open and asked.applicant_id == request.actor.id,
            "reason": returned_for(asked),
            "suspects": suspects_for(asked) if asked.status in ("draft", *UNDER_WAY) else [],
        }
        return render(request, "orgs/registration.html", context)


def receive(request: HttpRequest, standing: Registration | None) -> HttpResponse:
    """Save what was entered as the draft it is; 载入下一级区划 only asks for the next list."""
    if "refresh" in request.POST:
        return form_page(request, RegistrationForm(initial=request.POST.dict(), instance=standing, picked=request.POST))
    form = RegistrationForm(request.POST, instance=standing)
    if not form.is_valid():
        return form_page(request, form, status=422)
    try:
        asked = registrations.save(actor=request.actor, registration=form.save(commit=False))
    except RuleViolation as violation:
        form.add_error(None, [str(refusal) for refusal in violation.refusals])
        return form_page(request, form, status=409)
    messages.success(request, _("草稿已保存，尚未提交。"))
    return redirect(asked)


def form_page(request: HttpRequest, form: RegistrationForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "registration": None if form.instance._state.adding else form.instance}
    return render(request, "orgs/registration_form.html", context, status=status)


def returned_for(asked: Registration) -> str:
    """What civil affairs asked to be corrected."""
    if asked.status != "returned":
        return ""
    record = asked.history.filter(transition="registration.return").last()
    return record.reason if record else ""


def sign_up(request: HttpRequest, form: AccountForm) -> bool:
    """Open the account and sign in; what the password rules say stands on the form."""
    entered = form.cleaned_data
    try:
        person = open_account(
            username=entered["username"], name=entered["name"], email=entered["email"], password=entered["password"]
        )
    except ValidationError as error:
        form.add_error("password", error.messages)
        return False
    login(request, person, backend=BACKEND)
    return True
