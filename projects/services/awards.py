"""The decision on a lot's winner, by the purchaser or by the law, and its undoing by a remedy or a refusal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.lifecycle.engine import Attempt, perform, system_actor
from procurement.rules import RuleViolation, implements
from projects.models import Award, Bid, Lot, Procedure
from projects.selectors.awards import candidates, decide_by, first_of, is_framework, open_lots
from projects.services import bid_reviews


@implements("R-170")
def decide(attempt: Attempt) -> None:
    """Effect of procedure.decide: one award per lot, at the price of the bid.

    ``winners`` maps a lot's id to the ids of the bids chosen; input guards have checked the order.
    """
    procedure: Procedure = attempt.obj
    for lot in open_lots(procedure):
        wanted = attempt.data["winners"][str(lot.pk)]
        for bid in candidates(lot).filter(pk__in=wanted):
            _award(attempt, procedure, lot, bid)


def _award(attempt: Attempt, procedure: Procedure, lot: Lot, bid: Bid) -> None:
    Award(
        procedure=procedure,
        lot=lot,
        bid=bid,
        supplier=bid.bidder,
        case=procedure.case,
        amount=bid.quote or 0,
        rank=bid.rank or 1,
        is_framework=is_framework(procedure),
        decided_at=attempt.at,
        decided_by=None if attempt.data.get("deemed") else attempt.actor.user,
        grounds=_grounds(lot, bid),
        report_id=bid.report_id,
    ).save()


def _grounds(lot: Lot, bid: Bid) -> str:
    """Why it is not the first: what became of those before it (R-177)."""
    if (bid.rank or 1) == 1 or is_framework(lot.procedure):
        return ""
    gone = lot.awards.filter(status__in=("declined", "voided")).select_related("supplier")
    parts = [f"{award.supplier.name}：{award.state.label}" for award in gone]
    return _("由下一候选人递补（%(why)s）") % {"why": "；".join(parts) or _("前序候选人的报价无效")}


def first_choice(procedure: Procedure) -> dict[str, list[str]] | None:
    """The ranking's own answer for every open lot; None where a tie or an empty lot leaves none."""
    answer = {}
    for lot in open_lots(procedure):
        rows = list(candidates(lot))
        best = rows if is_framework(procedure) else first_of(rows)
        if not best or (len(best) > 1 and not is_framework(procedure)):
            return None
        answer[str(lot.pk)] = [str(bid.pk) for bid in best]
    return answer


@implements("R-170")
def decide_overdue(now: datetime) -> int:
    """Whoever stays silent past the term is deemed to have chosen the first; swept by the clock."""
    done = 0
    for procedure in Procedure.objects.filter(status="evaluated"):
        due, choice = decide_by(procedure), first_choice(procedure)
        if due is None or timezone.localdate(now) <= due or choice is None:
            continue
        try:
            perform(
                procedure,
                "procedure.decide",
                actor=system_actor(),
                at=now,
                justification=_("逾期未确定，视为确定排名第一的候选人"),
                winners=choice,
                deemed=True,
            )
        except RuleViolation:
            continue  # what stands in the way is shown to the purchaser on the page
        done += 1
    return done


@implements("R-178")
def undo(attempt: Attempt) -> None:
    """Effect of procedure.redo_decision and redo_review: the result that may not stand is void.

    ``awards`` names the ids concerned; without it every award not yet contracted is.
    """
    procedure: Procedure = attempt.obj
    named: Any = attempt.data.get("awards")
    rows = procedure.awards.filter(status__in=("decided", "announced")).select_related("bid")
    for award in rows.filter(pk__in=named) if named else rows:
        perform(award, "award.void", actor=system_actor(), at=attempt.at, reason=attempt.reason)
        if award.bid.status == "awarded":
            perform(award.bid, "bid.lose", actor=system_actor(), at=attempt.at)


def redo_review(attempt: Attempt) -> None:
    """Effect of procedure.redo_review: no award stands, and every bid waits for the panel again (R-141)."""
    undo(attempt)
    bid_reviews.set_aside(attempt)
