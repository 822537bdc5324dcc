"""Envelopes and adjustments that wait for this person."""

from __future__ import annotations

from itertools import chain

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogs.models import BudgetAdjustment, FundEnvelope
from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.worklists import WorkItem, register_worklist


def register() -> None:
    register_action_labels(
        {"envelope.prepare": gettext_lazy("编制资金额度"), "adjustment.propose": gettext_lazy("提出预算调整")}
    )
    register_worklist(money_to_decide)
    register_nav(NavEntry(gettext_lazy("资金额度"), "envelope-list", order=60, section=Section.MONEY))


def money_to_decide(actor: Actor) -> list[WorkItem]:
    """Drafts of the own office, and what was submitted to the own finance authority."""
    offices, finance = actor.organization_ids(Role.LGO, Role.PU_FIN), actor.organization_ids(Role.FIN)
    if not offices and not finance:
        return []
    envelopes = FundEnvelope.objects.select_related("office")
    adjustments = BudgetAdjustment.objects.select_related("envelope__office", "line")
    found = chain(
        envelopes.filter(office__in=offices, status="draft"),
        envelopes.filter(finance__in=finance, status="submitted"),
        adjustments.filter(envelope__office__in=offices, status="draft"),
        adjustments.filter(envelope__finance__in=finance, status="submitted"),
    )
    return [_item(obj) for obj in found]


def _item(obj: FundEnvelope | BudgetAdjustment) -> WorkItem:
    envelope = obj.envelope if isinstance(obj, BudgetAdjustment) else obj
    return WorkItem(
        title=envelope.title,
        url=obj.get_absolute_url(),
        step=_("编制并提交") if obj.status == "draft" else _("财政审核"),
        organisation=envelope.office.name,
        lifecycle=obj.lifecycle.label,
    )
