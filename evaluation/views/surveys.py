"""The satisfaction survey: the evaluator's page, the QR code, and the three questions a recipient answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from evaluation.forms.surveys import EntryForm, PhoneForm, QuestionsForm
from evaluation.models import Channel, Survey
from evaluation.selectors import assessments as selectors
from evaluation.selectors.surveys import comments_of, figures_of
from evaluation.services import surveys as service
from evaluation.services.assessment_papers import SURVEY_PAPERS, qr_svg
from procurement.access import Role, get_visible_or_404
from procurement.documents import start_job
from procurement.documents.models import Document
from procurement.lifecycle.engine import available, database_now
from procurement.rules import RuleViolation


def _survey(request: HttpRequest, pk: str) -> Survey:
    """Those who run the evaluation and its evaluator; the other parties read the figures in the report."""
    survey = get_visible_or_404(
        Survey.objects.select_related("assessment__application__guide", "assessment__evaluator"), request.actor, pk=pk
    )
    assessment, actor = survey.assessment, request.actor
    if not (actor.sees_everything or selectors.runs(assessment, actor) or selectors.evaluates(assessment, actor)):
        raise Http404
    return survey


class SurveyView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        survey = _survey(request, pk)
        context = {
            "survey": survey,
            "assessment": survey.assessment,
            "offers": available(survey, request.actor),
            "figures": figures_of(survey),
            "comments": comments_of(survey)[:100],
            "evaluates": selectors.evaluates(survey.assessment, request.actor),
            "entry_url": request.build_absolute_uri(reverse("survey-entry")),
            "papers": Document.objects.for_subject(survey.subject).of_kind(SURVEY_PAPERS).current(),
        }
        return render(request, "evaluation/survey_detail.html", context)


class SurveyQrView(LoginRequiredMixin, View):
    """The poster's QR code as a picture of its own, to be put into any notice."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        _survey(request, pk)
        picture = qr_svg(request.build_absolute_uri(reverse("survey-entry")))
        return HttpResponse(picture, content_type="image/svg+xml")


class SurveyPapersView(LoginRequiredMixin, View):
    """Poster and slips as one PDF, drawn up in the background."""

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        survey = _survey(request, pk)
        if not selectors.evaluates(survey.assessment, request.actor) or survey.status != "open":
            raise Http404
        job = start_job(
            kind=SURVEY_PAPERS,
            actor=request.actor,
            case_id=survey.case_id,
            params={"survey": str(survey.pk), "base_url": request.build_absolute_uri("/")},
        )
        return redirect(job)


class PhoneSheetView(LoginRequiredMixin, View):
    """Calls to elders, entered one after another while the telephone is in the hand."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        survey = self._mine(request, pk)
        return self._page(request, survey, PhoneForm(initial={"code": self._next_code(survey)}))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        survey = self._mine(request, pk)
        form = PhoneForm(request.POST)
        if not form.is_valid():
            return self._page(request, survey, form, status=422)
        ticket = service.find_ticket(form.cleaned_data["code"])
        if ticket is None or ticket.survey_id != survey.pk:
            form.add_error("code", _("没有这个编码，请核对后再输入"))
            return self._page(request, survey, form, status=422)
        try:
            service.answer(
                code=ticket.code,
                levels=form.levels(),
                comment=form.cleaned_data["comment"],
                channel=Channel.PHONE,
                actor=request.actor,
            )
        except RuleViolation as violation:
            return self._page(request, survey, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已登记编码 %(code)s 的回访") % {"code": ticket})
        return redirect("survey-phone", pk=survey.pk)

    def _mine(self, request: HttpRequest, pk: str) -> Survey:
        survey = _survey(request, pk)
        if not selectors.evaluates(survey.assessment, request.actor) or survey.status != "open":
            raise Http404
        return survey

    def _next_code(self, survey: Survey) -> str:
        ticket = survey.tickets.filter(answers__isnull=True, person__isnull=True).first()
        return str(ticket) if ticket else ""

    def _page(
        self, request: HttpRequest, survey: Survey, form: PhoneForm, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {"survey": survey, "assessment": survey.assessment, "form": form, "refusals": refusals}
        return render(request, "evaluation/survey_phone.html", context, status=status)


class SurveyEntryView(View):
    """Where the poster's QR code leads: one field for the code on the slip."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "evaluation/survey_entry.html", {"form": EntryForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = EntryForm(request.POST)
        if form.is_valid():
            ticket = service.find_ticket(form.cleaned_data["code"])
            if ticket is not None:
                return redirect(ticket)
            form.add_error("code", _("没有这个编码，请核对后再输入"))
        return render(request, "evaluation/survey_entry.html", {"form": form}, status=422)


class SurveyAnswerView(View):
    """Three taps and 提交: no account, no name. The page says which project is asked about and who asks."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        ticket = self._ticket(code)
        return self._page(request, ticket, QuestionsForm(), service.refusal_for(ticket, database_now()))

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        ticket = self._ticket(code)
        form = QuestionsForm(request.POST)
        if not form.is_valid():
            return self._page(request, ticket, form, service.refusal_for(ticket, database_now()), status=422)
        channel = Channel.ACCOUNT if ticket.person_id else Channel.WEB
        try:
            service.answer(
                code=code,
                levels=form.levels(),
                comment=form.cleaned_data["comment"],
                channel=channel,
                actor=request.actor,
            )
        except RuleViolation as violation:
            return self._page(request, ticket, form, violation.refusals[0].message, status=409)
        return redirect("survey-thanks")

    def _ticket(self, code: str) -> Any:
        ticket = service.find_ticket(code)
        if ticket is None:
            raise Http404
        return ticket

    def _page(
        self, request: HttpRequest, ticket: Any, form: QuestionsForm, closed: str, status: int = 200
    ) -> HttpResponse:
        context = {
            "ticket": ticket,
            "survey": ticket.survey,
            "application": ticket.survey.assessment.application,
            "form": form,
            "closed": closed,
        }
        return render(request, "evaluation/survey_answer.html", context, status=status)


class SurveyThanksView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "evaluation/survey_thanks.html")


class ResidentSurveyView(LoginRequiredMixin, View):
    """A signed-in recipient opens the survey from a link; the account answers once like a slip does."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        survey = Survey.objects.filter(pk=pk, status="open").first()
        if survey is None or not request.actor.holds(Role.REC):
            raise Http404
        return redirect(service.ticket_of(actor=request.actor, survey=survey))
