"""Pages of the guidance catalogues: by place and edition, the tree of one, and what changed between two."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from catalogs.forms.guidance import CatalogueFilterForm, EditionForm, SearchForm
from catalogs.models import CatalogueProposal, GuidanceCatalogue
from catalogs.selectors import guidance as selectors
from catalogs.services import guidance, proposals
from procurement.access import get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page


class CatalogueListView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        form = CatalogueFilterForm(request.GET)
        rows = form.apply(_listed(request.actor))
        context = {
            "form": form,
            "page": keyset_page(rows, request, order=("-valid_from_or_created", "id")),
            "today": timezone.localdate(),
            "can_create": bool(request.actor.organization_ids(*guidance.COMPILING_ROLES)),
            "can_propose": proposals.may_propose(request.actor),
        }
        return render(request, "catalogs/catalogue_list.html", context)


def _listed(actor: Any) -> Any:
    from django.db.models.functions import Coalesce, TruncDate

    return (
        GuidanceCatalogue.objects.visible_to(actor)
        .select_related("region__parent__parent", "compiler")
        .annotate(
            valid_from_or_created=Coalesce(F("valid_from"), TruncDate("created_at")),
            item_count=Count("items"),
        )
    )


class CatalogueView(View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        catalogue = _catalogue(request, pk)
        form = SearchForm(request.GET)
        words = form.cleaned_data["words"] if form.is_valid() else ""
        items = list(catalogue.items.in_code_order().annotate(code_count=Count("procurement_codes")))
        may_compile = guidance.may_compile(request.actor, catalogue)
        context = {
            "catalogue": catalogue,
            "form": form,
            "words": words,
            "branches": selectors.tree(items, words=words),
            "total": len(items),
            "in_force": catalogue.is_in_force_on(timezone.localdate()),
            "offers": available(catalogue, request.actor),
            "history": list(catalogue.history),
            "can_edit": may_compile and catalogue.is_open,
            "can_propose": proposals.may_propose(request.actor),
            "successors": list(catalogue.successors.visible_to(request.actor)),
            "adopted": CatalogueProposal.objects.visible_to(request.actor)
            .filter(adopted_in=catalogue)
            .select_related("organization")[:50],
        }
        return render(request, "catalogs/catalogue.html", context)


class CompareView(View):
    """What an edition adds, drops, renames against another; against the one before it unless told otherwise."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        catalogue = _catalogue(request, pk)
        others = (
            GuidanceCatalogue.objects.visible_to(request.actor)
            .filter(region=catalogue.region_id)
            .exclude(pk=catalogue.pk)
            .select_related("region__parent__parent")
        )
        chosen = request.GET.get("with", "")
        other = next((row for row in others if str(row.pk) == chosen), None)
        other = other or next((row for row in others if row.pk == catalogue.previous_id), None)
        changes = selectors.differences(other, catalogue) if other else []
        context = {"catalogue": catalogue, "others": others, "other": other, "changes": changes}
        return render(request, "catalogs/catalogue_compare.html", context)


class EditionCreateView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        self._require_compiler()
        return self._page(EditionForm(actor=request.actor, initial={"based_on": request.GET.get("based_on")}))

    def post(self, request: HttpRequest) -> HttpResponse:
        self._require_compiler()
        form = EditionForm(request.POST, actor=request.actor)
        if not form.is_valid():
            return self._page(form, status=422)
        try:
            catalogue = guidance.open_edition(actor=request.actor, **form.cleaned_data)
        except RuleViolation as violation:
            return self._page(form, refusals=violation.refusals, status=409)
        messages.success(request, _("新版目录已建立，可以增删条目。"))
        return redirect(catalogue)

    def _require_compiler(self) -> None:
        if not self.request.actor.organization_ids(*guidance.COMPILING_ROLES):
            raise PermissionDenied(_("目录由财政部门或领导小组办公室编制。"))

    def _page(self, form: EditionForm, refusals: Any = (), status: int = 200) -> HttpResponse:
        return render(self.request, "catalogs/catalogue_form.html", {"form": form, "refusals": refusals}, status=status)


def _catalogue(request: HttpRequest, pk: UUID) -> GuidanceCatalogue:
    rows = GuidanceCatalogue.objects.select_related("region__parent__parent", "compiler", "approver", "previous")
    return get_visible_or_404(rows, request.actor, pk=pk)
