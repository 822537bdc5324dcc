"""Organising an acceptance: the round's page, the list of recipients, the slips, the visit, the witness page."""

from __future__ import annotations

from typing import Any

import qrcode
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from procurement.access import get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from projects.forms import closeouts as entry
from projects.models import OPEN_ACCEPTANCE_STATES, Acceptance, Recipient
from projects.selectors.closeouts import accepts, is_contractor
from projects.services import acceptances
from projects.views.closeouts import APPLICATION, files_context, tell, visible_application


class AcceptancePlanView(LoginRequiredMixin, View):
    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = visible_application(request, pk)
        try:
            acceptance = acceptances.plan_acceptance(actor=request.actor, application=application)
        except RuleViolation as violation:
            tell(request, violation)
            return redirect(application)
        messages.success(request, _("请登记要通知的服务对象，再现场核验。"))
        return redirect(acceptance)


class AcceptanceView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        return self.page(request, visible_acceptance(request, pk))

    def page(self, request: HttpRequest, acceptance: Acceptance, status: int = 200, **more: Any) -> HttpResponse:
        works = acceptance.status in OPEN_ACCEPTANCE_STATES and accepts(request.actor, acceptance.application)
        rectifies = (
            acceptance.status == "final"
            and acceptance.rectify_due_on is not None
            and acceptance.rectified_at is None
            and is_contractor(request.actor, acceptance.application)
        )
        context = {
            "acceptance": acceptance,
            "application": acceptance.application,
            "standards": acceptance.standards.all(),
            "recipients": acceptance.recipients.all(),
            "offers": available(acceptance, request.actor),
            "works": works,
            "recipient_form": entry.RecipientForm() if works else None,
            "rectification_form": entry.RectificationForm() if rectifies else None,
            "history": acceptance.history.order_by("-at"),
            "page_has_errors": status == 422,
            **files_context(request, acceptance),
            **more,
        }
        return render(request, "projects/acceptance_detail.html", context, status=status)


class RecipientAddView(AcceptanceView):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        return redirect("acceptance", pk=pk)

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        acceptance = working(request, pk)
        form = entry.RecipientForm(request.POST)
        if not form.is_valid():
            return self.page(request, acceptance, status=422, recipient_form=form)
        try:
            acceptances.name_recipient(actor=request.actor, acceptance=acceptance, **form.cleaned_data)
        except RuleViolation as violation:
            tell(request, violation)
        return redirect(f"{acceptance.get_absolute_url()}#recipients")


class RecipientDropView(LoginRequiredMixin, View):
    def post(self, request: HttpRequest, pk: Any, recipient: Any) -> HttpResponse:
        acceptance = working(request, pk)
        try:
            acceptances.drop_recipient(actor=request.actor, recipient=recipient_of(acceptance, recipient))
        except RuleViolation as violation:
            tell(request, violation)
        return redirect(f"{acceptance.get_absolute_url()}#recipients")


class DictationView(LoginRequiredMixin, View):
    """A recipient without a phone: the acceptor writes down what is said, and the record says so."""

    def get(self, request: HttpRequest, pk: Any, recipient: Any) -> HttpResponse:
        acceptance = working(request, pk)
        return self._page(request, acceptance, recipient_of(acceptance, recipient), entry.OpinionOfRecipientForm())

    def post(self, request: HttpRequest, pk: Any, recipient: Any) -> HttpResponse:
        acceptance = working(request, pk)
        person, form = recipient_of(acceptance, recipient), entry.OpinionOfRecipientForm(request.POST)
        if not form.is_valid():
            return self._page(request, acceptance, person, form, status=422)
        try:
            acceptances.give_opinion(
                actor=request.actor, recipient=person, satisfied=form.cleaned_data["satisfied"], opinion=form.opinion
            )
        except RuleViolation as violation:
            tell(request, violation)
        return redirect(f"{acceptance.get_absolute_url()}#recipients")

    def _page(
        self, request: HttpRequest, acceptance: Acceptance, person: Recipient, form: Any, status: int = 200
    ) -> HttpResponse:
        context = {"acceptance": acceptance, "person": person, "form": form, "page_has_errors": status == 422}
        return render(request, "projects/acceptance_dictation.html", context, status=status)


