"""Pages of an evaluation: list, file, the evaluator's bench, visits, and the published result."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from evaluation.forms.assessments import BenchForm, SiteVisitForm, TieForm
from evaluation.models import THREE_PARTIES, Assessment
from evaluation.selectors import assessments as selectors
from evaluation.selectors.surveys import public_figures
from evaluation.services import assessment_bench as bench
from evaluation.services import assessments as service
from evaluation.services.assessment_results import report_of
from procurement.access import Role, get_visible_or_404
from procurement.documents import UploadRefused
from procurement.documents.models import Document
from procurement.lifecycle.engine import available, database_now
from procurement.rules import RuleViolation
from procurement.ui import autosave
from procurement.ui.paging import keyset_page
from projects.models import Application
from projects.selectors.delivery import spending

RELATED = (
    "application__applicant",
    "application__hub",
    "application__guide__office",
    "application__guide__purchaser",
    "evaluator",
    "case__rule_set",
)


def _assessment(request: HttpRequest, pk: str) -> Assessment:
    return get_visible_or_404(Assessment.objects.select_related(*RELATED), request.actor, pk=pk)


class AssessmentListView(LoginRequiredMixin, View):
    """The evaluations this person may see, newest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Assessment.objects.visible_to(request.actor).select_related(
            "application__applicant", "application__guide", "evaluator"
        )
        page = keyset_page(rows, request, order=("-created_at", "id"))
        for row in page.rows:
            row.shown_grade = row.get_grade_display() if selectors.reads_report(row, request.actor) else ""
        return render(request, "evaluation/assessment_list.html", {"page": page})


class AssessmentPlanView(LoginRequiredMixin, View):
    """The office puts a mid-term or final evaluation on its table."""

    def post(self, request: HttpRequest, pk: str, kind: str) -> HttpResponse:
        application = get_visible_or_404(
            Application.objects.select_related("guide__office", "case__rule_set"), request.actor, pk=pk
        )
        try:
            assessment = service.plan_assessment(actor=request.actor, application=application, kind=kind)
        except RuleViolation as violation:
            for refusal in violation.refusals:
                messages.error(request, str(refusal))
            return redirect(application)
        messages.success(request, _("已安排评估，请选定评估机构。"))
        return redirect(assessment)


class AssessmentView(LoginRequiredMixin, View):
    """The file of one evaluation. What stands in the report shows only to those who may read it already."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        assessment = _assessment(request, pk)
        return render(request, "evaluation/assessment_detail.html", self._context(request, assessment))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Register a body that advised the project, so that it is not chosen."""
        assessment = _assessment(request, pk)
        if not request.actor.holds(Role.LGO, assessment.application.guide.office_id):
            raise Http404
        form = TieForm(request.POST)
        if not form.is_valid():
            context = {**self._context(request, assessment), "tie_form": form}
            return render(request, "evaluation/assessment_detail.html", context, status=422)
        service.record_tie(
            actor=request.actor, application=assessment.application, at=database_now(), **form.cleaned_data
        )
        messages.success(request, _("已登记，该机构不能评估本项目。"))
        return redirect(assessment)

    def _context(self, request: HttpRequest, assessment: Assessment) -> dict[str, Any]:
        reads = selectors.reads_report(assessment, request.actor)
        office = request.actor.holds(Role.LGO, assessment.application.guide.office_id)
        heard = (
            {opinion.party: opinion for opinion in assessment.opinions.select_related("given_by", "answered_by")}
            if reads
            else {}
        )
        return {
            "assessment": assessment,
            "application": assessment.application,
            "offers": available(assessment, request.actor),
            "reads": reads,
            "may_write": selectors.may_write(assessment, request.actor),
            "computation": _shown_computation(assessment) if reads else None,
            "contents": assessment.contents.all() if reads else [],
            "opinions": heard.values(),
            "missing_parties": [party.label for party in THREE_PARTIES if party.value not in heard],
            "visits": _visits(assessment) if reads else [],
            "checklist": assessment.checklist.all(),
            "declaration": assessment.declarations.filter(organization=assessment.evaluator_id).first(),
            "survey": getattr(assessment, "survey", None),
            "figures": selectors.survey_figures(assessment) if reads else None,
            "report": report_of(assessment) if reads else None,
            "ties": assessment.application.advisory_ties.select_related("organization") if office else [],
            "tie_form": TieForm() if office and assessment.status == "planned" else None,
            "history": assessment.history.order_by("-at"),
        }


def _shown_computation(assessment: Assessment) -> dict[str, Any] | None:
    """The one kept with the result; before that, as the figures stand."""
    if assessment.computation:
        kept: dict[str, Any] = assessment.computation
        return kept
    computed = selectors.computation_of(assessment)
    return computed.as_json() if computed else None


def _visits(assessment: Assessment) -> list[Any]:
    visits = list(assessment.site_visits.select_related("recorded_by"))
    photos = Document.objects.filter(
        subject_type="evaluation.sitevisit", subject_id__in=[visit.pk for visit in visits]
    ).current()
    by_visit: dict[Any, list[Document]] = {}
    for photo in photos:
        by_visit.setdefault(photo.subject_id, []).append(photo)
    for visit in visits:
        visit.photos = by_visit.get(visit.pk, [])
    return visits


