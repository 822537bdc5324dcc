"""Merges that wait for a decision, the comparing by the clock, and the list of pairs in the navigation."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import OrganizationMerge
from orgs.services.duplicates import refresh
from orgs.services.merging import KEEPERS
from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from procurement.notices import register_sweep
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.worklists import WorkItem, register_worklist


def register() -> None:
    register_action_labels(
        {"merge.propose": gettext_lazy("提出单位合并"), "duplicate.dismiss": gettext_lazy("排除疑似重复")}
    )
    register_worklist(merges_to_decide)
    register_sweep("orgs.duplicates", _compare, every=timedelta(hours=1))
    register_nav(
        NavEntry(gettext_lazy("疑似重复"), "duplicate-list", order=72, visible=_keeps_register, section=Section.NETWORK)
    )


def merges_to_decide(actor: Actor) -> list[WorkItem]:
    """One query for civil affairs, none for others."""
    authorities = actor.organization_ids(Role.CIV)
    if not authorities:
        return []
    waiting = OrganizationMerge.objects.filter(authority__in=authorities, status="proposed")
    return [
        WorkItem(
            title=f"{merge.source.name} → {merge.target.name}",
            url=merge.get_absolute_url(),
            step=_("核对并决定合并"),
            organisation=merge.source.name,
            lifecycle=merge.lifecycle.label,
        )
        for merge in waiting.select_related("source", "target").order_by("created_at")
    ]


def _keeps_register(actor: Actor | None) -> bool:
    return actor is not None and (bool(actor.roles & KEEPERS) or actor.sees_everything)


def _compare(now: datetime) -> None:
    refresh(now)
