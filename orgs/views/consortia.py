"""Consortia: the list, one with its picture, gathering members, the ballot, and later changes with their votes."""

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

from orgs.forms.consortia import (
    BallotForm,
    ConsortiumChangeForm,
    ConsortiumFilterForm,
    ConsortiumForm,
    MemberForm,
    SupportContractForm,
    VoteForm,
)
from orgs.models import ChangeDirection, Consortium, ConsortiumChange, Organization
from orgs.rings import ring_of
from orgs.selectors import consortia as selectors
from orgs.services import consortia as service
from procurement.access import Actor, Role, get_visible_or_404
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page


class ConsortiumListView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        form = ConsortiumFilterForm(request.GET or None)
        kind = form.cleaned_data["kind"] if form.is_valid() else ""
        page = keyset_page(selectors.consortium_rows(request.actor, kind=kind), request, order=("-created_at", "id"))
        context = {"page": page, "form": form, "may_start": _may_start(request.actor)}
        return render(request, "orgs/consortia/list.html", context)


class ConsortiumView(View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return consortium_page(request, _visible(request, pk))


def consortium_page(request: HttpRequest, consortium: Consortium, status: int = 200, **forms: Any) -> HttpResponse:
    actor: Actor = request.actor
    members = selectors.active_members(consortium)
    mine = actor.organization_ids(Role.ORG_H)
    voted, voters = selectors.turnout(consortium) if consortium.is_team else (0, 0)
    ballot_open = consortium.is_team and consortium.status == "agreed"
    may_vote = ballot_open and consortium.members.providers().filter(organization__in=mine, ballots=None).exists()
    buys = consortium.purchaser_id in actor.organization_ids(Role.PU_SIGN, Role.LGO, Role.PU_BUY)
    context = {
        "consortium": consortium,
        "members": members,
        "former": consortium.members.exclude(left_on=None).select_related("organization"),
        "ring": ring_of(members),
        "steering": selectors.steering_of(consortium),
        "voted": voted,
        "voters": voters,
        "ballot_open": ballot_open,
        "ballot_form": forms.get("ballot_form") or (BallotForm(consortium=consortium) if may_vote else None),
        "support_form": forms.get("support_form") or (_support_form(consortium) if buys else None),
        "changes": ConsortiumChange.objects.visible_to(actor)
        .filter(consortium=consortium)
        .select_related("organization"),
        "may_edit": consortium.status == "draft" and _leads(actor, consortium),
        "may_ask": _asks(actor, consortium),
        "total": sum(member.share for member in members),
        "offers": available(consortium, actor) if actor.user else [],
        "history": list(consortium.history) if actor.user else [],
        "refusals": forms.get("refusals", ()),
    }
    return render(request, "orgs/consortia/detail.html", context, status=status)


class ConsortiumCreateView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, ConsortiumForm(actor=self._starter(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ConsortiumForm(request.POST, actor=self._starter(request))
        if not form.is_valid():
            return self._page(request, form, status=422)
        consortium = form.save(commit=False)
        consortium.lead, consortium.region = form.lead, form.lead.region
        try:
            service.start(actor=request.actor, consortium=consortium)
        except RuleViolation as violation:
            return self._page(request, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已开始筹组，请在成员名单中加入各单位并写明分工。"))
        return redirect("consortium-members", consortium.pk)

    def _starter(self, request: HttpRequest) -> Actor:
        if not _may_start(request.actor):
            raise PermissionDenied(_("组团和联合体由社会组织的经办人或负责人发起。"))
        actor: Actor = request.actor
        return actor

    def _page(self, request: HttpRequest, form: ConsortiumForm, status: int = 200, refusals: Any = ()) -> HttpResponse:
        context = {"form": form, "refusals": refusals, "consortium": None}
        return render(request, "orgs/consortia/form.html", context, status=status)


class ConsortiumEditView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        consortium = _own_draft(request, pk)
        return self._page(request, consortium, ConsortiumForm(instance=consortium, actor=request.actor))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        consortium = _own_draft(request, pk)
        form = ConsortiumForm(request.POST, instance=consortium, actor=request.actor)
        if not form.is_valid():
            return self._page(request, consortium, form, status=422)
        service.revise(actor=request.actor, consortium=form.save(commit=False))
        messages.success(request, _("已保存。"))
        return redirect(consortium)

    def _page(
        self, request: HttpRequest, consortium: Consortium, form: ConsortiumForm, status: int = 200
    ) -> HttpResponse:
        return render(request, "orgs/consortia/form.html", {"form": form, "consortium": consortium}, status=status)


class ConsortiumMembersView(LoginRequiredMixin, View):
    """The lead names members one by one, with part, work and share."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._page(request, _own_draft(request, pk), MemberForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        consortium = _own_draft(request, pk)
        if remove := request.POST.get("remove"):
            member = consortium.members.filter(pk=remove).exclude(organization=consortium.lead_id).first()
            if member is None:
                raise Http404
            service.remove(actor=request.actor, member=member)
            messages.success(request, _("已移出成员名单。"))
            return redirect("consortium-members", consortium.pk)
        existing = consortium.members.filter(organization=request.POST.get("organization") or None).first()
        form = MemberForm(request.POST, instance=existing)
        if not form.is_valid():
            return self._page(request, consortium, form, status=422)
        try:
            service.invite(actor=request.actor, consortium=consortium, member=form.save(commit=False))
        except RuleViolation as violation:
            return self._page(request, consortium, form, status=409, refusals=violation.refusals)
        messages.success(request, _("成员名单已更新。"))
        return redirect("consortium-members", consortium.pk)

    def _page(
        self, request: HttpRequest, consortium: Consortium, form: MemberForm, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        members = selectors.active_members(consortium)
        context = {
            "consortium": consortium,
            "members": members,
            "total": sum(member.share for member in members),
            "form": form,
            "refusals": refusals,
        }
        return render(request, "orgs/consortia/members.html", context, status=status)


class BallotView(LoginRequiredMixin, View):
    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        consortium = _visible(request, pk)
        form = BallotForm(request.POST, consortium=consortium)
        if not form.is_valid():
            return consortium_page(request, consortium, status=422, ballot_form=form)
        try:
            service.cast_ballots(
                actor=request.actor, consortium=consortium, candidates=list(form.cleaned_data["candidates"])
            )
        except RuleViolation as violation:
            return consortium_page(request, consortium, status=409, ballot_form=form, refusals=violation.refusals)
        messages.success(request, _("选票已投出。"))
        return redirect(consortium)


class SupportContractView(LoginRequiredMixin, View):
    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        consortium = _visible(request, pk)
        form = SupportContractForm(request.POST)
        if not form.is_valid():
            return consortium_page(request, consortium, status=422, support_form=form)
        try:
            service.name_support_contract(actor=request.actor, consortium=consortium, **form.cleaned_data)
        except RuleViolation as violation:
            return consortium_page(request, consortium, status=409, support_form=form, refusals=violation.refusals)
        messages.success(request, _("支持性服务合同已登记。"))
        return redirect(consortium)


class ConsortiumChangeCreateView(LoginRequiredMixin, View):
    """An organisation asks to join, a member to leave; which of the two follows from where it stands."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        consortium, _organization, direction = self._asked(request, pk)
        form = ConsortiumChangeForm(consortium=consortium, direction=direction)
        return self._page(request, consortium, direction, form)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        consortium, organization, direction = self._asked(request, pk)
        change = ConsortiumChange(consortium=consortium, organization=organization, direction=direction)
        form = ConsortiumChangeForm(request.POST, instance=change, consortium=consortium, direction=direction)
        if not form.is_valid():
            return self._page(request, consortium, direction, form, status=422)
        try:
            saved = service.ask_change(actor=request.actor, change=form.save(commit=False))
        except RuleViolation as violation:
            return self._page(request, consortium, direction, form, status=409, refusals=violation.refusals)
        messages.success(request, _("申请已起草，请单位负责人提出。"))
        return redirect(saved)

    def _asked(self, request: HttpRequest, pk: UUID) -> tuple[Consortium, Organization, ChangeDirection]:
        consortium = _visible(request, pk)
        organization = _asks(request.actor, consortium)
        if organization is None:
            raise Http404
        stays = selectors.membership_of(consortium, organization)
        return consortium, organization, ChangeDirection.LEAVE if stays else ChangeDirection.JOIN

    def _page(
        self,
        request: HttpRequest,
        consortium: Consortium,
        direction: ChangeDirection,
        form: ConsortiumChangeForm,
        status: int = 200,
        refusals: Any = (),
    ) -> HttpResponse:
        context = {"consortium": consortium, "direction": direction, "form": form, "refusals": refusals}
        return render(request, "orgs/consortia/change_form.html", context, status=status)


class ConsortiumChangeView(LoginRequiredMixin, View):
    """A change with its votes; a steering seat votes here."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._page(request, self._change(request, pk), VoteForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        change = self._change(request, pk)
        form = VoteForm(request.POST)
        if not form.is_valid():
            return self._page(request, change, form, status=422)
        try:
            service.cast_vote(actor=request.actor, change=change, **form.cleaned_data)
        except RuleViolation as violation:
            return self._page(request, change, form, status=409, refusals=violation.refusals)
        messages.success(request, _("表决已记录。"))
        return redirect(change)

    def _change(self, request: HttpRequest, pk: UUID) -> ConsortiumChange:
        rows = ConsortiumChange.objects.select_related(
            "consortium", "organization", "counterpart__organization", "case"
        )
        return get_visible_or_404(rows, request.actor, pk=pk)

    def _page(
        self, request: HttpRequest, change: ConsortiumChange, form: VoteForm, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        seat = selectors.seat_to_vote_from(change, request.actor) if change.status == "asked" else None
        yes, no, seats = selectors.tally(change)
        context = {
            "change": change,
            "consortium": change.consortium,
            "votes": change.votes.select_related("seat__organization"),
            "yes": yes,
            "no": no,
            "seats": seats,
            "seat": seat,
            "form": form,
            "offers": available(change, request.actor),
            "history": list(change.history),
            "refusals": refusals,
        }
        return render(request, "orgs/consortia/change.html", context, status=status)


def _visible(request: HttpRequest, pk: UUID) -> Consortium:
    rows = Consortium.objects.select_related("lead", "purchaser", "civil", "region__parent__parent", "case")
    return get_visible_or_404(rows, request.actor, pk=pk)


def _own_draft(request: HttpRequest, pk: UUID) -> Consortium:
    consortium = _visible(request, pk)
    if consortium.status != "draft" or not _leads(request.actor, consortium):
        raise Http404(_("没有找到您要的内容，或者您无权查看。"))
    return consortium


def _leads(actor: Actor, consortium: Consortium) -> bool:
    return consortium.lead_id in actor.organization_ids(Role.ORG, Role.ORG_H)


def _may_start(actor: Actor) -> bool:
    return bool(actor.organization_ids(Role.ORG, Role.ORG_H))


def _asks(actor: Actor, consortium: Consortium) -> Organization | None:
    """The own organisation that may ask to join or leave a running team."""
    if consortium.status not in ("approved", "active") or not consortium.is_team:
        return None
    mine = actor.organization_ids(Role.ORG, Role.ORG_H)
    return Organization.objects.social().filter(pk__in=mine).first()


def _support_form(consortium: Consortium) -> SupportContractForm | None:
    if not consortium.is_team or consortium.status not in ("submitted", "approved"):
        return None
    return SupportContractForm(initial={"number": consortium.support_contract, "amount": consortium.support_amount})
