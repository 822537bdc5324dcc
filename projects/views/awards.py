"""Awards, the computation behind the ranking, result letters, framework agreements."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from procurement.access import Role, get_visible_or_404
from procurement.documents.models import Document
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page
from projects.models import Award, FrameworkAgreement, Procedure, ResultLetter
from projects.selectors.awards import runs
from projects.selectors.computation import computation_of
from projects.services.award_contracts import draft_for_award


class AwardView(View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        award = _award(request, pk)
        contracts = award.contracts.visible_to(request.actor).order_by("-created_at")
        may_draft = award.status == "announced" and request.actor.holds(Role.PU_BUY, award.procedure.purchaser_id)
        context = {
            "award": award,
            "offers": available(award, request.actor) if request.actor.user else [],
            "contracts": contracts,
            "may_draft": may_draft and not contracts.exclude(status__in=("cancelled", "terminated")).exists(),
            "history": award.history if runs(award.procedure, request.actor) else (),
        }
        return render(request, "projects/awards/award.html", context)


class AwardContractView(LoginRequiredMixin, View):
    """Starts the draft of the contract, prefilled; editing follows on the usual form."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        award = _award(request, pk)
        try:
            contract = draft_for_award(actor=request.actor, award=award)
        except RuleViolation as violation:
            for refusal in violation.refusals:
                messages.error(request, str(refusal))
            return redirect(award)
        messages.success(request, _("已按中标（成交）结果生成合同草稿，请核对条款。"))
        return redirect("contract-edit", pk=contract.pk)


class ComputationView(LoginRequiredMixin, View):
    """How points and places came about, step by step, for those who run the procedure and the overseers."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        procedure = get_visible_or_404(Procedure.objects.select_related("purchaser", "plan"), request.actor, pk=pk)
        if not runs(procedure, request.actor):
            raise Http404
        found = [computation_of(lot) for lot in procedure.lots.select_related("procedure")]
        context = {"procedure": procedure, "computations": [each for each in found if each is not None]}
        return render(request, "projects/awards/computation.html", context)


class ResultLetterView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        rows = ResultLetter.objects.select_related("bid__bidder", "bid__lot", "bid__procedure__purchaser", "notice")
        letter = get_visible_or_404(rows, request.actor, pk=pk)
        files = Document.objects.for_subject(letter.subject).current()
        return render(request, "projects/awards/letter.html", {"letter": letter, "files": files})


class FrameworkListView(View):
    """Framework agreements and the suppliers in them, for everybody who may later choose among them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = FrameworkAgreement.objects.select_related("lot", "procedure__purchaser").prefetch_related(
            "suppliers__supplier"
        )
        page = keyset_page(rows, request, order=("-concluded_at", "id"))
        return render(request, "projects/awards/frameworks.html", {"page": page})


def _award(request: HttpRequest, pk: str) -> Award:
    rows = Award.objects.select_related("procedure__purchaser", "procedure__plan", "lot", "supplier", "bid")
    return get_visible_or_404(rows, request.actor, pk=pk)
