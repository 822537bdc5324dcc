"""Complaints: filed, corrected and followed by their complainant, answered by respondents, worked off by supervision."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from procurement.access import Role, get_visible_or_404
from procurement.documents.models import Document
from procurement.lifecycle.engine import available, database_now
from procurement.rules import RuleViolation
from projects.forms.complaints import ComplaintForm, GrievanceForm, StatementForm
from projects.models import Challenge, Complaint, Respondent
from projects.selectors.remedies import queue_at, unfounded_within_a_year
from projects.selectors.remedy_clocks import complaint_clocks, complaint_window, describe
from projects.services import complaints as service
from projects.views.challenges import challenge_or_404


class ComplaintQueueView(LoginRequiredMixin, View):
    """The supervisor's queue: what runs out first stands first, what has run out is red."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.actor.holds(Role.FIN_SUP):
            raise PermissionDenied(_("投诉由财政监督部门办理。"))
        now = database_now()
        rows = queue_at(Complaint.objects.visible_to(request.actor), now, timezone.localdate())
        return render(request, "projects/remedies/queue.html", {"rows": rows, "today": timezone.localdate()})


class _ComplaintFormView(LoginRequiredMixin, View):
    """Choosing among what was challenged; nothing else can be complained about."""

    template = "projects/remedies/complaint_form.html"

    def forms_for(self, challenge: Challenge, data: Any = None) -> tuple[ComplaintForm, list[GrievanceForm]]:
        matters = list(challenge.matters.all())
        grievances = [GrievanceForm(data, matter=matter) for matter in matters]
        if challenge.is_answered:
            grievances.append(GrievanceForm(data, matter=None))
        return ComplaintForm(data), grievances

    def page(self, form: Any, grievances: Any, status: int = 200, refusals: Any = (), **shown: Any) -> HttpResponse:
        for each in (form, *grievances):
            each.summary_elsewhere = True
        context = {"form": form, "grievances": grievances, "forms": [form, *grievances], "refusals": refusals, **shown}
        return render(self.request, self.template, context, status=status)


def _chosen(grievances: list[GrievanceForm]) -> list[Any]:
    return [found for form in grievances if (found := form.grievance()) is not None]


class ComplaintCreateView(_ComplaintFormView):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        challenge = self._challenge(request, pk)
        return self._show(challenge, *self.forms_for(challenge))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        challenge = self._challenge(request, pk)
        form, grievances = self.forms_for(challenge, request.POST)
        if not all([form.is_valid(), *[each.is_valid() for each in grievances]]):
            return self._show(challenge, form, grievances, status=422)
        try:
            filed = service.file_complaint(
                actor=request.actor, challenge=challenge, grievances=_chosen(grievances), **form.cleaned_data
            )
        except RuleViolation as violation:
            return self._show(challenge, form, grievances, status=409, refusals=violation.refusals)
        messages.success(request, _("投诉已提交，编号 %(number)s。") % {"number": filed.number})
        return redirect(filed)

    def _challenge(self, request: HttpRequest, pk: UUID) -> Challenge:
        challenge = challenge_or_404(request, pk)
        if not request.actor.holds(Role.ORG_H, challenge.challenger_id):
            raise PermissionDenied(_("投诉由质疑供应商的负责人提起。"))
        return challenge

    def _show(self, challenge: Challenge, form: Any, grievances: Any, **more: Any) -> HttpResponse:
        return self.page(form, grievances, challenge=challenge, window=complaint_window(challenge), **more)


