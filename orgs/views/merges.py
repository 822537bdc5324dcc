"""Suspect pairs, side by side; a merge with its preview, its record, and its undoing."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from orgs.forms.merges import DismissForm, MergeForm
from orgs.models import MergedRow, MoveOutcome, OrganizationMerge, SuspectPair
from orgs.services import duplicates, merging
from procurement.access import Actor, get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page

_BOTH = (
    "first__region__parent__parent",
    "second__region__parent__parent",
    "first__merged_into",
    "second__merged_into",
)


class DuplicateListView(LoginRequiredMixin, View):
    """Pairs that look alike and have not been judged; POST compares the whole register anew."""

    def get(self, request: HttpRequest) -> HttpResponse:
        require_keeper(request.actor)
        rows = SuspectPair.objects.visible_to(request.actor).open().select_related(*_BOTH)
        page = keyset_page(rows, request, order=("-weight", "-found_at", "id"))
        context = {"page": page, "may_act": may_act(request.actor)}
        return render(request, "orgs/duplicate_list.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        require_keeper(request.actor)
        if not may_act(request.actor):
            raise PermissionDenied(_("疑似重复由民政部门或系统管理员处理。"))
        count = duplicates.refresh(timezone.now(), everything=True)
        messages.success(request, _("已比对全部单位，共%(count)s对相近。") % {"count": count})
        return redirect("duplicate-list")


class DuplicateView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        pair = self._pair(pk)
        return self._page(pair, MergeForm(pair=pair))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        pair = self._pair(pk)
        form = MergeForm(request.POST, pair=pair)
        if not form.is_valid():
            return self._page(pair, form, status=422)
        source, target = form.chosen
        try:
            merge = merging.propose(
                actor=request.actor, source=source, target=target, grounds=form.cleaned_data["grounds"]
            )
        except RuleViolation as violation:
            form.add_error(None, [str(refusal) for refusal in violation.refusals])
            return self._page(pair, form, status=409)
        messages.success(request, _("合并已提出，请核对将转移的记录后决定。"))
        return redirect(merge)

    def _pair(self, pk: UUID) -> SuspectPair:
        pairs = SuspectPair.objects.select_related(*_BOTH, "first__street", "second__street")
        return get_visible_or_404(pairs, self.request.actor, pk=pk)

    def _page(self, pair: SuspectPair, form: MergeForm, status: int = 200) -> HttpResponse:
        context = {
            "pair": pair,
            "bodies": [pair.first, pair.second],
            "form": form,
            "dismiss_form": DismissForm(),
            "may_act": may_act(self.request.actor) and pair.dismissed_at is None,
        }
        return render(self.request, "orgs/duplicate.html", context, status=status)


class DuplicateDismissView(LoginRequiredMixin, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        pair = get_visible_or_404(SuspectPair.objects.select_related("first", "second"), request.actor, pk=pk)
        try:
            merging.dismiss(
                actor=request.actor, pair=pair, reason=request.POST.get("reason", "")[:200], at=timezone.now()
            )
        except RuleViolation as violation:
            messages.error(request, str(violation))
            return redirect(pair)
        messages.success(request, _("已确认为两个单位，不再列出。"))
        return redirect("duplicate-list")


class MergeListView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        related = ("source", "target", "proposed_by")
        rows = OrganizationMerge.objects.visible_to(request.actor).select_related(*related)
        page = keyset_page(rows, request, order=("-created_at", "id"))
        return render(request, "orgs/merge_list.html", {"page": page})


class MergeView(LoginRequiredMixin, View):
    """Before the decision what would move, found by trying; after it what did."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        related = ("source__merged_into", "target__merged_into", "source__region", "authority", "proposed_by")
        merge = get_visible_or_404(OrganizationMerge.objects.select_related(*related), request.actor, pk=pk)
        context = {
            "merge": merge,
            "offers": available(merge, request.actor),
            "history": list(merge.history),
            "preview": merging.rehearse(merge) if merge.status == "proposed" else [],
            "done": moved_rows(merge),
        }
        return render(request, "orgs/merge.html", context)


def moved_rows(merge: OrganizationMerge) -> list[dict[str, object]]:
    """Counts per kind of row and outcome of a merge carried out."""
    found = MergedRow.objects.filter(merge=merge).values("model", "field", "outcome").annotate(count=Count("id"))
    return [
        {
            "what": merging.label_of(row["model"]),
            "as_what": merging.field_label(row["model"], row["field"]),
            "outcome": MoveOutcome(row["outcome"]).label,
            "count": row["count"],
        }
        for row in found.order_by("model", "field", "outcome")
    ]


def may_act(actor: Actor) -> bool:
    return bool(actor.roles & merging.KEEPERS)


def require_keeper(actor: Actor) -> None:
    if not (may_act(actor) or actor.sees_everything):
        raise PermissionDenied(_("疑似重复清单供民政部门、系统管理员和监督部门使用。"))
