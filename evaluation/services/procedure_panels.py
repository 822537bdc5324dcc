"""Panels for bids: planned by the purchaser's or the agent's officers, filled by the draw and by representatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from secrets import token_hex

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.models import REPRESENTATIVE_ROLES, PanelEntry, PanelSeat, ReviewPanel, Rubric, SeatKind
from evaluation.selectors.panels import fresh_grounds
from evaluation.selectors.rubrics import by_price_alone, rubric_of
from evaluation.services.drawing import offer
from evaluation.services.panels import journal, require_runner, usual_quota
from evaluation.services.rubrics import attach_from_library
from procurement.access import Actor, Duty, actor_for, conflict_for
from procurement.access.models import User
from procurement.lifecycle.engine import Attempt, database_now, perform, system_actor
from procurement.lifecycle.numbering import next_number
from procurement.lifecycle.steps import local_day
from procurement.rules import Refusal, RuleViolation, implements, refusal_for_constraint
from projects.models import Procedure

#: When a panel for its bids may be made up.
PLANNABLE = ("bidding", "closed", "opened", "qualified")


@transaction.atomic
def plan_for_procedure(
    *,
    actor: Actor,
    procedure: Procedure,
    review_on: date,
    scores_due_on: date,
    size: int = 5,
    representatives: int = 0,
    quota: Mapping[str, int] | None = None,
    specialties: Sequence[str] = (),
    is_major: bool = False,
    at: datetime | None = None,
) -> ReviewPanel:
    """A panel for every bid of the procedure; the bids come before it when it begins.

    Raises RuleViolation: S-02 for strangers, R-131 without a frozen scheme, R-153 while another panel is at work.
    """
    rubric = rubric_of(procedure) or _by_price_alone(actor, procedure, at)
    moment = at or database_now()
    panel = ReviewPanel(
        number=next_number("panel", prefix="PS", year=timezone.localtime(moment).year),
        procedure=procedure,
        office_id=procedure.host_id,
        case=procedure.case,
        size=size,
        representatives=representatives,
        quota=dict(quota) if quota else usual_quota(size - representatives),
        specialties=list(specialties),
        is_major=is_major,
        review_on=review_on,
        scores_due_on=scores_due_on,
    )
    require_runner(actor, panel)
    if rubric is None:
        raise RuleViolation([Refusal("R-131", _("采购项目没有定稿的评分办法，不能组织评审"))])
    if procedure.status not in PLANNABLE:
        raise RuleViolation([Refusal("R-153", _("公告发出后、评审开始前方可组建评审组"))])
    panel.rubric = rubric
    # an earlier panel's judgement was set aside, or the procedure would not stand here
    PanelEntry.objects.live().filter(panel__procedure=procedure).update(is_live=False)
    try:
        with transaction.atomic():
            panel.save()
    except IntegrityError as error:
        raise RuleViolation([refusal_for_constraint(error) or Refusal("R-153", _("该采购项目已有评审组"))]) from error
    journal(actor, panel, "panel.plan", {"size": size, "quota": panel.quota, "representatives": representatives})
    return panel


@implements("R-156")
@transaction.atomic
def appoint_representative(*, actor: Actor, panel: ReviewPanel, person: User, at: datetime | None = None) -> PanelSeat:
    """The purchaser sends one of its own people; they declare and sign like everybody, and are never drawn."""
    locked = (
        ReviewPanel.objects.select_for_update(no_key=True, of=("self",)).select_related("procedure").get(pk=panel.pk)
    )
    require_runner(actor, locked)
    if refusals := _unfit(locked, person):
        raise RuleViolation(refusals)
    asked = locked.seats.filter(kind=SeatKind.REPRESENTATIVE)
    if asked.sitting().count() >= locked.representatives:
        raise RuleViolation([Refusal("R-151", _("采购人代表已满 %(count)s 人") % {"count": locked.representatives})])
    seat = PanelSeat(
        panel=locked,
        person=person,
        kind=SeatKind.REPRESENTATIVE,
        rank=asked.count() + 1,
        invited_at=at or database_now(),
        order_seed=token_hex(32),
    )
    journal(actor, locked, "panel.appoint", {"rank": seat.rank})
    return offer(seat)


def declare(attempt: Attempt) -> None:
    """Effect of seat.declare: the bidders are known by name, and there is no tie with any of them."""
    attempt.obj.declared_at = attempt.at


@implements("R-154")
def recheck_ties(panel: ReviewPanel, *, at: datetime) -> int:
    """After the opening: members whose ties show in the declarations or the registry leave, the next are asked.

    Returns how many left. Safe to repeat.
    """
    left = 0
    for seat in panel.seats.sitting().select_related("panel__procedure", "expert"):
        grounds = fresh_grounds(seat, local_day(at))
        if grounds:
            reason = "；".join(sentence for _rule, sentence in grounds)
            perform(seat, "seat.find_tie", actor=system_actor(), at=at, reason=reason)
            left += 1
    return left


def recheck_opened(now: datetime) -> None:
    """Sweep: every drawn panel whose procedure has been opened and has not begun."""
    waiting = ReviewPanel.objects.filter(
        status__in=("drawn", "confirmed"), procedure__opened_at__isnull=False
    ).select_related("procedure")
    for panel in waiting:
        recheck_ties(panel, at=now)


def _by_price_alone(actor: Actor, procedure: Procedure, at: datetime | None) -> Rubric | None:
    """Where the document ranks by the price alone, its own words are the scheme; nobody has to write another."""
    if not by_price_alone(procedure):
        return None
    return attach_from_library(actor=actor, occasion=procedure, code="lowest_price", at=at)


def _unfit(panel: ReviewPanel, person: User) -> list[Refusal]:
    procedure = panel.procedure
    if procedure is None or panel.status not in ("planned", "pool_locked", "drawn"):
        return [Refusal("R-151", _("采购人代表在全体成员确认前委派"))]
    held = actor_for(person)
    if not any(held.holds(role, procedure.purchaser_id) for role in REPRESENTATIVE_ROLES):
        return [Refusal("R-156", _("采购人代表须为采购人的需求、审核或验收人员"))]
    clash = conflict_for(person_id=person.pk, case_id=procedure.duty_scope, duty=Duty.PANEL_MEMBER)
    if clash is not None:
        return [Refusal("R-156", _("该人员在本项目中已承担“%(duty)s”，不得参加评审") % {"duty": clash[0].label})]
    if panel.seats.filter(person=person).exists():
        return [Refusal("R-153", _("该人员已受邀参加本评审组"))]
    return []