class ComplaintCorrectView(_ComplaintFormView):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        complaint = self._complaint(request, pk)
        form, grievances = self.forms_for(complaint.challenge)
        form.initial["request"] = complaint.request
        for each in grievances:
            _begin_from(each, complaint)
        return self._show(complaint, form, grievances)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        complaint = self._complaint(request, pk)
        form, grievances = self.forms_for(complaint.challenge, request.POST)
        del form.fields["secret"]
        if not all([form.is_valid(), *[each.is_valid() for each in grievances]]):
            return self._show(complaint, form, grievances, status=422)
        try:
            service.correct(
                actor=request.actor, complaint=complaint, grievances=_chosen(grievances), **form.cleaned_data
            )
        except RuleViolation as violation:
            return self._show(complaint, form, grievances, status=409, refusals=violation.refusals)
        messages.success(request, _("补正已提交。"))
        return redirect(complaint)

    def _complaint(self, request: HttpRequest, pk: UUID) -> Complaint:
        complaint = complaint_or_404(request, pk)
        if not any(request.actor.holds(role, complaint.complainant_id) for role in (Role.ORG_H, Role.ORG)):
            raise PermissionDenied(_("补正由投诉人提交。"))
        return complaint

    def _show(self, complaint: Complaint, form: Any, grievances: Any, **more: Any) -> HttpResponse:
        form.fields.pop("secret", None)
        return self.page(form, grievances, challenge=complaint.challenge, complaint=complaint, **more)


def _begin_from(form: GrievanceForm, complaint: Complaint) -> None:
    matter = complaint.matters.filter(challenged=form.matter, from_answer=form.matter is None).first()
    if matter is not None:
        form.initial.update(included=True, text=matter.text, facts=matter.facts)


class ComplaintView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        complaint = complaint_or_404(request, pk)
        actor = request.actor
        own = complaint.complainant_id in actor.organization_ids(Role.ORG, Role.ORG_H)
        respondents = Respondent.objects.visible_to(actor).filter(complaint=complaint).select_related("organization")
        offers = available(complaint, actor)
        context = {
            "complaint": complaint,
            "procedure": complaint.procedure,
            "matters": list(complaint.matters.select_related("challenged")),
            "offers": offers,
            "history": list(complaint.history) if actor.sees_everything or own else [],
            "clocks": describe(complaint_clocks(complaint), timezone.localdate()),
            "stops": list(complaint.clock_stops.all()),
            "respondents": respondents,
            "to_answer": Respondent.objects.of(actor).filter(complaint=complaint, answered_at__isnull=True).first()
            if complaint.status == "accepted"
            else None,
            "own": own,
            "shows_secret": actor.sees_everything or own,
            "may_correct": complaint.status == "correction" and own,
            "unfounded": unfounded_within_a_year(complaint.complainant_id, timezone.localdate())
            if actor.sees_everything
            else None,
            "files": _files(complaint, respondents, sees_all=actor.sees_everything or own),
        }
        return render(request, "projects/remedies/complaint.html", context)


def _files(complaint: Complaint, respondents: Any, *, sees_all: bool) -> list[Document]:
    """The complainant's letters, each respondent's own, and the published decision; never another's."""
    found = list(Document.objects.for_subject(complaint.subject).current())
    if not sees_all:
        found = [each for each in found if each.is_public]
    for each in respondents:
        found += Document.objects.for_subject(f"projects.respondent:{each.pk}").current()
    return found


class StatementView(LoginRequiredMixin, View):
    """A respondent's written statement, given once."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._page(self._respondent(request, pk), StatementForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        respondent = self._respondent(request, pk)
        form = StatementForm(request.POST)
        if not form.is_valid():
            return self._page(respondent, form, status=422)
        try:
            service.answer(actor=request.actor, respondent=respondent, text=form.cleaned_data["text"])
        except RuleViolation as violation:
            return self._page(respondent, form, status=409, refusals=violation.refusals)
        messages.success(request, _("书面说明已提交。"))
        return redirect(respondent.complaint)

    def _respondent(self, request: HttpRequest, pk: UUID) -> Respondent:
        rows = Respondent.objects.of(request.actor).select_related("complaint__procedure", "organization")
        return get_visible_or_404(rows, request.actor, pk=pk)

    def _page(self, respondent: Respondent, form: Any, status: int = 200, refusals: Any = ()) -> HttpResponse:
        context = {"respondent": respondent, "complaint": respondent.complaint, "form": form, "refusals": refusals}
        return render(self.request, "projects/remedies/statement.html", context, status=status)


def complaint_or_404(request: HttpRequest, pk: UUID) -> Complaint:
    rows = Complaint.objects.select_related(
        "procedure__rule_set", "procedure__purchaser", "complainant", "challenge", "decided_by"
    )
    return get_visible_or_404(rows, request.actor, pk=pk)
