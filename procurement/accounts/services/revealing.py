"""Reading a whole number leaves a trace: who, whose, which, why (S-22, R-292)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from procurement import audit
from procurement.access import Actor
from procurement.accounts.revealing import Revealable
from procurement.rules import Refusal, RuleViolation, implements


@transaction.atomic
@implements("S-22", "R-292")
def reveal(*, actor: Actor, what: Revealable, obj: Any, reason: str) -> str:
    """The whole value; the journal entry is committed before it is shown.

    Raises:
        RuleViolation: S-22 for roles that do not need it, and without a reason.
    """
    if not what.may(actor, obj):
        raise RuleViolation([Refusal("S-22", _("您的岗位不需要查看完整号码"))])
    if not reason.strip():
        raise RuleViolation([Refusal("S-22", _("查看完整号码须填写理由"))])
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="personal.reveal",
        subject=f"{obj._meta.label_lower}:{obj.pk}",
        body={"field": what.field, "reason": reason.strip()},
    )
    return str(getattr(obj, what.field))