class BenchView(LoginRequiredMixin, View):
    """The project's own figures and papers beside the form that judges them, on one screen."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        assessment = self._mine(request, pk)
        return self._page(request, assessment, BenchForm(assessment=assessment))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        assessment = self._mine(request, pk)
        form = BenchForm(request.POST, assessment=assessment)
        if not form.is_valid():
            return self._page(request, assessment, form, status=422)
        try:
            bench.save_bench(
                actor=request.actor, assessment=assessment, entered=form.entered(), edition=form.cleaned_data["version"]
            )
            self._read_ledger(request, assessment)
        except bench.StaleEdition as stale:
            messages.error(request, str(stale))
            return self._page(request, assessment, form, status=409)
        except RuleViolation as violation:
            return self._page(request, assessment, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已保存 %(at)s") % {"at": timezone.localtime().strftime("%H:%M:%S")})
        return redirect("assessment-bench", pk=assessment.pk)

    def _read_ledger(self, request: HttpRequest, assessment: Assessment) -> None:
        """The two buttons beside 保存: read the ledger again, or confirm it where nothing is filled in."""
        if "refresh" in request.POST:
            changed = bench.refresh_from_ledger(actor=request.actor, assessment=assessment)
            messages.success(request, _("已重新读取台账，%(n)s 项数据有变化。") % {"n": changed})
        if "adopt" in request.POST:
            confirmed = bench.adopt_ledger(actor=request.actor, assessment=assessment)
            messages.success(request, _("%(n)s 项空白数据已按台账核定。") % {"n": confirmed})

    def _mine(self, request: HttpRequest, pk: str) -> Assessment:
        assessment = _assessment(request, pk)
        if not selectors.may_write(assessment, request.actor):
            raise Http404
        return assessment

    def _page(
        self, request: HttpRequest, assessment: Assessment, form: BenchForm, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        computed = selectors.computation_of(assessment)
        application = assessment.application
        context = {
            "assessment": assessment,
            "application": application,
            "form": form,
            "refusals": refusals,
            "computation": computed.as_json() if computed else None,
            "grade": selectors.grade_for(assessment, computed.score) if computed else None,
            "evidence": selectors.evidence_of(assessment),
            "lines": spending(application),
            "spent": selectors.spent_so_far(application),
            "figures": selectors.survey_figures(assessment),
            "survey": getattr(assessment, "survey", None),
            "visits": _visits(assessment),
            "completeness": selectors.completeness(assessment),
            "offers": available(assessment, request.actor),
        }
        return render(request, "evaluation/assessment_bench.html", context, status=status)


class BenchAutosaveView(LoginRequiredMixin, View):
    """Stores the bench while it is being filled in; answers as static/js/autosave.js reads it."""

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        assessment = _assessment(request, pk)
        if not selectors.evaluates(assessment, request.actor):
            raise Http404
        form = BenchForm(request.POST, assessment=assessment)
        if not form.is_valid():
            return autosave.refused(str(next(iter(form.errors.values()))[0]))
        try:
            saved = bench.save_bench(
                actor=request.actor, assessment=assessment, entered=form.entered(), edition=form.cleaned_data["version"]
            )
        except bench.StaleEdition as stale:
            return autosave.refused(str(stale))
        except RuleViolation as violation:
            return autosave.refused(violation.refusals[0].message)
        return autosave.saved(version=saved.edition, at=database_now())


class SiteVisitView(LoginRequiredMixin, View):
    """One visit with its photographs, entered on a phone at the place."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        assessment = self._mine(request, pk)
        form = SiteVisitForm(initial={"visited_on": timezone.localdate(), "place": assessment.application.place})
        return self._page(request, assessment, form)

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        assessment = self._mine(request, pk)
        form = SiteVisitForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, assessment, form, status=422)
        try:
            bench.record_site_visit(actor=request.actor, assessment=assessment, **form.cleaned_data)
        except UploadRefused as refused:
            form.add_error("photos", str(refused))
            return self._page(request, assessment, form, status=422)
        except RuleViolation as violation:
            return self._page(request, assessment, form, status=409, refusals=violation.refusals)
        messages.success(request, _("走访记录已保存"))
        return redirect(assessment)

    def _mine(self, request: HttpRequest, pk: str) -> Assessment:
        assessment = _assessment(request, pk)
        if not selectors.may_write(assessment, request.actor):
            raise Http404
        return assessment

    def _page(
        self, request: HttpRequest, assessment: Assessment, form: SiteVisitForm, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {"assessment": assessment, "form": form, "refusals": refusals}
        return render(request, "evaluation/assessment_visit.html", context, status=status)


class PublicResultListView(View):
    """评估结果: what projects achieved, for everyone to read (R-264)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        page = keyset_page(selectors.published(), request, order=("-published_at", "id"))
        for row in page.rows:
            row.public_survey = public_figures(row.survey_figures)
        return render(request, "evaluation/assessment_results.html", {"page": page})


class PublicResultView(View):
    """One published result. Names of people, free words and small numbers stay out (R-286, R-293)."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        assessment = selectors.published().filter(pk=pk).first()
        if assessment is None:
            raise Http404
        survey = public_figures(assessment.survey_figures)
        context = {
            "assessment": assessment,
            "application": assessment.application,
            "computation": _without_small_survey(assessment.computation, hidden=survey is None),
            "survey": survey,
            "held": bool(assessment.survey_figures),
        }
        return render(request, "evaluation/assessment_public.html", context)


def _without_small_survey(computation: dict[str, Any], *, hidden: bool) -> dict[str, Any]:
    """With fewer than five answers the part on satisfaction shows its weight alone."""
    if not hidden:
        return computation
    parts = [
        {**part, "lines": [], "percent": "", "points": "", "withheld": part["measured"]}
        if part["dimension"] == "satisfaction"
        else part
        for part in computation["parts"]
    ]
    return {**computation, "parts": parts}
