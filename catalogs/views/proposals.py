"""Pages of the wishes for the catalogue."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from catalogs.forms.proposals import ProposalForm
from catalogs.models import CatalogueProposal
from catalogs.selectors.guidance import open_editions
from catalogs.services import proposals
from procurement.access import Role, get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page


class ProposalListView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        rows = CatalogueProposal.objects.visible_to(request.actor).select_related(
            "region__parent__parent", "organization", "item", "adopted_in"
        )
        context = {
            "page": keyset_page(rows, request, order=("-created_at", "id")),
            "can_propose": proposals.may_propose(request.actor),
        }
        return render(request, "catalogs/proposal_list.html", context)


class ProposalView(View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        proposal = get_visible_or_404(
            CatalogueProposal.objects.select_related(
                "region__parent__parent", "reviewer", "organization", "proposer", "item__catalogue", "adopted_in"
            ),
            request.actor,
            pk=pk,
        )
        history = list(proposal.history)
        answers = [record for record in history if record.transition.endswith((".adopt", ".refuse", ".return"))]
        reviews = request.actor.holds(Role.FIN, proposal.reviewer_id)
        context = {
            "proposal": proposal,
            "offers": available(proposal, request.actor),
            "history": history,
            "answer": answers[-1] if answers else None,
            "adopted_item": _adopted_item(request, proposal),
            "can_edit": proposal.status == "draft" and proposal.proposer_id == request.actor.id,
            "needs_edition": reviews and proposal.status == "submitted" and not open_editions(proposal).exists(),
        }
        return render(request, "catalogs/proposal.html", context)


def _adopted_item(request: HttpRequest, proposal: CatalogueProposal) -> Any:
    edition = proposal.adopted_in
    if edition is None:
        return None
    item = edition.items.filter(code=proposal.adopted_code)
    return item.visible_to(request.actor).first()


class ProposalEditView(LoginRequiredMixin, View):
    """Writes a draft; ``submit`` sends it at once."""

    def get(self, request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
        proposal = self._proposal(pk)
        initial = {name: request.GET[name] for name in ("region", "name", "kind", "item") if request.GET.get(name)}
        return self._page(ProposalForm(instance=proposal, actor=request.actor, initial=initial))

    def post(self, request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
        form = ProposalForm(request.POST, instance=self._proposal(pk), actor=request.actor)
        if not form.is_valid():
            return self._page(form, status=422)
        try:
            proposal = proposals.save_proposal(
                actor=request.actor,
                proposal=form.save(commit=False),
                organization=form.cleaned_data["organization"],
            )
        except RuleViolation as violation:
            return self._page(form, refusals=violation.refusals, status=409)
        messages.success(request, _("建议已保存，尚未提交。"))
        return redirect(proposal)

    def _proposal(self, pk: UUID | None) -> CatalogueProposal | None:
        if pk is None:
            if not proposals.may_propose(self.request.actor):
                raise PermissionDenied(_("目录调整建议由购买主体、社会组织和居民代表等以任职单位的名义提出。"))
            return None
        proposal = get_visible_or_404(CatalogueProposal.objects.all(), self.request.actor, pk=pk)
        if proposal.status != "draft" or proposal.proposer_id != self.request.actor.id:
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return proposal

    def _page(self, form: ProposalForm, refusals: Any = (), status: int = 200) -> HttpResponse:
        context = {"form": form, "proposal": form.instance, "refusals": refusals}
        return render(self.request, "catalogs/proposal_form.html", context, status=status)
