"""Answering the negative list about a need or a plan line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from catalogs.models import CheckOutcome, PurchaseCheck
from catalogs.negative_list import SECRETS, verdict
from orgs.models import Organization, Region
from procurement import audit
from procurement.access import Actor
from procurement.lifecycle.engine import database_now
from procurement.rules import Refusal, records


@records("R-004", "R-005", "R-009")
@transaction.atomic
def answer(
    *,
    actor: Actor,
    subject: str,
    region: Region,
    answers: Mapping[str, bool],
    justification: str = "",
    organization: Organization | None = None,
    at: datetime | None = None,
) -> PurchaseCheck:
    """Keep one sheet about ``subject`` ("<app>.<model>:<uuid>"); who may do so is the caller's question.

    A blocked sheet is kept too: that something was refused, and why, is part of the record. Of a secret matter only
    the stub is kept (R-008).
    """
    found = verdict(answers, region_code=region.pk)
    is_secret = bool(answers.get(SECRETS))
    check = PurchaseCheck.objects.create(
        subject=subject,
        region=region,
        answers={} if is_secret else dict(answers),
        justification="" if is_secret else justification.strip(),
        outcome=_outcome(found, is_secret=is_secret, justified=bool(justification.strip())),
        answered_by=actor.person,
        organization=organization,
        answered_at=at or database_now(),
    )
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="purchase_check.answer",
        subject=subject,
        case_id=None,
        ok=check.outcome in (CheckOutcome.PASSED, CheckOutcome.JUSTIFIED),
        body={"outcome": check.outcome, "rules": sorted({refusal.rule_id for refusal in found})},
    )
    return check


def _outcome(found: list[Refusal], *, is_secret: bool, justified: bool) -> CheckOutcome:
    if is_secret:
        return CheckOutcome.SECRET
    if not found:
        return CheckOutcome.PASSED
    only_warnings = all(refusal.warning for refusal in found)
    return CheckOutcome.JUSTIFIED if only_warnings and justified else CheckOutcome.BLOCKED
