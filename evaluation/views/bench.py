"""The scoring bench: the member's queue, one sheet beside its application, saving as one types."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from evaluation.forms.scoring import ExplainForm, SheetForm
from evaluation.models import Aspect, Finding, PanelSeat, ReviewPanel, ScoreSheet
from evaluation.selectors.bench import pinned_pages, state_of
from evaluation.selectors.entries import document_of
from evaluation.selectors.rubrics import leaves, scored
from evaluation.selectors.scoring import invitations_of, member_labels, queue_of, seats_in_review, sheet_total, unscored
from evaluation.services import scoring as service
from evaluation.services.syncing import sync_sheet
from procurement.access import get_visible_or_404
from procurement.lifecycle.engine import available, perform
from procurement.lifecycle.steps import transition_url
from procurement.rules import RuleViolation

SHEETS = ScoreSheet.objects.with_subjects().select_related(
    "panel__rubric", "panel__guide", "panel__procedure", "seat__person", "entry__application__hub"
)


#: Findings a member answers with words; the others send the sheet back.
EXPLAINED = (Finding.Kind.OUTLIER, Finding.Kind.ASKED)


class QueueView(LoginRequiredMixin, View):
    """What waits for this expert: invitations, sheets in the member's own order, explanations, reports to sign."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = [self._row(seat) for seat in seats_in_review(request.actor)]
        context = {
            "invitations": invitations_of(request.actor),
            "rows": rows,
            "findings": Finding.objects.filter(
                sheet__seat__person_id=request.actor.id, kind__in=EXPLAINED, settled_at__isnull=True
            ).with_subjects(),
            "empty": not rows and not invitations_of(request.actor),
        }
        return render(request, "evaluation/queue.html", context)

    def _row(self, seat: PanelSeat) -> dict[str, Any]:
        sheets = list(queue_of(seat))
        factors = len(scored(seat.panel.rubric))
        done = sum(sheet.status == "locked" for sheet in sheets)
        ready = [
            sheet
            for sheet in sheets
            if sheet.status == "draft"
            and sheet.scored == factors  # type: ignore[attr-defined]
            and (sheet.suggested_amount is not None or not sheet.entry.suggests_amount)
        ]
        return {
            "seat": seat,
            "panel": seat.panel,
            "sheets": sheets,
            "factors": factors,
            "done": done,
            "total": len(sheets),
            "next": next((sheet for sheet in sheets if sheet.status == "draft"), None),
            "ready": ready,
            # Members score everything but the price; it is not laid before them while they do.
            "shows_amount": seat.panel.procedure_id is None,
        }


