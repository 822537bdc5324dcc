"""Applications as their readers see them: lists, the record, receipts, the formal check, public verification."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from procurement.access import Role, get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.lifecycle.models import Case
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page
from projects.forms.applications import ApplicationFilter
from projects.forms.prechecks import PrecheckForm
from projects.models import Application, Guide
from projects.panels import application_panels
from projects.selectors.applications import (
    APPLICANT_ROLES,
    awaiting_hub,
    bought_elsewhere,
    breaches_shown,
    checklist,
    facts_about,
    for_list,
    may_edit,
)
from projects.selectors.radar import resemblances
from projects.selectors.sheets import application_sheets
from projects.services.drafts import EDITABLE
from projects.services.prechecks import may_check, record_check
from projects.services.receipts import Proof, is_genuine, proofs_for

ORDER = ("-created_at", "id")
#: Who reads breach records and standing before judging (R-066).
JUDGES = (Role.LGO, Role.LG, Role.CIV, Role.RU, Role.FIN)


class ApplicationListView(LoginRequiredMixin, View):
    """Every application this person may read, filtered by what stands in the URL; one query, whatever the length."""

    guide: Guide | None = None

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows = self.rows(request, **kwargs)
        guides = Guide.objects.visible_to(request.actor).published()
        form = ApplicationFilter(request.GET or None, guides=guides, guide=self.guide)
        if form.is_bound and form.is_valid():
            rows = narrowed(rows, form.cleaned_data)
        context = {
            "page": keyset_page(for_list(rows), request, order=ORDER),
            "form": form,
            "title": self.heading(),
            "guide": self.guide,
            "may_apply": bool(request.actor.organization_ids(*APPLICANT_ROLES)),
            "filtered": form.is_bound,
            "tabs": self.tabs(request),
        }
        return render(request, "projects/application/list.html", context)

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Application]:
        return Application.objects.visible_to(request.actor)

    def heading(self) -> str:
        return _("申报项目")

    def tabs(self, request: HttpRequest) -> list[dict[str, Any]]:
        if not request.actor.organization_ids(Role.RU):
            return []
        here = request.resolver_match.url_name if request.resolver_match else ""
        return [
            {"label": _("全部"), "url": reverse("applications"), "current": here == "applications"},
            {
                "label": _("待本单位推荐"),
                "url": reverse("applications-awaiting"),
                "current": here == "applications-awaiting",
            },
        ]


class AwaitingHubView(ApplicationListView):
    """What waits for the hub's opinion."""

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Application]:
        return awaiting_hub(request.actor)

    def heading(self) -> str:
        return _("待本单位推荐的申报")


class GuideApplicationsView(ApplicationListView):
    """The office's list of one guide."""

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Application]:
        self.guide = get_visible_or_404(Guide.objects.all(), request.actor, pk=kwargs["pk"])
        return Application.objects.visible_to(request.actor).filter(guide=self.guide)

    def heading(self) -> str:
        return _("本指南的申报项目")


