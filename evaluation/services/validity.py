"""The panel finds a bid invalid by majority: a requirement not met, or a quote so low it cannot be explained (R-142)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.models import PanelEntry
from evaluation.services.panels import journal
from procurement.access import Actor
from procurement.lifecycle.engine import database_now, system_actor
from procurement.rules import Refusal, RuleViolation, implements
from projects.services import bid_reviews


@implements("R-142")
@transaction.atomic
def invalidate_entry(
    *,
    actor: Actor,
    entry: PanelEntry,
    reason: str,
    votes: Mapping[UUID, bool],
    at: datetime | None = None,
) -> PanelEntry:
    """``votes`` says for each sitting seat whether the member finds the bid invalid; every member must have voted.

    Raises RuleViolation (R-142) without a majority, a reason, or while the panel does not sit.
    """
    panel = entry.panel
    seats = set(panel.seats.confirmed().values_list("pk", flat=True))
    member = panel.seats.confirmed().filter(person_id=actor.id).exists()
    if not (member or panel.is_run_by(actor)):
        raise RuleViolation([Refusal("S-02", _("由评审组成员或组织单位登记表决结果"))])
    if entry.bid is None or panel.status not in ("in_session", "scored"):
        raise RuleViolation([Refusal("R-142", _("评审进行中方可认定投标（响应）无效"))])
    if set(votes) != seats:
        raise RuleViolation([Refusal("R-142", _("须由全体成员表决"))])
    if sum(votes.values()) * 2 <= len(seats):
        raise RuleViolation([Refusal("R-142", _("未过半数成员同意，不能认定无效"))])
    if not reason.strip():
        raise RuleViolation([Refusal("S-03", _("请写明理由"))])
    moment = at or database_now()
    bid_reviews.invalidate_bid(actor=system_actor(), bid=entry.bid, reason=reason.strip(), at=moment)
    journal(actor, panel, "panel.invalidate", {"entry": entry.pk, "for": sum(votes.values()), "members": len(seats)})
    return entry
