"""Needs, demands, offers and letters of intent that wait for this person; their places in the navigation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogs.models import DemandItem, Intent, Need, SupplyItem
from catalogs.models.meeting import INTENT_SPEAKERS
from catalogs.models.supply import SUPPLIERS
from catalogs.services.intents import lapse_expired
from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from procurement.notices import register_sweep
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.worklists import WorkItem, register_worklist

AT_MOST = 50


def register() -> None:
    register_worklist(needs_to_read)
    register_worklist(demands_to_move)
    register_worklist(offers_to_move)
    register_worklist(intents_to_answer)
    register_sweep("intents_lapse", lapse_expired, every=timedelta(hours=1))
    register_nav(NavEntry(gettext_lazy("需求征集与目录"), "demand-catalogue", order=50, section=Section.MARKET))
    register_nav(NavEntry(gettext_lazy("供给与对接"), "supply-catalogue", order=51, section=Section.MARKET))
    register_action_labels(
        {
            "need.file": gettext_lazy("提出服务需求"),
            "demand.draft": gettext_lazy("编制需求"),
            "demand.revise": gettext_lazy("修改需求"),
            "demand.self_check": gettext_lazy("确认需求自查清单"),
            "demand.plan": gettext_lazy("需求列入购买计划"),
            "demand.feedback": gettext_lazy("收到需求意见"),
            "demand.answer_feedback": gettext_lazy("答复需求意见"),
            "supply.draft": gettext_lazy("填报供给信息"),
            "supply.revise": gettext_lazy("修改供给信息"),
            "intent.offer": gettext_lazy("发出合作意向书"),
            "fair.announce": gettext_lazy("发布对接会"),
            "fair.booth": gettext_lazy("安排展位"),
        }
    )


def needs_to_read(actor: Actor) -> list[WorkItem]:
    """Needs nobody has read yet, the oldest first."""
    mine = actor.organization_ids(Role.PU_DEM, Role.LGO)
    if not mine:
        return []
    rows = Need.objects.filter(office__in=mine, status="filed").select_related("street", "office")
    return [
        _item(need, need.title, _("受理居民需求"), need.street.name) for need in rows.order_by("created_at")[:AT_MOST]
    ]


def demands_to_move(actor: Actor) -> list[WorkItem]:
    """What the author has to carry on, and what the reviewer has to read."""
    writing, reading = actor.organization_ids(Role.PU_DEM), actor.organization_ids(Role.PU_REV)
    if not writing and not reading:
        return []
    found: list[WorkItem] = []
    demands = DemandItem.objects.select_related("office")
    steps = {
        "draft": _("编制需求书"),
        "reviewed": _("征求公众意见"),
        "consulting": _("答复意见"),
        "confirmed": _("列入需求目录"),
    }
    for item in demands.filter(office__in=writing, status__in=steps).order_by("created_at")[:AT_MOST]:
        due = item.consultation_ends_on if item.status == "consulting" else None
        found.append(_item(item, item.title, steps[item.status], item.office.name, due))
    reads = {"submitted": _("审核需求"), "answered": _("确认需求")}
    for item in demands.filter(office__in=reading, status__in=reads).order_by("created_at")[:AT_MOST]:
        found.append(_item(item, item.title, reads[item.status], item.office.name))
    return found


def offers_to_move(actor: Actor) -> list[WorkItem]:
    """Own drafts and verified offers; for the verifier what has been submitted."""
    mine, verifying = actor.organization_ids(*SUPPLIERS), actor.organization_ids(Role.CIV, Role.PU_REV)
    if not mine and not verifying:
        return []
    offers = SupplyItem.objects.select_related("organization")
    own = offers.filter(organization__in=mine, status__in=("draft", "verified"))[:AT_MOST]
    theirs = offers.filter(verifier__in=verifying, status="submitted")[:AT_MOST]
    steps = {"draft": _("填报并提交核实"), "verified": _("确认公开"), "submitted": _("核实供给信息")}
    return [_item(item, item.title, steps[item.status], item.organization.name) for item in (*own, *theirs)]


def intents_to_answer(actor: Actor) -> list[WorkItem]:
    mine = actor.organization_ids(*INTENT_SPEAKERS)
    if not mine:
        return []
    rows = Intent.objects.filter(offered_to__in=mine, status="offered").select_related("demand", "supply", "offered_by")
    return [
        _item(intent, str(intent), _("答复合作意向"), intent.offered_by.name, intent.valid_until)
        for intent in rows.order_by("valid_until")[:AT_MOST]
    ]


def _item(obj: Any, title: str, step: str, body: str, due: Any = None) -> WorkItem:
    return WorkItem(
        title=title,
        url=obj.get_absolute_url(),
        due_on=due,
        step=step,
        organisation=body,
        lifecycle=obj.lifecycle.label,
    )
