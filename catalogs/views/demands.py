"""Pages of the demand catalogue: the public list, a demand with its consultation, and its guided form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from catalogs.forms.demands import (
    AnswerForm,
    CatalogueFilterForm,
    DemandBasicsForm,
    FeedbackForm,
    OfflineFeedbackForm,
    PlanChoiceForm,
    SelfCheckForm,
    group_coded,
    group_form,
)
from catalogs.models import ConsultationChannel, DemandFeedback, DemandItem, Intent, Need, PurchasePlan
from catalogs.models.demand import CATALOGUED, DEMAND_KEEPERS
from catalogs.selectors import matching
from catalogs.selectors.places import county_of
from catalogs.services import demands as service
from catalogs.services.intents import may_offer_for
from catalogs.specification import GROUPS, completeness, required_fields
from procurement.access import Actor, Role, get_visible_or_404
from procurement.access.throttle import admits
from procurement.audit.origin import client_address
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page

MOST_OPINIONS_PER_HOUR = 20


class DemandCatalogueView(View):
    """需求目录: what stands in the published catalogue, by street."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = CatalogueFilterForm(request.GET, county=county_of(request))
        rows = DemandItem.objects.catalogued().select_related("street", "office")
        if form.is_valid():
            rows = chosen_rows(rows, form.cleaned_data)
        consulting = DemandItem.objects.filter(status="consulting").select_related("street")
        context = {
            "page": keyset_page(rows, request, order=("-listed_at", "id")),
            "form": form,
            "consulting": consulting.order_by("consultation_ends_on", "id")[:10],
            "keeps": bool(request.actor.organization_ids(*DEMAND_KEEPERS)),
        }
        return render(request, "catalogs/demands/catalogue.html", context)


def chosen_rows(rows: Any, chosen: dict[str, Any]) -> Any:
    """The filters of a catalogue: street, field, group."""
    if chosen.get("street"):
        rows = rows.filter(street=chosen["street"])
    if chosen.get("field"):
        rows = rows.filter(field=chosen["field"])
    return rows.filter(groups__contains=[chosen["group"]]) if chosen.get("group") else rows


class DemandDeskView(LoginRequiredMixin, View):
    """An office's own demands in every state."""

    def get(self, request: HttpRequest) -> HttpResponse:
        mine = request.actor.organization_ids(*DEMAND_KEEPERS)
        if not mine:
            raise PermissionDenied(_("需求由购买主体的需求编制人编制。"))
        rows = DemandItem.objects.visible_to(request.actor).filter(office__in=mine).select_related("street")
        context = {
            "page": keyset_page(rows, request, order=("-created_at", "id")),
            "can_write": bool(request.actor.organization_ids(Role.PU_DEM)),
        }
        return render(request, "catalogs/demands/desk.html", context)


