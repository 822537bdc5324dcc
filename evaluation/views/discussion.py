"""The members' table, which the chair leads: who has handed in, then members × entries, words, questions, signatures."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from evaluation.forms.discussion import AnswerForm, AskForm, ChairVoteForm, InquiryForm, JudgeForm, NoteForm
from evaluation.models import UNSEALED, QuoteInquiry, ReviewPanel
from evaluation.selectors.discussion import (
    chair_of,
    general_notes,
    inquiries,
    low_quotes,
    own_seat,
    signing,
    table,
    votes_cast,
)
from evaluation.selectors.panels import may_see_names
from evaluation.selectors.scoring import member_labels, sheet_counts
from evaluation.services import discussion as service
from evaluation.services import quotes
from procurement.access import Actor, Role, get_visible_or_404
from procurement.rules import Refusal, RuleViolation
from projects.models import Bid

PANELS = ReviewPanel.objects.with_occasions()
BEGUN = ("in_session", *UNSEALED)


def panel_of(request: HttpRequest, pk: str) -> ReviewPanel:
    """The panel, for its members, those who run it and oversight, once the review has begun."""
    panel = get_visible_or_404(PANELS, request.actor, pk=pk)
    if panel.status not in BEGUN or not may_see_names(panel, request.actor):
        raise Http404
    return panel


def page(
    request: HttpRequest, panel: ReviewPanel, *, refusals: Sequence[Refusal] = (), status: int = 200
) -> HttpResponse:
    return render(request, "evaluation/table.html", context_of(panel, request.actor, refusals), status=status)


def context_of(panel: ReviewPanel, actor: Actor, refusals: Sequence[Refusal]) -> dict[str, Any]:
    seat, chair = own_seat(panel, actor), chair_of(panel)
    leads = chair is not None and chair.person_id == actor.id
    rows = table(panel)
    talks = seat is not None and panel.status == "scored"
    labels = member_labels(panel)
    return {
        "panel": panel,
        "seat": seat,
        "chair": chair,
        "leads": leads,
        "refusals": refusals,
        "page_has_errors": bool(refusals),
        "votes": votes_cast(panel) if chair is None else [],
        "vote_form": ChairVoteForm(panel=panel) if seat and chair is None and panel.status != "signed" else None,
        "progress": sheet_counts(panel),
        "unsealed": panel.status in UNSEALED,
        "labels": list(labels.values()),
        "author_labels": labels,
        "rows": [
            {
                "row": row,
                "note_form": NoteForm(
                    panel=panel, initial={"entry": row.result.entry}, auto_id=f"note-{row.result.entry.pk}-%s"
                ),
                "ask_form": AskForm(
                    panel=panel,
                    choices=[(str(cell.sheet_id), f"{cell.label}（{cell.total}）") for cell in row.cells],
                    auto_id=f"ask-{row.result.entry.pk}-%s",
                ),
            }
            for row in rows
        ],
        "talks": talks,
        "asks": leads and panel.status == "scored",
        "general": general_notes(panel) if panel.status in UNSEALED else [],
        "general_form": NoteForm(panel=panel, auto_id="note-all-%s") if talks else None,
        "signing": signing(panel),
        **_quotes(panel, actor, leads),
    }


def _quotes(panel: ReviewPanel, actor: Actor, leads: bool) -> dict[str, Any]:
    """Quotes are looked at only where there are quotes."""
    if panel.procedure is None:
        return {}
    entries = list(panel.entries.live().judged().with_subjects())
    hints = low_quotes(entries, Decimal(str(panel.value("quote_low_share"))))
    asked = inquiries(panel)
    seat = own_seat(panel, actor)
    at_work = panel.status in quotes.AT_WORK
    return {
        "hints": [(entry, hints[entry.pk] * 100) for entry in entries if entry.pk in hints],
        "inquiries": [
            (
                one,
                JudgeForm(auto_id=f"judge-{one.pk}-%s")
                if seat and at_work and one.is_open and all(vote.seat_id != seat.pk for vote in one.votes.all())
                else None,
            )
            for one in asked
        ],
        "inquiry_form": InquiryForm(panel=panel) if leads and at_work else None,
        "has_quotes": True,
    }


class TableView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        return page(request, panel_of(request, pk))


class _TableAct(LoginRequiredMixin, View):
    """A small form of the table: one domain call, then back to the table."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        panel = panel_of(request, pk)
        form = self.form(panel, request)
        if not form.is_valid():
            faults = [
                Refusal("S-04", f"{form.fields[name].label or ''}：{' '.join(map(str, found))}")
                for name, found in form.errors.items()
            ]
            return page(request, panel, refusals=faults, status=422)
        try:
            done = self.act(request.actor, panel, form)
        except RuleViolation as violation:
            return page(request, panel, refusals=violation.refusals, status=409)
        messages.success(request, done)
        return redirect("panel-table", pk=panel.pk)

    @abstractmethod
    def form(self, panel: ReviewPanel, request: HttpRequest) -> forms.Form: ...

    @abstractmethod
    def act(self, actor: Actor, panel: ReviewPanel, form: forms.Form) -> str:
        """The call; returns what to tell the member."""


