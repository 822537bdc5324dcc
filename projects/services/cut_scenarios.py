"""Saving a scenario of the cut line. It moves no money and decides nothing: that is the leading group's."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from procurement import audit
from procurement.access import Actor, Role
from procurement.lifecycle.engine import database_now
from procurement.rules import Refusal, RuleViolation
from projects.cutting import Outcome
from projects.models import CutScenario, Guide

DESKS = (Role.LG, Role.LGO)


def may_simulate(actor: Actor, guide: Guide) -> bool:
    return any(actor.holds(role, guide.office_id) for role in DESKS)


@transaction.atomic
def save_scenario(
    *, actor: Actor, guide: Guide, name: str, outcome: Outcome, at: datetime | None = None
) -> CutScenario:
    """Keep the amounts under a name; saving under the same name replaces them.

    Raises:
        RuleViolation: S-02 for anyone but the leading group and its office.
    """
    if not may_simulate(actor, guide):
        raise RuleViolation([Refusal("S-02", _("测算方案由领导小组及其办公室保存"))])
    moment = at or database_now()
    scenario, _created = CutScenario.objects.update_or_create(
        guide=guide,
        name=name,
        defaults={
            "amounts": {str(line.candidate.key): str(line.granted) for line in outcome.above},
            "made_by": actor.person,
            "made_at": moment,
        },
    )
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="guide.save_scenario",
        subject=guide.subject,
        case_id=None,
        body={"name": name, "spent": str(outcome.spent), "projects": len(outcome.above)},
    )
    return scenario
