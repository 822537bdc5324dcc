"""What an addendum must leave to those who already have the document (R-113, R-114)."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.lifecycle.engine import Attempt
from procurement.rules import Refusal, guard
from projects.selectors.procedures import TENDERS, change_period, earliest_end


@guard("R-113")
def procedure_takes_bids(attempt: Attempt) -> str | None:
    procedure = attempt.obj.procedure
    if procedure.status == "bidding" and attempt.at < procedure.deadline_at:
        return None
    return _("投标（响应）已经截止，不能再澄清或者修改采购文件")


@guard("R-113")
def deadline_only_moves_later(attempt: Attempt) -> str | None:
    addendum = attempt.obj
    if addendum.new_deadline_at is None or addendum.new_deadline_at > addendum.procedure.deadline_at:
        return None
    return _("截止时间只能延长，不能提前")


@guard("R-113", "R-114")
def enough_time_is_left(attempt: Attempt) -> Refusal | None:
    """A change that bears on bids leaves the lawful time before the deadline, or the deadline moves."""
    addendum, procedure = attempt.obj, attempt.obj.procedure
    if not addendum.affects_bids:
        return None
    deadline = addendum.new_deadline_at or procedure.deadline_at
    needed = earliest_end(change_period(procedure), attempt.at)
    if deadline >= needed:
        return None
    words = {
        "period": change_period(procedure),
        "needed": timezone.localtime(needed).strftime("%Y-%m-%d %H:%M"),
    }
    text = _("可能影响投标（响应）文件编制的，须在截止 %(period)s 前通知；截止时间至少延长到 %(needed)s") % words
    return Refusal("R-113" if procedure.kind in TENDERS else "R-114", text)