class DemandView(View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return demand_page(request, visible_demand(request, pk))


def visible_demand(request: HttpRequest, pk: UUID) -> DemandItem:
    return get_visible_or_404(DemandItem.objects.select_related("street", "office"), request.actor, pk=pk)


def demand_page(request: HttpRequest, item: DemandItem, status: int = 200, **forms: Any) -> HttpResponse:
    """The whole demand. Its own people see every opinion, the public those that have been answered."""
    actor: Actor = request.actor
    keeps = actor.sees_everything or item.office_id in actor.organization_ids(*DEMAND_KEEPERS)
    feedback = item.feedback.all()
    context = {
        "item": item,
        "offers": available(item, actor),
        "history": list(item.history),
        "completeness": completeness(item) if keeps else None,
        "sections": sections_of(item),
        "keeps": keeps,
        "can_edit": service.may_edit(actor, item),
        "feedback": feedback if keeps else feedback.filter(answered_at__isnull=False),
        "waiting": feedback.filter(answered_at__isnull=True).count() if keeps else 0,
        "can_answer": item.status == "consulting" and service.may_write(actor, item),
        "feedback_form": FeedbackForm() if item.status == "consulting" else None,
        "offline_form": OfflineFeedbackForm(item=item)
        if item.status == "consulting" and service.may_write(actor, item)
        else None,
        "needs": Need.objects.visible_to(actor).filter(demand_item=item).order_by("-support_count")[:50],
        "matches": matching.suppliers_for(item) if item.status in ("confirmed", CATALOGUED) else [],
        "intents": Intent.objects.visible_to(actor).filter(demand=item).select_related("offered_by", "offered_to")[:20],
        "plan": PurchasePlan.objects.visible_to(actor).filter(pk=item.plan_id).first() if item.plan_id else None,
        "plan_form": PlanChoiceForm(item=item, initial={"plan": item.plan_id}) if may_plan(actor, item) else None,
        "can_offer": item.status == CATALOGUED and bool(may_offer_for(actor, demand=item)),
        **forms,
    }
    return render(request, "catalogs/demands/detail.html", context, status=status)


def may_plan(actor: Actor, item: DemandItem) -> bool:
    return item.status in ("confirmed", CATALOGUED) and any(
        actor.holds(role, item.office_id) for role in service.PLANNERS
    )


def sections_of(item: DemandItem) -> list[dict[str, Any]]:
    """The six groups with their words; empty optional points are left out."""
    sections = []
    for group in GROUPS:
        wanted = required_fields(item, group)
        rows = [
            (item._meta.get_field(name).verbose_name, str(getattr(item, name)))
            for name in dict.fromkeys((*wanted, *group.optional))
            if name in wanted or str(getattr(item, name)).strip()
        ]
        sections.append({"group": group, "rows": rows})
    return sections


class DemandCreateView(LoginRequiredMixin, View):
    """A new demand, if wanted from needs: ``?needs=<id>&needs=<id>`` fills in street, field and groups."""

    def get(self, request: HttpRequest) -> HttpResponse:
        self._require_author()
        chosen = self._needs()
        initial: dict[str, Any] = {}
        if chosen:
            first = chosen[0]
            groups = dict.fromkeys(code for need in chosen for code in need.groups)
            initial = {
                "title": first.title,
                "street": first.street_id,
                "community": first.community,
                "field": first.field,
                "groups": list(groups),
            }
        form = DemandBasicsForm(initial=initial, actor=request.actor, county=county_of(request), chosen=chosen)
        return self._page(form)

    def post(self, request: HttpRequest) -> HttpResponse:
        self._require_author()
        form = DemandBasicsForm(request.POST, actor=request.actor, county=county_of(request))
        if not form.is_valid():
            return self._page(form, status=422)
        item = service.save(
            actor=request.actor, item=form.save(commit=False), needs=form.cleaned_data.get("needs") or ()
        )
        messages.success(request, _("草稿已保存，请逐组填写需求书。"))
        return redirect("demand-edit", pk=item.pk, group=GROUPS[0].code)

    def _needs(self) -> list[Need]:
        keys = [key for key in self.request.GET.getlist("needs") if _is_uuid(key)]
        return list(
            Need.objects.visible_to(self.request.actor)
            .filter(pk__in=keys, status="accepted", demand_item__isnull=True)
            .filter(office__in=self.request.actor.organization_ids(Role.PU_DEM))
            .order_by("-support_count")
        )

    def _require_author(self) -> None:
        if not self.request.actor.organization_ids(Role.PU_DEM):
            raise PermissionDenied(_("需求由购买主体的需求编制人编制。"))

    def _page(self, form: DemandBasicsForm, status: int = 200) -> HttpResponse:
        return render(self.request, "catalogs/demands/new.html", {"form": form}, status=status)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


class DemandEditView(LoginRequiredMixin, View):
    """One page for each of the six groups, the basics and the self-check, with what is still missing beside it."""

    def get(self, request: HttpRequest, pk: UUID, group: str) -> HttpResponse:
        item = self._editable(pk)
        return self._page(item, group, self._form(item, group))

    def post(self, request: HttpRequest, pk: UUID, group: str) -> HttpResponse:
        item = self._editable(pk)
        form = self._form(item, group, request.POST)
        if not form.is_valid():
            return self._page(item, group, form, status=422)
        if group == "self-check":
            service.confirm_self_check(actor=request.actor, item=item, points=form.cleaned_data["points"])
        else:
            service.save(actor=request.actor, item=form.save(commit=False), needs=form.cleaned_data.get("needs") or ())
        messages.success(request, _("已保存，尚未提交。"))
        following = self._following(group)
        return redirect("demand-edit", pk=pk, group=following) if following else redirect("demand", pk=pk)

    def _form(self, item: DemandItem, group: str, data: Any = None) -> Any:
        if group == "basics":
            return DemandBasicsForm(data, instance=item, actor=self.request.actor, county=item.street_id[:6])
        if group == "self-check":
            return SelfCheckForm(data, initial={"points": item.self_check})
        found = group_coded(group)
        if found is None:
            raise Http404
        return group_form(found, item)(data, instance=item)

    def _following(self, group: str) -> str:
        order = ["basics", *(one.code for one in GROUPS), "self-check"]
        place = order.index(group) + 1
        return order[place] if place < len(order) else ""

    def _editable(self, pk: UUID) -> DemandItem:
        item = visible_demand(self.request, pk)
        if not service.may_edit(self.request.actor, item):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return item

    def _page(self, item: DemandItem, group: str, form: Any, status: int = 200) -> HttpResponse:
        kept = DemandItem.objects.get(pk=item.pk)
        context = {
            "item": kept,
            "form": form,
            "group": group_coded(group),
            "code": group,
            "completeness": completeness(kept),
        }
        return render(self.request, "catalogs/demands/edit.html", context, status=status)


class FeedbackView(View):
    """Anybody's opinion on a demand in consultation, without an account."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return redirect("demand", pk=pk)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        item = visible_demand(request, pk)
        form = FeedbackForm(request.POST)
        if not form.is_valid():
            return demand_page(request, item, status=422, feedback_form=form)
        if not admits("opinion", client_address(request), most=MOST_OPINIONS_PER_HOUR, seconds=3600):
            form.add_error(None, _("提交过于频繁，请一小时后再试；已填内容仍在页面上。"))
            return demand_page(request, item, status=429, feedback_form=form)
        return keep_feedback(request, item, form, channel=ConsultationChannel.PORTAL, name="feedback_form")


class OfflineFeedbackView(LoginRequiredMixin, View):
    """What came by questionnaire, meeting or media, entered by the office."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return redirect("demand", pk=pk)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        item = visible_demand(request, pk)
        if not service.may_write(request.actor, item):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        form = OfflineFeedbackForm(request.POST, item=item)
        if not form.is_valid():
            return demand_page(request, item, status=422, offline_form=form)
        return keep_feedback(request, item, form, channel=form.cleaned_data["channel"], name="offline_form")


def keep_feedback(request: HttpRequest, item: DemandItem, form: Any, *, channel: str, name: str) -> HttpResponse:
    try:
        service.give_feedback(
            actor=request.actor,
            item=item,
            text=form.cleaned_data["text"],
            giver=form.cleaned_data["giver"],
            channel=channel,
        )
    except RuleViolation as violation:
        form.add_error(None, str(violation.refusals[0]))
        return demand_page(request, item, status=409, **{name: form})
    messages.success(request, _("意见已收到，答复后连同采纳情况一并公开。"))
    return redirect(f"{reverse('demand', args=[item.pk])}#feedback")


class DemandPlanView(LoginRequiredMixin, View):
    """The plan that takes the demand up."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return redirect("demand", pk=pk)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        item = visible_demand(request, pk)
        if not may_plan(request.actor, item):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        form = PlanChoiceForm(request.POST, item=item)
        if not form.is_valid():
            return demand_page(request, item, status=422, plan_form=form)
        try:
            service.take_into_plan(actor=request.actor, item=item, plan=form.cleaned_data["plan"])
        except RuleViolation as violation:
            form.add_error(None, str(violation.refusals[0]))
            return demand_page(request, item, status=409, plan_form=form)
        messages.success(request, _("已列入购买计划。"))
        return redirect(item)


class AnswerFeedbackView(LoginRequiredMixin, View):
    """How one opinion was used, and why."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        feedback = self._mine(pk)
        return self._page(feedback, AnswerForm(initial={"use": feedback.use, "answer": feedback.answer}))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        feedback = self._mine(pk)
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return self._page(feedback, form, status=422)
        try:
            service.answer_feedback(actor=request.actor, feedback=feedback, **form.cleaned_data)
        except RuleViolation as violation:
            form.add_error(None, str(violation.refusals[0]))
            return self._page(feedback, form, status=409)
        messages.success(request, _("已答复。"))
        return redirect(f"{reverse('demand', args=[feedback.item_id])}#feedback")

    def _mine(self, pk: UUID) -> DemandFeedback:
        feedback = DemandFeedback.objects.select_related("item").filter(pk=pk).first()
        if feedback is None or not service.may_write(self.request.actor, feedback.item):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return feedback

    def _page(self, feedback: DemandFeedback, form: AnswerForm, status: int = 200) -> HttpResponse:
        context = {"feedback": feedback, "item": feedback.item, "form": form}
        return render(self.request, "catalogs/demands/answer.html", context, status=status)
