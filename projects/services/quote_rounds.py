"""Quoting again in a negotiation or consultation: all are told the same, each quotes in secret, all open at once."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.access import Actor, Role, people_holding
from procurement.lifecycle.engine import Attempt, database_now, perform, system_actor
from procurement.money import format_yuan
from procurement.notices import notify
from procurement.rules import Refusal, RuleViolation, implements
from projects.models import Bid, Procedure, Quote, QuoteRound
from projects.selectors.procedures import TALKED_OVER, works_on
from projects.services.procedures import journal

#: While bids are judged: after the qualification, before the report.
STATES = ("qualified", "evaluating")


@transaction.atomic
def open_round(
    *, actor: Actor, procedure: Procedure, changes: str, due_at: datetime, at: datetime | None = None
) -> QuoteRound:
    """Tell every qualified bidder what changed and ask each for a quote until ``due_at``.

    Raises RuleViolation: S-02 for a stranger; R-123 for another kind of procedure or stage, for an end that is past,
    or while the last round still runs.
    """
    moment = at or database_now()
    locked = Procedure.objects.select_for_update(no_key=True, of=("self",)).get(pk=procedure.pk)
    if not works_on(locked, actor):
        raise RuleViolation([Refusal("S-02", _("再次报价由采购经办人或者采购代理机构组织"))])
    if locked.kind not in TALKED_OVER or locked.status not in STATES:
        raise RuleViolation([Refusal("R-123", _("只有谈判、磋商在资格审查后、评审报告完成前可以再次报价"))])
    if due_at <= moment:
        raise RuleViolation([Refusal("R-123", _("报价截止时间须在现在之后"))])
    if locked.quote_rounds.filter(status="open").exists():
        raise RuleViolation([Refusal("R-123", _("上一轮报价尚未截止"))])
    quote_round = QuoteRound.objects.create(
        procedure=locked,
        case=locked.case,
        number=locked.quote_rounds.count() + 1,
        changes=changes.strip(),
        due_at=due_at,
        opened_by=actor.person,
        opened_at=moment,
    )
    journal(actor, locked, "quote_round.open", {"round": quote_round.number, "due_at": due_at, "changes": changes})
    for bid in locked.bids.competing():
        _tell(quote_round, bid)
    return quote_round


@transaction.atomic
def quote(*, actor: Actor, quote_round: QuoteRound, bid: Bid, price: Decimal, at: datetime | None = None) -> Quote:
    """The head of the bidder quotes; said again before the end, the later one counts.

    Raises RuleViolation: S-02 for anybody else, R-123 after the end or for a bid that is out, R-121 above the budget.
    """
    moment = at or database_now()
    locked = QuoteRound.objects.select_for_update(no_key=True, of=("self",)).get(pk=quote_round.pk)
    if not actor.holds(Role.ORG_H, bid.bidder_id):
        raise RuleViolation([Refusal("S-02", _("最后报价由供应商负责人提交"))])
    if locked.status != "open" or moment >= locked.due_at:
        raise RuleViolation([Refusal("R-123", _("本轮报价已经截止"))])
    if not locked.procedure.bids.competing().filter(pk=bid.pk).exists():
        raise RuleViolation([Refusal("R-123", _("只有资格审查合格的供应商参加报价"))])
    if price > bid.lot.budget:
        raise RuleViolation([Refusal("R-121", _("报价超过预算%(budget)s") % {"budget": format_yuan(bid.lot.budget)})])
    found, _new = Quote.objects.update_or_create(
        round=locked,
        bid=bid,
        defaults={"sealed_price": f"{price:.2f}", "quoted_by": actor.person, "quoted_at": moment},
    )
    return found


@implements("R-123")
def take_over(attempt: Attempt) -> None:
    """Effect of ``quote_round.close``: each new quote ranks instead of the first; who was silent keeps the last one."""
    quote_round: QuoteRound = attempt.obj
    for one in quote_round.quotes.select_related("bid"):
        one.bid.final_price = one.price
        one.bid.save(update_fields=["final_price", "updated_at"])
    attempt.kept["quotes"] = quote_round.quotes.count()


def close_due(now: datetime) -> int:
    """Close the rounds whose end has come; swept every minute."""
    due = list(QuoteRound.objects.filter(status="open", due_at__lte=now))
    for quote_round in due:
        perform(quote_round, "quote_round.close", actor=system_actor(), at=now)
    return len(due)


def _tell(quote_round: QuoteRound, bid: Bid) -> None:
    people = [*people_holding(Role.ORG, bid.bidder_id), *people_holding(Role.ORG_H, bid.bidder_id)]
    notify(
        template="quote_round_opened",
        recipients=list({person.pk: person for person in people}.values()),
        url=quote_round.get_absolute_url(),
        context={
            "title": quote_round.procedure.title,
            "number": quote_round.procedure.number,
            "round": quote_round.number,
            "changes": quote_round.changes,
            "due": timezone.localtime(quote_round.due_at).strftime("%Y-%m-%d %H:%M"),
        },
        key=f"quote-round:{quote_round.pk}",
    )
