"""Taking the document, asking about it, and changing it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View

from procurement.access import get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.ui.paging import keyset_page
from projects.forms.addenda import AddendumForm
from projects.forms.document_questions import BidderForm, QuestionForm
from projects.models import BIDDER_ROLES, Addendum, DocumentHolder, DocumentQuestion, Procedure
from projects.selectors.procedures import works_on
from projects.services import addenda as addendum_service
from projects.services import document_holders, document_questions
from projects.views.procedure_acts import ProcedureActView
from projects.views.procedures import visible_procedure


class TakeDocumentView(LoginRequiredMixin, ProcedureActView):
    """Take the document for one's organisation; who did stays with the person who did."""

    words = {
        "title": _("获取采购文件"),
        "submit": _("登记并获取"),
        "note": _(
            "登记后，采购文件的澄清、修改和答复会通知本单位。登记情况在开启前不向采购人、代理机构和其他任何人披露。"
        ),
    }
    done = _("已登记。采购文件有澄清、修改或者答复时会通知您；登记情况在开启前不向任何人披露。")

    def procedure(self, request: HttpRequest, pk: str) -> Procedure:
        if not request.actor.organization_ids(*BIDDER_ROLES):
            raise Http404
        return visible_procedure(request, pk)

    def form(self, request: HttpRequest, procedure: Procedure, data: Any = None) -> BidderForm:
        return BidderForm(data, actor=request.actor)

    def act(self, request: HttpRequest, procedure: Procedure, values: dict[str, Any]) -> str:
        document_holders.take_document(actor=request.actor, procedure=procedure, **values)
        return reverse("procedure-document", args=[procedure.pk])


class TakenListView(LoginRequiredMixin, View):
    """The procedures whose document one's own organisations hold."""

    def get(self, request: HttpRequest) -> HttpResponse:
        mine = request.actor.organization_ids(*BIDDER_ROLES)
        rows = DocumentHolder.objects.visible_to(request.actor).filter(organization__in=mine)
        page = keyset_page(
            rows.select_related("procedure__purchaser", "organization"), request, order=("-taken_at", "id")
        )
        return render(request, "projects/procedures/taken.html", {"page": page})


class QuestionListView(ProcedureActView):
    """Answered questions for everybody; below them the form for whoever may ask."""

    template = "projects/procedures/questions.html"
    done = _("询问已提交，答复将对所有人公开。")

    def procedure(self, request: HttpRequest, pk: str) -> Procedure:
        procedure = visible_procedure(request, pk)
        if request.method == "POST" and not request.actor.organization_ids(*BIDDER_ROLES):
            raise Http404
        return procedure

    def form(self, request: HttpRequest, procedure: Procedure, data: Any = None) -> QuestionForm:
        return QuestionForm(data, actor=request.actor)

    def act(self, request: HttpRequest, procedure: Procedure, values: dict[str, Any]) -> str:
        document_questions.ask(actor=request.actor, procedure=procedure, **values)
        return reverse("procedure-questions", args=[procedure.pk])

    def more(self, request: HttpRequest, procedure: Procedure) -> dict[str, Any]:
        may_ask = procedure.status == "bidding" and bool(request.actor.organization_ids(*BIDDER_ROLES))
        return {
            "questions": DocumentQuestion.objects.visible_to(request.actor).filter(procedure=procedure),
            "works": works_on(procedure, request.actor),
            "may_ask": may_ask,
        }


class QuestionView(View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        question = get_visible_or_404(DocumentQuestion.objects.select_related("procedure"), request.actor, pk=pk)
        mine = question.organization_id in request.actor.organization_ids(*BIDDER_ROLES)
        context = {
            "question": question,
            "offers": available(question, request.actor) if request.actor.user else [],
            "asker": question.organization if mine or request.actor.sees_everything else None,
        }
        return render(request, "projects/procedures/question.html", context)


class AddendumView(View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        addendum = get_visible_or_404(
            Addendum.objects.select_related("procedure", "proposed_by", "issued_by"), request.actor, pk=pk
        )
        context = {
            "addendum": addendum,
            "offers": available(addendum, request.actor) if request.actor.user else [],
            "inside": request.actor.sees_everything or works_on(addendum.procedure, request.actor),
        }
        return render(request, "projects/procedures/addendum.html", context)


class AddendumCreateView(LoginRequiredMixin, ProcedureActView):
    """Propose a change; a second person issues it."""

    words = {"title": _("澄清（修改）采购文件"), "submit": _("送发布")}
    done = _("已拟定，由文件复核人或者负责人发布后生效。")

    def procedure(self, request: HttpRequest, pk: str) -> Procedure:
        procedure = visible_procedure(request, pk)
        if procedure.status != "bidding" or not works_on(procedure, request.actor):
            raise Http404
        return procedure

    def form(self, request: HttpRequest, procedure: Procedure, data: Any = None) -> AddendumForm:
        return AddendumForm(data)

    def act(self, request: HttpRequest, procedure: Procedure, values: dict[str, Any]) -> Addendum:
        return addendum_service.propose_addendum(actor=request.actor, procedure=procedure, **values)