def narrowed(rows: QuerySet[Application], wanted: dict[str, Any]) -> QuerySet[Application]:
    if wanted.get("q"):
        text = wanted["q"].strip()
        rows = rows.filter(Q(number__iexact=text) | Q(title__icontains=text) | Q(applicant__name__icontains=text))
    for name in ("status", "guide", "category"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    return rows


class ApplicationView(LoginRequiredMixin, View):
    """The record and hub of a project: facts, files, history, and what other rooms have to show of it."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = get_visible_or_404(
            Application.objects.select_related(
                "guide__office", "guide__rule_set", "applicant", "hub", "category", "case__rule_set"
            ),
            request.actor,
            pk=pk,
        )
        own = may_edit(application, request.actor)
        if application.status == "draft" and own:
            return redirect("application-tasks", application.pk)
        judging = any(request.actor.holds(role) for role in JUDGES) or request.actor.sees_everything
        context = {
            "application": application,
            "offers": available(application, request.actor),
            "sheets": application_sheets(application),
            "receipts": application.receipts.order_by("issued_at"),
            "panels": application_panels(application, request.actor),
            "history": application.history.order_by("at"),
            "own": own,
            "correcting": own and application.status in EDITABLE,
            "may_check": bool(may_check(application, request.actor)) and application.status != "submitted",
            "sees_case": Case.objects.visible_to(request.actor).filter(pk=application.case_id).exists(),
            "breaches": self._breaches(application) if judging and not own else [],
        }
        return render(request, "projects/application/detail.html", context)

    def _breaches(self, application: Application) -> list[Any]:
        years = application.guide.rule_set.value("breach_record_years")
        return breaches_shown(application, timezone.localdate(), int(str(years)))


class ReceiptView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any, number: str) -> HttpResponse:
        application = get_visible_or_404(
            Application.objects.select_related("guide", "applicant", "hub", "case"), request.actor, pk=pk
        )
        receipt = application.receipts.filter(number=number).first()
        if receipt is None:
            return redirect(application)
        context = {
            "application": application,
            "receipt": receipt,
            "genuine": is_genuine(receipt),
            "verify_url": request.build_absolute_uri(reverse("verify-one", args=[receipt.number])),
            "newest": receipt == application.receipts.last(),
        }
        return render(request, "projects/application/receipt.html", context)


class PrecheckView(LoginRequiredMixin, View):
    """The checklist beside what is known of the applicant; each body ticks its own lines."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = self._application(request, pk)
        return self._page(application, PrecheckForm(**self._lines(application)))

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = self._application(request, pk)
        form = PrecheckForm(request.POST, **self._lines(application))
        if not form.is_valid():
            return self._page(application, form, status=422)
        try:
            record_check(actor=request.actor, application=application, verdicts=form.verdicts())
        except RuleViolation as violation:
            return self._page(application, form, refused=violation.refusals, status=409)
        messages.success(request, _("初审清单已保存"))
        return redirect("application-precheck", application.pk)

    def _application(self, request: HttpRequest, pk: Any) -> Application:
        application = get_visible_or_404(
            Application.objects.select_related(
                "guide__office", "guide__rule_set", "applicant", "hub", "category", "case__rule_set"
            ),
            request.actor,
            pk=pk,
        )
        if not may_check(application, request.actor) and not request.actor.sees_everything:
            raise PermissionDenied(_("初审清单由领导小组办公室核对，资质一项由民政部门确认"))
        return application

    def _lines(self, application: Application) -> dict[str, Any]:
        open_now = application.status == "endorsed"
        return {
            "items": checklist(application),
            "allowed": may_check(application, self.request.actor) if open_now else (),
        }

    def _page(
        self, application: Application, form: forms.Form, *, refused: Any = (), status: int = 200
    ) -> HttpResponse:
        today = timezone.localdate()
        context = {
            "application": application,
            "form": form,
            "refusals": refused,
            "facts": facts_about(application, today),
            "breaches": breaches_shown(
                application, today, int(str(application.guide.rule_set.value("breach_record_years")))
            ),
            "elsewhere": bought_elsewhere(application),
            "resemblances": resemblances(application),
            "declared": application.differences.select_related("declared_by").first(),
            "exceptions": application.second_fundings.select_related("other"),
            "offers": available(application, self.request.actor),
            "page_has_errors": status == 422,
        }
        return render(self.request, "projects/application/precheck.html", context, status=status)


class VerifyView(View):
    """Anyone checks a receipt or a file: number, time, hashes and whether the seal holds; nothing else is told."""

    def get(self, request: HttpRequest, query: str = "") -> HttpResponse:
        asked = request.GET.get("q", "").strip()
        if asked and not query:
            return redirect("verify-one", asked[:100].replace("/", ""))
        proofs: list[Proof] = proofs_for(query) if query else []
        context = {"query": query, "proofs": proofs}
        return render(request, "projects/application/verify.html", context, status=404 if query and not proofs else 200)