class SiteView(LoginRequiredMixin, View):
    """One page for the visit: who came, and every standard with its evidence; saved as often as one likes."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        acceptance = working(request, pk)
        return self._page(request, acceptance, *self._forms(acceptance))

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        acceptance = working(request, pk)
        people, standards = self._forms(acceptance, request.POST)
        if not all(form.is_valid() for form in (*people, *standards)):
            return self._page(request, acceptance, people, standards, status=422)
        present = {form.recipient.pk: form.cleaned_data["present"] for form in people}
        try:
            acceptances.record_presence(
                actor=request.actor,
                acceptance=acceptance,
                presence={pk: came for pk, came in present.items() if came is not None},
            )
            acceptances.judge_standards(
                actor=request.actor,
                acceptance=acceptance,
                judged={
                    form.standard.pk: (form.cleaned_data["met"], form.cleaned_data["evidence"]) for form in standards
                },
            )
        except RuleViolation as violation:
            return self._page(request, acceptance, people, standards, status=409, refusals=violation.refusals)
        messages.success(request, _("现场核验已保存"))
        return redirect(acceptance)

    def _forms(
        self, acceptance: Acceptance, data: Any = None
    ) -> tuple[list[entry.PresenceForm], list[entry.StandardForm]]:
        return (
            [entry.PresenceForm(data, recipient=person) for person in acceptance.recipients.all()],
            [entry.StandardForm(data, standard=standard) for standard in acceptance.standards.all()],
        )

    def _page(
        self,
        request: HttpRequest,
        acceptance: Acceptance,
        people: Any,
        standards: Any,
        status: int = 200,
        refusals: Any = (),
    ) -> HttpResponse:
        context = {
            "acceptance": acceptance,
            "application": acceptance.application,
            "people": people,
            "standards": standards,
            "every_form": [*people, *standards],
            "refusals": refusals,
            "page_has_errors": status == 422,
        }
        return render(request, "projects/acceptance_site.html", context, status=status)


class SlipsView(LoginRequiredMixin, View):
    """A printed slip for each recipient: whose project, where to answer, the code as a picture and as letters."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        acceptance = working(request, pk)
        slips = [
            {
                "person": person,
                "address": (address := request.build_absolute_uri(reverse("witness", args=[person.code]))),
                "picture": qr_picture(address),
            }
            for person in acceptance.recipients.filter(opinion_at=None)
        ]
        context = {
            "acceptance": acceptance,
            "application": acceptance.application,
            "slips": slips,
            "entry_address": request.build_absolute_uri(reverse("witness-entry")),
        }
        return render(request, "projects/acceptance_slips.html", context)


def qr_picture(text: str) -> dict[str, Any]:
    """The QR code as one SVG path: no script, no style, sharp on paper."""
    code = qrcode.QRCode(border=2, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    matrix = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark)
    return {"size": len(matrix), "path": path}


class RectificationReportView(AcceptanceView):
    """The contractor says what was put right after a round not passed."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        return redirect("acceptance", pk=pk)

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        acceptance = visible_acceptance(request, pk)
        if not is_contractor(request.actor, acceptance.application):
            raise Http404
        form = entry.RectificationForm(request.POST)
        if not form.is_valid():
            return self.page(request, acceptance, status=422, rectification_form=form)
        try:
            acceptances.report_rectification(actor=request.actor, acceptance=acceptance, **form.cleaned_data)
        except RuleViolation as violation:
            tell(request, violation)
        else:
            messages.success(request, _("整改情况已报告，等待再次验收。"))
        return redirect(acceptance)


class WitnessEntryView(View):
    """For those who hold the slip but no camera: type the code."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "projects/witness_entry.html", {"form": entry.CodeForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = entry.CodeForm(request.POST)
        if form.is_valid():
            if Recipient.objects.filter(code=form.cleaned_data["code"]).exists():
                return redirect("witness", code=form.cleaned_data["code"])
            form.add_error("code", _("没有这个意见码，请核对后重新输入。"))
        return render(request, "projects/witness_entry.html", {"form": form, "page_has_errors": True}, status=422)


class WitnessView(View):
    """A recipient answers without an account: a level, ready sentences, hand in. The code is the only key."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        return self._page(request, self._recipient(code), entry.OpinionOfRecipientForm())

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        recipient, form = self._recipient(code), entry.OpinionOfRecipientForm(request.POST)
        if not form.is_valid():
            return self._page(request, recipient, form, status=422)
        try:
            acceptances.give_opinion(
                recipient=recipient, satisfied=form.cleaned_data["satisfied"], opinion=form.opinion
            )
        except RuleViolation as violation:
            tell(request, violation)
        return redirect("witness", code=recipient.code)

    def _recipient(self, code: str) -> Recipient:
        recipient = (
            Recipient.objects.select_related("acceptance__application__applicant", "acceptance__application__guide")
            .filter(code=code.upper())
            .first()
        )
        if recipient is None:
            raise Http404
        return recipient

    def _page(self, request: HttpRequest, recipient: Recipient, form: Any, status: int = 200) -> HttpResponse:
        context = {
            "recipient": recipient,
            "application": recipient.acceptance.application,
            "form": form,
            "open": recipient.acceptance.status in OPEN_ACCEPTANCE_STATES,
            "page_has_errors": status == 422,
        }
        response = render(request, "projects/witness.html", context, status=status)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex"
        return response


def visible_acceptance(request: HttpRequest, pk: Any) -> Acceptance:
    rows = Acceptance.objects.select_related("drafted_by", "replied_by", *APPLICATION)
    return get_visible_or_404(rows, request.actor, pk=pk)


def working(request: HttpRequest, pk: Any) -> Acceptance:
    """The round, for those who carry it out while it is open."""
    acceptance = visible_acceptance(request, pk)
    if acceptance.status not in OPEN_ACCEPTANCE_STATES or not accepts(request.actor, acceptance.application):
        raise Http404
    return acceptance


def recipient_of(acceptance: Acceptance, pk: Any) -> Recipient:
    found = acceptance.recipients.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
