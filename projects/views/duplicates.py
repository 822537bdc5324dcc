"""What an application resembles, for its authors: declaring the difference, asking finance for an exception."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from procurement.access import get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from projects.forms.duplicates import DifferenceForm, ExceptionForm
from projects.models import Application, SecondFunding
from projects.selectors.applications import EDITABLE
from projects.selectors.radar import funded_already, resemblances, shown_to_applicant
from projects.services.duplicates import declare_difference, request_exception
from projects.views.drafts import own_application


class DifferenceView(LoginRequiredMixin, View):
    """Mild: names only what the applicant may read anyway, counts the rest, and asks for the difference."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        return self._page(own_application(request, pk), DifferenceForm())

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = own_application(request, pk)
        form = DifferenceForm(request.POST)
        if not form.is_valid():
            return self._page(application, form, status=422)
        try:
            declare_difference(actor=request.actor, application=application, statement=form.cleaned_data["statement"])
        except RuleViolation as violation:
            return self._page(application, form, refusals=violation.refusals, status=409)
        messages.success(request, _("区别说明已保存，初审时会看到。"))
        return redirect("application-difference", application.pk)

    def _page(
        self, application: Application, form: DifferenceForm, *, refusals: Any = (), status: int = 200
    ) -> HttpResponse:
        named, unnamed = shown_to_applicant(resemblances(application))
        context = {
            "application": application,
            "form": form,
            "named": named,
            "unnamed": unnamed,
            "declared": application.differences.select_related("declared_by"),
            "funded": funded_already(application),
            "asked": application.second_fundings.select_related("other"),
            "editable": application.status in EDITABLE,
            "refusals": refusals,
        }
        return render(self.request, "projects/duplicates/difference.html", context, status=status)


class ExceptionCreateView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application, funded = self._found(request, pk)
        return self._page(application, ExceptionForm(funded=funded))

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application, funded = self._found(request, pk)
        form = ExceptionForm(request.POST, funded=funded)
        if not form.is_valid():
            return self._page(application, form, status=422)
        other = next(one for one in funded if str(one.pk) == form.cleaned_data["other"])
        try:
            asked = request_exception(
                actor=request.actor, application=application, other=other, grounds=form.cleaned_data["grounds"]
            )
        except RuleViolation as violation:
            return self._page(application, form, refusals=violation.refusals, status=409)
        messages.success(request, _("例外申请已提交，由财政部门决定。"))
        return redirect(asked)

    def _found(self, request: HttpRequest, pk: Any) -> tuple[Application, list[Application]]:
        application = own_application(request, pk)
        funded = funded_already(application)
        if not funded:
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return application, funded

    def _page(
        self, application: Application, form: ExceptionForm, *, refusals: Any = (), status: int = 200
    ) -> HttpResponse:
        context = {"application": application, "form": form, "refusals": refusals}
        return render(self.request, "projects/duplicates/exception_form.html", context, status=status)


class SecondFundingView(LoginRequiredMixin, View):
    """One exception: what is asked, why, and the decision."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        asked = get_visible_or_404(
            SecondFunding.objects.select_related(
                "application__applicant", "application__guide__finance", "other__guide__office", "other__applicant"
            ),
            request.actor,
            pk=pk,
        )
        context = {
            "asked": asked,
            "offers": available(asked, request.actor),
            "history": list(asked.history),
            "reads_application": Application.objects.visible_to(request.actor).filter(pk=asked.application_id).exists(),
        }
        return render(request, "projects/duplicates/second_funding.html", context)
