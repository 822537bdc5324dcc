"""Offers are written and verified here (R-043)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalogs.models import SupplyItem
from catalogs.models.supply import SUPPLIERS
from orgs.models import Region
from procurement import audit
from procurement.access import Actor
from procurement.rules import Refusal, RuleViolation


def may_write(actor: Actor, item: SupplyItem) -> bool:
    return any(actor.holds(role, item.organization_id) for role in SUPPLIERS)


@transaction.atomic
def save(*, actor: Actor, item: SupplyItem, areas: Iterable[Region]) -> SupplyItem:
    """Keep a draft; once submitted it stands as it is."""
    if not may_write(actor, item):
        raise RuleViolation([Refusal("S-02", _("供给信息只能由提供单位填报"))])
    is_new = item._state.adding
    if not is_new and SupplyItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk).status != "draft":
        raise RuleViolation([Refusal("S-01", _("供给信息已提交，不能直接修改"))])
    item.save()
    item.areas.set(areas)
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="supply.draft" if is_new else "supply.revise",
        subject=item.subject,
        body={"title": item.title, "field": item.field, "capacity": item.capacity},
    )
    return item


def on_verify(attempt: Any) -> None:
    """Effect of ``supply.verify``."""
    item: SupplyItem = attempt.obj
    item.verified_at = attempt.at
    item.verification_note = str(attempt.data.get("note", "")).strip()