class ChairVoteView(_TableAct):
    def form(self, panel: ReviewPanel, request: HttpRequest) -> forms.Form:
        return ChairVoteForm(request.POST, panel=panel)

    def act(self, actor: Actor, panel: ReviewPanel, form: forms.Form) -> str:
        chair = service.vote_for_chair(actor=actor, panel=panel, candidate=form.cleaned_data["candidate"])
        return _("已投票，组长已选出。") if chair else _("已投票；得票超过全体成员半数者为组长。")


class NoteView(_TableAct):
    def form(self, panel: ReviewPanel, request: HttpRequest) -> forms.Form:
        return NoteForm(request.POST, panel=panel)

    def act(self, actor: Actor, panel: ReviewPanel, form: forms.Form) -> str:
        service.write_note(actor=actor, panel=panel, **form.cleaned_data)
        return _("讨论意见已记入评审档案。")


class AskView(_TableAct):
    def form(self, panel: ReviewPanel, request: HttpRequest) -> forms.Form:
        return AskForm(request.POST, panel=panel)

    def act(self, actor: Actor, panel: ReviewPanel, form: forms.Form) -> str:
        service.ask_to_explain(actor=actor, **form.cleaned_data)
        return _("已请该成员说明；说明之前不能形成报告。")


class InquiryView(_TableAct):
    def form(self, panel: ReviewPanel, request: HttpRequest) -> forms.Form:
        return InquiryForm(request.POST, panel=panel)

    def act(self, actor: Actor, panel: ReviewPanel, form: forms.Form) -> str:
        assert isinstance(form, InquiryForm)  # noqa: S101
        data = form.cleaned_data
        quotes.raise_inquiry(actor=actor, entry=data["entry"], ground=data["ground"], answer_by=form.answer_by())
        return _("已通知供应商书面说明。")


class JudgeView(_TableAct):
    """Answers under the inquiry's own address; the table it belongs to follows from it."""

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        found = QuoteInquiry.objects.filter(pk=pk).first()
        if found is None:
            raise Http404
        self.inquiry = found
        return super().post(request, str(found.panel_id))

    def form(self, panel: ReviewPanel, request: HttpRequest) -> forms.Form:
        return JudgeForm(request.POST)

    def act(self, actor: Actor, panel: ReviewPanel, form: forms.Form) -> str:
        judged = quotes.judge_answer(actor=actor, inquiry=self.inquiry, **form.cleaned_data)
        return (
            _("已认定：%(outcome)s") % {"outcome": judged.get_outcome_display()}
            if not judged.is_open
            else _("已记录您的认定。")
        )


class AnswerView(LoginRequiredMixin, View):
    """The bidder's written explanation, entered on the page of its bid (R-142)."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        return self._page(request, self._inquiry(request, pk), AnswerForm())

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        inquiry = self._inquiry(request, pk)
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return self._page(request, inquiry, form, status=422)
        try:
            quotes.answer_inquiry(actor=request.actor, inquiry=inquiry, answer=form.cleaned_data["answer"])
        except RuleViolation as violation:
            return self._page(request, inquiry, form, status=409, refusals=violation.refusals)
        messages.success(request, _("书面说明已送评审组。"))
        return redirect(cast(Bid, inquiry.entry.bid))

    def _inquiry(self, request: HttpRequest, pk: str) -> QuoteInquiry:
        own = request.actor.organization_ids(Role.ORG, Role.ORG_H)
        found = (
            QuoteInquiry.objects.filter(pk=pk, entry__bid__bidder__in=own)
            .select_related("entry__bid__bidder", "entry__bid__procedure")
            .first()
        )
        if found is None:
            raise Http404
        return found

    def _page(
        self, request: HttpRequest, inquiry: QuoteInquiry, form: AnswerForm, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {"inquiry": inquiry, "bid": inquiry.entry.bid, "form": form, "refusals": refusals}
        return render(request, "evaluation/quote_answer.html", context, status=status)
