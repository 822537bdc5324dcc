"""Drafting and approving rule sets. The author of a draft never approves it (domain §5.3: SYS ↔ any business role)."""

import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from procurement.rules.models import RuleSet


@transaction.atomic
def draft_version(
    *, actor_id: UUID, of: RuleSet, changes: dict[str, Any], valid_from: datetime.date, basis: str
) -> RuleSet:
    """Draft the next version of a place's rule set with some values changed; it governs nothing until approved."""
    siblings = RuleSet.objects.filter(jurisdiction=of.jurisdiction, level=of.level, regime=of.regime)
    latest = siblings.select_for_update().order_by("-version").first() or of
    return RuleSet.objects.create(
        jurisdiction=of.jurisdiction,
        jurisdiction_name=of.jurisdiction_name,
        level=of.level,
        regime=of.regime,
        version=latest.version + 1,
        valid_from=valid_from,
        values={**of.values, **changes},
        basis=basis,
        drafted_by_id=actor_id,
    )


@transaction.atomic
def approve(*, actor_id: UUID, rule_set: RuleSet, at: datetime.datetime) -> RuleSet:
    """Put a draft in force. The open version before it ends the day before; cases pinned to that one keep it."""
    day_before = rule_set.valid_from - datetime.timedelta(days=1)
    RuleSet.objects.approved().filter(
        jurisdiction=rule_set.jurisdiction,
        level=rule_set.level,
        regime=rule_set.regime,
        valid_from__lt=rule_set.valid_from,
        valid_to__isnull=True,
    ).update(valid_to=day_before)
    rule_set.approved_by_id = actor_id
    rule_set.approved_at = at
    rule_set.save(update_fields=["approved_by", "approved_at"])
    return rule_set
