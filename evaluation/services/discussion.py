"""What members do at one table: elect the chair, discuss what all have handed in, ask one another for reasons."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from evaluation.models import (
    ChairVote,
    DiscussionNote,
    Finding,
    PanelEntry,
    PanelSeat,
    ReviewPanel,
    ScoreSheet,
    SeatKind,
)
from evaluation.selectors.discussion import chair_of, own_seat
from evaluation.services.panels import journal
from procurement.access import Actor
from procurement.lifecycle.engine import database_now
from procurement.notices import notify
from procurement.rules import Refusal, RuleViolation, implements, records, refusal_for_constraint


@implements("R-151")
@transaction.atomic
def vote_for_chair(
    *, actor: Actor, panel: ReviewPanel, candidate: PanelSeat, at: datetime | None = None
) -> PanelSeat | None:
    """One vote per member; the chair is whoever has more than half of all seats. Returns the chair, if there is one now.

    The purchaser's representatives vote, but are not elected (令第87号第45条).
    """
    locked = ReviewPanel.objects.select_for_update(no_key=True).get(pk=panel.pk)
    voter = _seat(locked, actor)
    if locked.status not in ("in_session", "scored", "reported"):
        raise RuleViolation([Refusal("R-151", _("评审开始后、报告签署前推选组长"))])
    if chair_of(locked) is not None:
        raise RuleViolation([Refusal("R-151", _("组长已经选出"))])
    if candidate.panel_id != locked.pk or candidate.status != "confirmed":
        raise RuleViolation([Refusal("R-151", _("只能推选本评审组的成员"))])
    if candidate.kind == SeatKind.REPRESENTATIVE:
        raise RuleViolation([Refusal("R-151", _("采购人代表不得担任评审组组长"))])
    moment = at or database_now()
    ChairVote.objects.update_or_create(
        voter=voter, defaults={"panel": locked, "candidate": candidate, "voted_at": moment}
    )
    chair = chair_of(locked)
    if chair is not None:
        journal(actor, locked, "panel.chair", {"seat": str(chair.pk)})
        notify(
            template="panel_chair",
            recipients=[chair.person],
            url=locked.get_absolute_url(),
            context={"panel": locked.number},
            key=f"chair-{locked.pk}-{chair.pk}",
        )
    return chair


@implements("R-139")
@transaction.atomic
def write_note(
    *, actor: Actor, panel: ReviewPanel, text: str, entry: PanelEntry | None = None, at: datetime | None = None
) -> DiscussionNote:
    """A member's word in the discussion; kept, and printed in the report drawn up after it."""
    seat = _seat(panel, actor)
    if len(text.strip()) < 2:
        raise RuleViolation([Refusal("R-147", _("请写明讨论意见"))])
    try:
        with transaction.atomic():
            note = DiscussionNote.objects.create(
                panel=panel, entry=entry, author=seat, text=text.strip(), written_at=at or database_now()
            )
    except IntegrityError as error:
        refusal = refusal_for_constraint(error)
        if refusal is None:
            raise
        raise RuleViolation([refusal]) from error
    journal(actor, panel, "panel.note", {"note": str(note.pk)})
    return note


@records("R-141")
@transaction.atomic
def ask_to_explain(*, actor: Actor, sheet: ScoreSheet, question: str, at: datetime | None = None) -> Finding:
    """The chair asks a member for the reasons of a sheet. The report waits for the answer; the points stay."""
    panel = ReviewPanel.objects.select_for_update(no_key=True).get(pk=sheet.panel_id)
    chair = chair_of(panel)
    if chair is None or chair.person_id != actor.id:
        raise RuleViolation([Refusal("R-141", _("只有评审组组长可以请成员说明"))])
    if panel.status != "scored":
        raise RuleViolation([Refusal("R-141", _("全体提交评分后、形成报告前方可请成员说明"))])
    if len(question.strip()) < 5:
        raise RuleViolation([Refusal("R-141", _("请写明需要说明什么，不少于 5 个字"))])
    moment = at or database_now()
    finding = Finding.objects.create(
        panel=panel, sheet=sheet, kind=Finding.Kind.ASKED, detail=question.strip()[:300], found_at=moment
    )
    journal(actor, panel, "panel.ask", {"finding": str(finding.pk)})
    notify(
        template="score_question",
        recipients=[sheet.seat.person],
        url=sheet.get_absolute_url(),
        context={"application": str(sheet.entry), "detail": finding.detail},
        key=f"finding-{finding.pk}",
    )
    return finding


def _seat(panel: ReviewPanel, actor: Actor) -> PanelSeat:
    seat = own_seat(panel, actor)
    if seat is None:
        raise RuleViolation([Refusal("R-154", _("只有评审组成员可以参加讨论和推选"))])
    return seat
