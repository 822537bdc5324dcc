"""公告公示: the public list and page; drafting, correcting."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from procurement.access import Role, get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page
from projects.forms.official_notices import CorrectionForm, NoticeFieldsForm, NoticeFilter, NoticeKindForm
from projects.models import OfficialNotice, Procedure
from projects.selectors.official_notices import notice_years, public_notices
from projects.services import official_notices as service

ORDER = ("-published_at", "id")


class NoticeListView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        form = NoticeFilter(request.GET or None, years=notice_years())
        wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
        rows = public_notices(q=wanted.get("q", ""), kind=wanted.get("kind", ""), year=wanted.get("year"))
        page = keyset_page(rows, request, order=ORDER)
        context = {"page": page, "form": form, "filtered": any(wanted.values())}
        return render(request, "projects/notices/list.html", context)


class NoticeView(View):
    """The notice as its official form prints it, with what corrected it."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        notice = _notice(request, pk)
        context = {
            "notice": notice,
            "parts": notice.filled_parts(),
            "corrections": notice.corrections.public(),
            "offers": available(notice, request.actor) if request.actor.user else [],
            "may_write": request.actor.user is not None and service.may_write(request.actor, notice),
            "reason": notice.revocation_reason,
        }
        return render(request, "projects/notices/detail.html", context)


class NoticeCreateView(LoginRequiredMixin, View):
    """Choose the form; its draft begins with what the procedure already answers."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        procedure, by_supervisor = self._place(request, pk)
        return self._page(request, procedure, NoticeKindForm(by_supervisor=by_supervisor))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        procedure, by_supervisor = self._place(request, pk)
        form = NoticeKindForm(request.POST, by_supervisor=by_supervisor)
        if not form.is_valid():
            return self._page(request, procedure, form, status=422)
        notice = service.draft(
            actor=request.actor,
            kind=form.cleaned_data["kind"],
            procedure=procedure,
            issuer=procedure.finance if by_supervisor else None,
        )
        return redirect("official-notice-edit", pk=notice.pk)

    def _place(self, request: HttpRequest, pk: str) -> tuple[Procedure, bool]:
        procedure = get_visible_or_404(Procedure.objects.all(), request.actor, pk=pk)
        if request.actor.holds(Role.FIN_SUP, procedure.finance_id):
            return procedure, True
        runs = request.actor.holds(Role.PU_BUY, procedure.purchaser_id)
        if not runs and not (procedure.agent_id and request.actor.holds(Role.AGT, procedure.agent_id)):
            raise Http404
        return procedure, False

    def _page(
        self, request: HttpRequest, procedure: Procedure, form: NoticeKindForm, status: int = 200
    ) -> HttpResponse:
        return render(request, "projects/notices/new.html", {"procedure": procedure, "form": form}, status=status)


class NoticeEditView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        notice = self._draft(request, pk)
        return self._page(request, notice, NoticeFieldsForm(notice=notice))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        notice = self._draft(request, pk)
        form = NoticeFieldsForm(request.POST, notice=notice)
        if not form.is_valid():
            return self._page(request, notice, form, status=422)
        service.revise(actor=request.actor, notice=notice, fields=form.entered())
        messages.success(request, _("已保存，尚未发布。"))
        return redirect(notice)

    def _draft(self, request: HttpRequest, pk: str) -> OfficialNotice:
        notice = _notice(request, pk)
        if notice.status != "draft" or not service.may_write(request.actor, notice):
            raise Http404
        return notice

    def _page(
        self, request: HttpRequest, notice: OfficialNotice, form: NoticeFieldsForm, status: int = 200
    ) -> HttpResponse:
        return render(request, "projects/notices/edit.html", {"notice": notice, "form": form}, status=status)


class NoticeCorrectView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        return self._page(request, self._published(request, pk), CorrectionForm())

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        notice = self._published(request, pk)
        form = CorrectionForm(request.POST)
        if not form.is_valid():
            return self._page(request, notice, form, status=422)
        try:
            correction = service.correct(actor=request.actor, original=notice, **form.cleaned_data)
        except RuleViolation as violation:
            return self._page(request, notice, form, status=409, refusals=violation.refusals)
        messages.success(request, _("更正公告已发布"))
        return redirect(correction)

    def _published(self, request: HttpRequest, pk: str) -> OfficialNotice:
        notice = _notice(request, pk)
        if notice.published_at is None or not service.may_write(request.actor, notice):
            raise Http404
        return notice

    def _page(
        self,
        request: HttpRequest,
        notice: OfficialNotice,
        form: CorrectionForm,
        status: int = 200,
        refusals: Any = (),
    ) -> HttpResponse:
        context = {"notice": notice, "form": form, "refusals": refusals}
        return render(request, "projects/notices/correct.html", context, status=status)


def _notice(request: HttpRequest, pk: str) -> OfficialNotice:
    rows = OfficialNotice.objects.select_related("issuer", "procedure", "corrects")
    return get_visible_or_404(rows, request.actor, pk=pk)
