"""A quote so low that quality or honest performance is in doubt: asked, answered in writing, decided by the panel (R-142)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.models import PanelEntry, QuoteInquiry, QuoteVote, ReviewPanel
from evaluation.selectors.discussion import chair_of, own_seat
from evaluation.services.drawing import person_of
from procurement import audit
from procurement.access import Actor, Role, people_holding
from procurement.access.models import User
from procurement.lifecycle.engine import database_now, system_actor
from procurement.notices import notify
from procurement.rules import Refusal, RuleViolation, implements
from projects.services.bid_reviews import invalidate_bid

#: While the panel judges, or has judged and not yet reported.
AT_WORK = ("in_session", "scored")


@implements("R-142")
@transaction.atomic
def raise_inquiry(
    *, actor: Actor, entry: PanelEntry, ground: str, answer_by: datetime, at: datetime | None = None
) -> QuoteInquiry:
    """The chair asks the bidder, in the panel's name, to justify its quote. Once per bid."""
    panel = ReviewPanel.objects.select_for_update(no_key=True).get(pk=entry.panel_id)
    chair = chair_of(panel)
    moment = at or database_now()
    if chair is None or chair.person_id != actor.id:
        raise _refused(_("由评审组组长代表评审组要求供应商说明"))
    if entry.bid is None:
        raise _refused(_("只有报价的采购项目需要核对报价"))
    if panel.status not in AT_WORK:
        raise _refused(_("评审期间方可要求供应商说明报价"))
    if QuoteInquiry.objects.filter(entry=entry).exists():
        raise _refused(_("已要求该供应商说明"))
    if len(ground.strip()) < 10:
        raise _refused(_("请写明认为报价异常的理由，不少于 10 个字"))
    if answer_by <= moment:
        raise _refused(_("须给供应商留出书面说明的时间"))
    inquiry = QuoteInquiry.objects.create(
        panel=panel, entry=entry, ground=ground.strip(), raised_by=chair, raised_at=moment, answer_by=answer_by
    )
    notify(
        template="quote_question",
        recipients=_people_of(entry),
        url=entry.bid.get_absolute_url(),
        context={"procedure": str(entry.bid.procedure), "due": f"{answer_by:%Y-%m-%d %H:%M}", "ground": inquiry.ground},
        key=f"quote-{inquiry.pk}",
    )
    _record(actor, inquiry, "quote.ask")
    return inquiry


@implements("R-142")
@transaction.atomic
def answer_inquiry(*, actor: Actor, inquiry: QuoteInquiry, answer: str, at: datetime | None = None) -> QuoteInquiry:
    """The bidder's written explanation, once, before the time is over."""
    locked = _locked(inquiry)
    bid = locked.entry.bid
    moment = at or database_now()
    if bid is None or not any(actor.holds(role, bid.bidder_id) for role in (Role.ORG, Role.ORG_H)):
        raise _refused(_("由该供应商作出说明"))
    if locked.answered_at is not None:
        raise _refused(_("说明已提交"))
    if not locked.is_open or moment >= locked.answer_by:
        raise _refused(_("说明期限已过"))
    if len(answer.strip()) < 20:
        raise _refused(_("请说明报价构成和履约保障，不少于 20 个字"))
    locked.answer = answer.strip()
    locked.answered_by = person_of(actor)
    locked.answered_at = moment
    locked.save()
    notify(
        template="quote_answered",
        recipients=[seat.person for seat in locked.panel.seats.confirmed().select_related("person")],
        url=locked.panel.get_absolute_url(),
        context={"panel": locked.panel.number, "bidder": bid.bidder.name},
        key=f"quote-answer-{locked.pk}",
    )
    _record(actor, locked, "quote.answer")
    return locked


@implements("R-142")
@transaction.atomic
def judge_answer(
    *, actor: Actor, inquiry: QuoteInquiry, accepts: bool, reason: str, at: datetime | None = None
) -> QuoteInquiry:
    """A member's judgement; the majority of all seats decides, and a rejected quote makes the bid invalid at once."""
    locked = _locked(inquiry)
    seat = own_seat(locked.panel, actor)
    moment = at or database_now()
    if seat is None:
        raise _refused(_("由评审组成员认定"))
    if not locked.is_open:
        raise _refused(_("已经认定"))
    if locked.answered_at is None and moment < locked.answer_by:
        raise _refused(_("供应商说明之前、期限届满之前不得认定"))
    if len(reason.strip()) < 5:
        raise _refused(_("请写明认定理由，不少于 5 个字"))
    if QuoteVote.objects.filter(inquiry=locked, seat=seat).exists():
        raise _refused(_("您已认定"))
    QuoteVote.objects.create(inquiry=locked, seat=seat, accepts=accepts, reason=reason.strip(), voted_at=moment)
    _record(actor, locked, "quote.judge")
    _conclude(locked, moment)
    return locked


def _conclude(inquiry: QuoteInquiry, at: datetime) -> None:
    """Performed by the portal: the record must not name a member before the result (R-157)."""
    votes = list(inquiry.votes.filter(seat__status="confirmed").values_list("accepts", flat=True))
    half = inquiry.panel.size / 2
    if votes.count(False) > half:
        inquiry.outcome = QuoteInquiry.Outcome.REJECTED
    elif votes.count(True) > half:
        inquiry.outcome = QuoteInquiry.Outcome.ACCEPTED
    else:
        return
    inquiry.decided_at = at
    inquiry.save()
    bid = inquiry.entry.bid
    if bid is not None and inquiry.outcome == QuoteInquiry.Outcome.REJECTED:
        reason = _("报价明显低于其他供应商，书面说明不能证明其合理性，评审组多数认定无效（R-142）")
        invalidate_bid(actor=system_actor(), bid=bid, reason=reason, at=at)


def _locked(inquiry: QuoteInquiry) -> QuoteInquiry:
    return (
        QuoteInquiry.objects.select_for_update(no_key=True, of=("self",))
        .select_related("panel", "entry__bid__bidder", "entry__bid__procedure")
        .get(pk=inquiry.pk)
    )


def _people_of(entry: PanelEntry) -> list[User]:
    body = entry.organization.pk
    people = {one.pk: one for role in (Role.ORG, Role.ORG_H) for one in people_holding(role, body)}
    return list(people.values())


def _refused(sentence: str) -> RuleViolation:
    return RuleViolation([Refusal("R-142", sentence)])


def _record(actor: Actor, inquiry: QuoteInquiry, action: str) -> None:
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action=action,
        subject=inquiry.panel.subject,
        case_id=inquiry.panel.case_id,
        body={"inquiry": str(inquiry.pk)},
    )
