"""A member's sheets outside the bench: the workbook to fill in without a network, and the paper to sign."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from evaluation.forms.scoring import BookForm
from evaluation.models import PanelSeat
from evaluation.selectors.discussion import may_read_papers
from evaluation.services.score_book_files import workbook_of
from evaluation.services.score_books import take_in
from evaluation.services.sheet_papers import JOB, is_complete, papers_context, request_papers
from procurement.access import get_visible_or_404
from procurement.documents.models import Document
from procurement.registers.views import named
from procurement.registers.workbooks import XLSX
from procurement.rules import RuleViolation

SEATS = PanelSeat.objects.select_related("panel__guide", "panel__procedure", "panel__office", "panel__rubric", "person")


def own_sitting(request: HttpRequest, pk: str) -> PanelSeat:
    """The actor's own seat in a panel that scores; for everybody else there is nothing here."""
    seat = get_visible_or_404(SEATS, request.actor, pk=pk)
    if seat.person_id != request.actor.id or seat.status != "confirmed" or seat.panel.status != "in_session":
        raise Http404
    return seat


class ScoreBookView(LoginRequiredMixin, View):
    """Download, fill in, hand back; a refused file names every line and column."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        return self._page(request, own_sitting(request, pk), BookForm())

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        seat = own_sitting(request, pk)
        form = BookForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, seat, form, status=422)
        outcome = take_in(actor=request.actor, seat=seat, upload=form.cleaned_data["file"])
        if outcome.reasons:
            return self._page(request, seat, form, status=422, reasons=outcome.reasons)
        words = {"written": outcome.written, "unchanged": outcome.unchanged}
        messages.success(request, _("已写入 %(written)s 份评分表，%(unchanged)s 份没有变化。请核对后提交。") % words)
        return redirect("review")

    def _page(
        self, request: HttpRequest, seat: PanelSeat, form: BookForm, status: int = 200, reasons: Any = ()
    ) -> HttpResponse:
        context = {"seat": seat, "form": form, "reasons": reasons}
        return render(request, "evaluation/score_book.html", context, status=status)


class ScoreBookFileView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        seat = own_sitting(request, pk)
        response = HttpResponse(workbook_of(actor=request.actor, seat=seat), content_type=XLSX)
        return named(response, _("评分表-%(panel)s.xlsx") % {"panel": seat.panel.number})  # type: ignore[no-any-return]


class SeatSheetsView(LoginRequiredMixin, View):
    """The member's sheets as one paper, once all are handed in; the office reads it when the scores are open."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        return self._page(request, self._seat(request, pk))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        seat = self._seat(request, pk)
        try:
            request_papers(actor=request.actor, seat=seat)
        except RuleViolation as violation:
            return self._page(request, seat, status=409, refusals=violation.refusals)
        messages.success(request, _("正在后台生成 PDF，完成后列在本页。"))
        return redirect("seat-sheets", pk=seat.pk)

    def _seat(self, request: HttpRequest, pk: str) -> PanelSeat:
        seat = get_visible_or_404(SEATS, request.actor, pk=pk)
        if not may_read_papers(seat, request.actor) or not is_complete(seat):
            raise Http404
        return seat

    def _page(self, request: HttpRequest, seat: PanelSeat, status: int = 200, refusals: Any = ()) -> HttpResponse:
        context = {
            **papers_context(seat),
            "own": seat.person_id == request.actor.id,
            "papers": Document.objects.for_subject(seat.subject).of_kind(JOB).current(),
            "refusals": refusals,
        }
        return render(request, "evaluation/seat_sheets.html", context, status=status)
