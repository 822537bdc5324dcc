"""Filed groups and their letters."""

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

from orgs.forms.filings import FilingForm, LetterForm
from orgs.models import AuthorizationLetter, CommunityFiling
from orgs.selectors.filings import KEEPER_ROLES
from orgs.services import filings
from procurement.access import Role, get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page


class FilingListView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        rows = CommunityFiling.objects.visible_to(request.actor).select_related("organization__street", "keeper")
        context = {
            "page": keyset_page(rows, request, order=("-created_at", "id")),
            "can_file": bool(request.actor.organization_ids(*KEEPER_ROLES)),
        }
        return render(request, "orgs/filings/list.html", context)


class FilingView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        rows = CommunityFiling.objects.select_related("organization__street", "keeper")
        filing = get_visible_or_404(rows, request.actor, pk=pk)
        letters = AuthorizationLetter.objects.visible_to(request.actor).filter(executor=filing.organization)
        context = {
            "filing": filing,
            "offers": available(filing, request.actor),
            "history": list(filing.history),
            "checks": list(filing.checks.select_related("decided_by")),
            "letters": list(letters.select_related("union", "executor")),
            "can_write": filing.status == "filed" and request.actor.holds(Role.UNI, filing.keeper_id),
        }
        return render(request, "orgs/filings/filing.html", context)


class FilingCreateView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        self._require_keeper()
        return self._page(FilingForm(actor=request.actor))

    def post(self, request: HttpRequest) -> HttpResponse:
        self._require_keeper()
        form = FilingForm(request.POST, actor=request.actor)
        if not form.is_valid():
            return self._page(form, status=422)
        try:
            filing = filings.apply_for_filing(
                actor=request.actor,
                keeper=form.cleaned_data["keeper"],
                group=form.save(commit=False),
                activity=form.cleaned_data["activity"],
                member_count=form.cleaned_data["member_count"],
            )
        except RuleViolation as violation:
            return self._page(form, status=409, refusals=violation.refusals)
        messages.success(request, _("备案申请已登记，核对后予以备案。"))
        return redirect(filing)

    def _require_keeper(self) -> None:
        if not self.request.actor.organization_ids(*KEEPER_ROLES):
            raise PermissionDenied(_("社区社会组织向联合会、枢纽或街道备案，由备案单位经办人登记。"))

    def _page(self, form: FilingForm, status: int = 200, refusals: Any = ()) -> HttpResponse:
        return render(self.request, "orgs/filings/form.html", {"form": form, "refusals": refusals}, status=status)


class LetterView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        rows = AuthorizationLetter.objects.select_related("union", "executor", "confirmed_by")
        letter = get_visible_or_404(rows, request.actor, pk=pk)
        context = {
            "letter": letter,
            "offers": available(letter, request.actor),
            "history": list(letter.history),
            "can_edit": letter.status == "draft" and request.actor.holds(Role.UNI, letter.union_id),
        }
        return render(request, "orgs/filings/letter.html", context)


class LetterEditView(LoginRequiredMixin, View):
    """A new letter, or the corrections to a draft."""

    def get(self, request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
        letter = self._letter(pk)
        first = {"executor": request.GET.get("executor")} if letter is None else None
        return self._page(LetterForm(instance=letter, actor=request.actor, initial=first), letter)

    def post(self, request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
        letter = self._letter(pk)
        form = LetterForm(request.POST, instance=letter, actor=request.actor)
        if not form.is_valid():
            return self._page(form, letter, status=422)
        try:
            saved = filings.draft_letter(actor=request.actor, letter=form.save(commit=False))
        except RuleViolation as violation:
            return self._page(form, letter, status=409, refusals=violation.refusals)
        messages.success(request, _("委托书草稿已保存，尚未送签。"))
        return redirect(saved)

    def _letter(self, pk: UUID | None) -> AuthorizationLetter | None:
        if not self.request.actor.organization_ids(Role.UNI):
            raise PermissionDenied(_("授权委托书由社会组织联合会拟定，送社区社会组织签署。"))
        if pk is None:
            return None
        letter = get_visible_or_404(AuthorizationLetter.objects.all(), self.request.actor, pk=pk)
        if letter.status != "draft" or not self.request.actor.holds(Role.UNI, letter.union_id):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return letter

    def _page(
        self, form: LetterForm, letter: AuthorizationLetter | None, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {"form": form, "letter": letter, "refusals": refusals}
        return render(self.request, "orgs/filings/letter_form.html", context, status=status)
