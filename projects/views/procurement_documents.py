"""The procurement document: read by everybody once it is announced, written part by part before."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from procurement.documents.models import Document
from procurement.rules import RuleViolation
from projects.forms.procurement_documents import part_form
from projects.models import Addendum, DocumentQuestion, Procedure
from projects.selectors.procedures import works_on
from projects.selectors.procurement_documents import PARTS, Part, document_of, part_named, part_states
from projects.services import procurement_documents as service
from projects.views.procedures import draft_of, visible_procedure


class DocumentView(View):
    """The whole document on one page, with its changes and the answered questions."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        procedure = visible_procedure(request, pk)
        document = document_of(procedure)
        context = {
            "procedure": procedure,
            "document": document,
            "lots": procedure.lots.all(),
            "addenda": Addendum.objects.visible_to(request.actor).filter(procedure=procedure).issued(),
            "questions": DocumentQuestion.objects.answered().filter(procedure=procedure),
            "paper": Document.objects.for_subject(procedure.subject).of_kind("procurement_document").current(),
            "may_write": procedure.status == "draft" and works_on(procedure, request.actor),
        }
        return render(request, "projects/procedures/document.html", context)


class DocumentPartView(LoginRequiredMixin, View):
    """One part of a draft; what is still missing in it stands above the form."""

    def get(self, request: HttpRequest, pk: str, part: str) -> HttpResponse:
        procedure, chosen = draft_of(request, pk), self._part(part)
        form = part_form(chosen, procedure, instance=document_of(procedure))
        return self._page(request, procedure, chosen, form)

    def post(self, request: HttpRequest, pk: str, part: str) -> HttpResponse:
        procedure, chosen = draft_of(request, pk), self._part(part)
        form = part_form(chosen, procedure, request.POST, instance=document_of(procedure))
        if not form.is_valid():
            return self._page(request, procedure, chosen, form, status=422)
        try:
            service.save_part(actor=request.actor, procedure=procedure, part=chosen, **form.cleaned_data)
        except RuleViolation as violation:
            return self._page(request, procedure, chosen, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已保存“%(part)s”") % {"part": chosen.title})
        following = PARTS.index(chosen) + 1
        if "next" in request.POST and following < len(PARTS):
            return redirect("procedure-document-part", pk=procedure.pk, part=PARTS[following].code)
        return redirect("procedure", pk=procedure.pk)

    def _part(self, code: str) -> Part:
        part = part_named(code)
        if part is None:
            raise Http404
        return part

    def _page(
        self, request: HttpRequest, procedure: Procedure, part: Part, form: Any, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        states = part_states(procedure)
        context = {
            "procedure": procedure,
            "document": document_of(procedure),
            "part": part,
            "is_last": part == PARTS[-1],
            "state": next(state for state in states if state.part == part),
            "form": form,
            "refusals": refusals,
        }
        return render(request, "projects/procedures/document_part.html", context, status=status)
