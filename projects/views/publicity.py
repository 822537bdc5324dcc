"""公示 pages: public notice with objection form, the office's draft, and the answer to an objection."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from procurement.access import Role, get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page
from projects.forms.publicity import ObjectionForm, PublicityForm
from projects.models import Guide, Objection, Publicity
from projects.services import objections, publicity


class PublicityListView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Publicity.objects.visible_to(request.actor).published().select_related("guide")
        page = keyset_page(rows, request, order=("-created_at", "id"))
        return render(request, "projects/publicity_list.html", {"page": page})


class PublicityView(View):
    """The list as published; whoever disagrees can say so here until its last day."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        notice = self._notice(request, pk)
        return self._page(request, notice, ObjectionForm(publicity=notice))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        notice = self._notice(request, pk)
        form = ObjectionForm(request.POST, publicity=notice)
        if not form.is_valid():
            return self._page(request, notice, form, status=422)
        entered = dict(form.cleaned_data)
        item = entered.pop("item")
        try:
            filed = objections.file_objection(
                actor=request.actor, publicity=notice, application=item.application, **entered
            )
        except RuleViolation as violation:
            return self._page(request, notice, form, status=409, refusals=violation.refusals)
        return redirect("objection-answer", code=filed.code)

    def _notice(self, request: HttpRequest, pk: str) -> Publicity:
        return get_visible_or_404(Publicity.objects.select_related("guide__office"), request.actor, pk=pk)

    def _page(
        self, request: HttpRequest, notice: Publicity, form: ObjectionForm, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        is_office = request.actor.holds(Role.LGO, notice.guide.office_id)
        waiting = notice.guide.applications.filter(status="funds_confirmed").select_related("applicant")
        context = {
            "notice": notice,
            "items": notice.items.all(),
            "waiting": waiting if notice.status == "draft" else (),
            "form": form,
            "refusals": refusals,
            "offers": available(notice, request.actor) if request.actor.user else [],
            "objections": notice.objections.visible_to(request.actor)
            if is_office or request.actor.sees_everything
            else (),
            "answered": notice.objections.exclude(status="filed").select_related("application"),
        }
        return render(request, "projects/publicity_detail.html", context, status=status)


class PublicityCreateView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        guide = self._guide(request, pk)
        return self._page(request, guide, PublicityForm(initial={"contact": guide.contact}))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        guide = self._guide(request, pk)
        form = PublicityForm(request.POST)
        if not form.is_valid():
            return self._page(request, guide, form, status=422)
        return redirect(publicity.draft_publicity(actor=request.actor, guide=guide, **form.cleaned_data))

    def _guide(self, request: HttpRequest, pk: str) -> Guide:
        guide = get_visible_or_404(Guide.objects.all(), request.actor, pk=pk)
        if not request.actor.holds(Role.LGO, guide.office_id):
            raise Http404
        return guide

    def _page(self, request: HttpRequest, guide: Guide, form: PublicityForm, status: int = 200) -> HttpResponse:
        context = {
            "guide": guide,
            "form": form,
            "waiting": guide.applications.filter(status="funds_confirmed").select_related("applicant"),
        }
        return render(request, "projects/publicity_form.html", context, status=status)


class ObjectionView(LoginRequiredMixin, View):
    """An objection as the office, oversight and the named objector see it."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        objection = get_visible_or_404(
            Objection.objects.select_related("application", "publicity"), request.actor, pk=pk
        )
        context = {"objection": objection, "offers": available(objection, request.actor), "history": objection.history}
        return render(request, "projects/objection.html", context)


class ObjectionAnswerView(View):
    """Whoever knows the code reads the answer; the code is the receipt of an unnamed objection."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        objection = Objection.objects.select_related("application", "publicity").filter(code=code).first()
        if objection is None:
            raise Http404
        return render(request, "projects/objection_answer.html", {"objection": objection})
