"""Reports: the list of what is owed and handed in, one report, its writing, its public summary."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from procurement.access import get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.ui import autosave
from procurement.ui.paging import keyset_page
from projects.forms.reports import AnswersForm, ReportFilter
from projects.models import Report
from projects.selectors.delivery import period_figures
from projects.selectors.reports import ANSWERS, differences, figures_shown, for_list
from projects.services.reports import ANSWER_CODES, DraftRefused, Saved, may_write, save_answers


class ReportListView(LoginRequiredMixin, View):
    """Every report this person may read, soonest due first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = ReportFilter(request.GET or None)
        today = timezone.localdate()
        rows = form.narrow(for_list(Report.objects.visible_to(request.actor)), today)
        context = {
            "page": keyset_page(rows, request, order=("-period_end", "id")),
            "form": form,
            "filtered": form.is_bound,
            "today": today,
        }
        return render(request, "projects/delivery/report_list.html", context)


class ReportView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        report = _visible(request, pk)
        versions = list(report.versions.select_related("submitted_by"))
        frozen = report.figures if report.status in ("submitted", "reviewed", "accepted") else None
        figures = frozen or period_figures(report.application, report.period_start, report.period_end)
        context = {
            "report": report,
            "application": report.application,
            "offers": available(report, request.actor),
            "answers": [(label, report.answers.get(code, "")) for code, label, *_rest in ANSWERS],
            "figures": figures_shown(figures),
            "is_frozen": frozen is not None,
            "versions": versions,
            "differences": differences(versions),
            "may_write": may_write(report, request.actor) and report.kind != "closeout",
            "overdue": report.is_overdue(timezone.localdate()),
            "history": report.history,
        }
        return render(request, "projects/delivery/report.html", context)


class ReportEditView(LoginRequiredMixin, View):
    """Words beside the ledger's own figures; saved while typed, kept when the report comes back."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        report = _own(request, pk)
        initial = {code: report.answers.get(code, "") for code in ANSWER_CODES} | {"sitting": uuid4().hex}
        return self._page(report, AnswersForm(initial=initial))

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        report = _own(request, pk)
        form = AnswersForm(request.POST)
        if not form.is_valid():
            return self._page(report, form, status=422)
        try:
            saved = _save(request, report, form.cleaned_data)
        except DraftRefused as refused:
            return self._page(report, form, status=409, refused=str(refused))
        if saved.clashes:
            return self._page(saved.report, form, status=409, clashes=_clashes(saved), editor=saved.editor)
        messages.success(request, _("已保存"))
        return redirect("report", pk=report.pk)

    def _page(self, report: Report, form: AnswersForm, status: int = 200, **more: Any) -> HttpResponse:
        figures = period_figures(report.application, report.period_start, report.period_end)
        context = {
            "report": report,
            "application": report.application,
            "form": form,
            "figures": figures_shown(figures),
            "version": report.edition,
            **more,
        }
        return render(self.request, "projects/delivery/report_form.html", context, status=status)


class ReportAutosaveView(View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: Any) -> JsonResponse:
        if request.actor.user is None:
            words = _("登录已过期，请在新窗口重新登录；您填写的内容仍保留在本页。")
            return JsonResponse({"message": words}, status=401)
        report = _visible(request, pk)
        typed = {code: request.POST[code].replace("\r\n", "\n") for code in ANSWER_CODES if code in request.POST}
        try:
            saved = _save(request, report, typed)
        except DraftRefused as refused:
            return autosave.refused(str(refused))
        if saved.clashes:
            return autosave.conflict(
                version=saved.report.edition, at=saved.at, editor=saved.editor, fields=_clashes(saved)
            )
        return autosave.saved(version=saved.report.edition, at=saved.at, merged=saved.merged)


class ReportSummaryView(View):
    """What the public reads of an accepted report (R-222, R-285): the summary and the sums, no person."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        report = Report.objects.published().select_related("application__applicant").filter(pk=pk).first()
        if report is None:
            raise Http404
        context = {
            "report": report,
            "application": report.application,
            "summary": report.answers.get("public_summary", ""),
            "figures": figures_shown(report.figures),
        }
        return render(request, "projects/delivery/report_summary.html", context)


def _visible(request: HttpRequest, pk: Any) -> Report:
    rows = Report.objects.select_related(
        "application__guide", "application__applicant", "application__hub", "application__case", "edited_by"
    )
    return get_visible_or_404(rows, request.actor, pk=pk)


def _own(request: HttpRequest, pk: Any) -> Report:
    report = _visible(request, pk)
    if not may_write(report, request.actor) or report.kind == "closeout":
        raise Http404
    return report


def _save(request: HttpRequest, report: Report, answers: dict[str, str]) -> Saved:
    version = request.POST.get("version", "")
    return save_answers(
        actor=request.actor,
        report=report,
        answers={code: answers[code].replace("\r\n", "\n") for code in ANSWER_CODES if code in answers},
        version=int(version) if version.isdigit() and len(version) < 10 else 0,
        sitting=request.POST.get("sitting", "")[:40],
    )


def _clashes(saved: Saved) -> list[autosave.FieldConflict]:
    labels = {code: str(label) for code, label, *_rest in ANSWERS}
    return [
        autosave.FieldConflict(name=code, label=labels[code], yours=yours, theirs=theirs)
        for code, (yours, theirs) in saved.clashes.items()
    ]
