"""What came of the scores: the table with its spread, and the report as it is signed."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from evaluation.models import UNSEALED, ReviewPanel, ReviewReport
from evaluation.selectors.panels import may_see_names
from evaluation.selectors.scoring import (
    current_report,
    member_labels,
    member_means,
    results,
    spread_plot,
    unsigned_seats,
)
from evaluation.services.reports import JOB, request_paper
from procurement.access import get_visible_or_404
from procurement.documents.models import Document
from procurement.lifecycle.engine import available


class ResultsView(LoginRequiredMixin, View):
    """Ranking and spread, once every sheet is handed in; 404 before, for everyone (R-139)."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        panel = get_visible_or_404(ReviewPanel.objects.with_occasions(), request.actor, pk=pk)
        insider = may_see_names(panel, request.actor)
        if panel.status not in UNSEALED or not insider:
            raise Http404
        rows = results(panel)
        labels = member_labels(panel)
        context = {
            "panel": panel,
            "rows": [(row, [(labels[member.sheet.seat_id], member) for member in row.members]) for row in rows],
            "labels": list(labels.values()),
            "plot": spread_plot(rows),
            "means": member_means(rows, labels),
            "findings": panel.findings.with_subjects(),
            "member_of": labels,
            "runs": panel.is_run_by(request.actor),
            "offers": available(panel, request.actor) if panel.is_run_by(request.actor) else [],
            "hundred": Decimal(100),
        }
        return render(request, "evaluation/results.html", context)


class ReportView(LoginRequiredMixin, View):
    """The current version with its signatures; the office may ask for the paper again."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        panel, report = self._report(request, pk)
        seat = panel.seats.confirmed().filter(person_id=request.actor.id).first()
        names = may_see_names(panel, request.actor)
        context = {
            "panel": panel,
            "report": report,
            "body": report.body,
            "signatures": report.signatures.select_related("seat__person").order_by("seat__kind", "seat__rank"),
            "waiting": unsigned_seats(panel) if panel.status == "reported" else [],
            "labels": member_labels(panel),
            "names": names,
            "seat": seat,
            "offers": available(seat, request.actor) if seat else [],
            "runs": panel.is_run_by(request.actor),
            "papers": Document.objects.for_subject(report.subject).of_kind(JOB).current(),
            "versions": panel.reports.count(),
        }
        return render(request, "evaluation/report.html", context)

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        panel, report = self._report(request, pk)
        if not panel.is_run_by(request.actor):
            raise Http404
        request_paper(report)
        messages.success(request, _("正在后台生成评审报告，完成后列在本页。"))
        return redirect("panel-report", pk=panel.pk)

    def _report(self, request: HttpRequest, pk: str) -> tuple[ReviewPanel, ReviewReport]:
        panel = get_visible_or_404(ReviewPanel.objects.with_occasions(), request.actor, pk=pk)
        report = current_report(panel)
        if report is None or not ReviewReport.objects.visible_to(request.actor).filter(pk=report.pk).exists():
            raise Http404
        return panel, report