class SheetView(LoginRequiredMixin, View):
    """One application beside its scheme. Works without scripts by the 保存 buttons."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        sheet = get_visible_or_404(SHEETS.prefetch_related("scores"), request.actor, pk=pk)
        return self._page(request, sheet, SheetForm(sheet=sheet))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        sheet = get_visible_or_404(SHEETS, request.actor, pk=pk)
        form = SheetForm(request.POST, sheet=sheet)
        if not form.is_valid():
            return self._page(request, sheet, form, status=422)
        try:
            synced = sync_sheet(actor=request.actor, sheet=sheet, typed=form.typed())
        except RuleViolation as violation:
            return self._page(request, sheet, form, status=409, refusals=violation.refusals)
        if synced.clashes:
            return self._page(request, synced.sheet, form, status=409, clashes=synced.clashes)
        wanted = request.POST.get("do", "save")
        if wanted == "lock":
            return redirect(transition_url(sheet, "sheet.lock"))
        if wanted == "next":
            following = _neighbour(queue_of(sheet.seat), sheet, 1)
            return redirect(following or reverse("review"))
        messages.success(request, _("已保存。"))
        return redirect(sheet)

    def _page(
        self,
        request: HttpRequest,
        sheet: ScoreSheet,
        form: SheetForm,
        status: int = 200,
        refusals: Any = (),
        clashes: Any = (),
    ) -> HttpResponse:
        own = sheet.seat.person_id == request.actor.id
        writable = own and sheet.status == "draft" and sheet.panel.status == "in_session"
        queue = list(queue_of(sheet.seat)) if own else []
        document = document_of(sheet.entry)
        pins = pinned_pages(sheet, document)
        context = {
            "sheet": sheet,
            "entry": sheet.entry,
            "document": document,
            "form": form,
            "rows": [
                {
                    "factor": factor,
                    "value": form[f"value-{factor.pk}"],
                    "note": form[f"note-{factor.pk}"],
                    "pins": form[f"pins-{factor.pk}"],
                    "pages": pins[factor.pk],
                    "levels": factor.levels.all(),
                }
                for factor in form.factors
            ],
            # The price gives points of its own, computed from the quotes.
            "computed": [factor for factor in leaves(sheet.panel.rubric) if factor.aspect == Aspect.PRICE],
            "full": sum(factor.maximum for factor in form.factors),
            "own": own,
            "writable": writable,
            "label": member_labels(sheet.panel).get(sheet.seat_id, ""),
            "total": sheet.total if sheet.total is not None else sheet_total(sheet),
            "missing": len(unscored(sheet)),
            "queue": queue,
            "done": sum(row.status == "locked" for row in queue),
            "previous": _neighbour(queue, sheet, -1),
            "next": _neighbour(queue, sheet, 1),
            "offers": available(sheet, request.actor) if own else [],
            "lock_url": transition_url(sheet, "sheet.lock"),
            "recuse_url": transition_url(sheet.seat, "seat.recuse"),
            "refusals": refusals,
            "clashes": clashes,
            # Both sides are on the page now: saving again is the member's choice.
            "seen": json.dumps(state_of(sheet), ensure_ascii=False) if clashes else form["seen"].value(),
            "page_has_errors": status != 200,
        }
        return render(request, "evaluation/sheet.html", context, status=status)


class SheetSaveView(View):
    """Saves what was typed, for the script: JSON with the server's time, the live total and what the server now holds.

    409 with ``clashes`` when a unit was changed elsewhere meanwhile (nothing of it was written), 409 with ``message``
    when nothing may be written, 422 for a value out of range, 401 when signed out.
    """

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: str) -> JsonResponse:
        if request.actor.user is None:
            return JsonResponse({"message": _("登录已失效，请重新登录；已填写的内容保留在本机。")}, status=401)
        sheet = get_visible_or_404(SHEETS, request.actor, pk=pk)
        form = SheetForm(request.POST, sheet=sheet)
        if not form.is_valid():
            field, faults = next(iter(form.errors.items()))
            return JsonResponse({"message": " ".join(str(fault) for fault in faults), "field": field}, status=422)
        try:
            synced = sync_sheet(actor=request.actor, sheet=sheet, typed=form.typed())
        except RuleViolation as violation:
            return JsonResponse({"message": "；".join(str(r) for r in violation.refusals)}, status=409)
        saved = synced.sheet
        body = {
            "saved_at": timezone.localtime(saved.saved_at).strftime("%H:%M:%S") if saved.saved_at else "",
            "total": f"{sheet_total(saved):.2f}",
            "missing": len(unscored(saved)),
            "state": synced.state,
            "clashes": synced.plain,
        }
        return JsonResponse(body, status=409 if synced.clashes else 200)


class LockAllView(LoginRequiredMixin, View):
    """Hands in every sheet that is complete; each line says how it went, nothing is dropped silently."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        panel = get_visible_or_404(ReviewPanel.objects.all(), request.actor, pk=pk)
        seat = panel.seats.confirmed().filter(person_id=request.actor.id).first()
        if seat is None:
            raise Http404
        done, refused = 0, []
        for sheet in queue_of(seat).filter(status="draft"):
            try:
                perform(sheet, "sheet.lock", actor=request.actor)
                done += 1
            except RuleViolation as violation:
                refused.append(f"{sheet.entry}：{'；'.join(str(r) for r in violation.refusals)}")
        if done:
            messages.success(request, _("已提交 %(count)s 份评分表。") % {"count": done})
        for sentence in refused:
            messages.warning(request, sentence)
        return redirect("review")


class FindingView(LoginRequiredMixin, View):
    """The member explains a sum far from the others' (R-141)."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        return self._page(request, self._finding(request, pk), ExplainForm())

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        finding = self._finding(request, pk)
        form = ExplainForm(request.POST)
        if not form.is_valid():
            return self._page(request, finding, form, status=422)
        try:
            service.explain(actor=request.actor, finding=finding, explanation=form.cleaned_data["explanation"])
        except RuleViolation as violation:
            return self._page(request, finding, form, status=409, refusals=violation.refusals)
        messages.success(request, _("说明已记入评审档案。"))
        return redirect("review")

    def _finding(self, request: HttpRequest, pk: str) -> Finding:
        found = (
            Finding.objects.filter(pk=pk, sheet__seat__person_id=request.actor.id, kind__in=EXPLAINED)
            .with_subjects()
            .first()
        )
        if found is None:
            raise Http404
        return found

    def _page(
        self, request: HttpRequest, finding: Finding, form: ExplainForm, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {"finding": finding, "form": form, "refusals": refusals}
        return render(request, "evaluation/finding.html", context, status=status)


def _neighbour(queue: Iterable[ScoreSheet], sheet: ScoreSheet, step: int) -> ScoreSheet | None:
    """The next (or previous) sheet in the member's own order."""
    beyond = [row for row in queue if (row.position - sheet.position) * step > 0]
    return min(beyond, key=lambda row: abs(row.position - sheet.position), default=None)
