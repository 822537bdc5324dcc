"""Step 5: experts are drawn before a witness, confirm, score alone, sign; the ranking reaches the applications.

One panel judges every application of the guide that waits. Days are chosen so that no expert reviews more often
in a week than the rule set allows.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256

from django.utils import timezone

from evaluation.drawing import orders_of, select
from evaluation.models import PanelSeat, ReviewPanel, ScoreSheet
from evaluation.selectors.panels import field_for, quota_pairs
from evaluation.selectors.rubrics import scored
from evaluation.services.discussion import vote_for_chair, write_note
from evaluation.services.panels import note_conduct, plan_panel
from evaluation.services.scoring import Entry, explain, save_sheet
from procurement.access import Actor, actor_for
from procurement.calendars import add_working_days, is_working_day
from procurement.demo.stage import Stage
from procurement.lifecycle.engine import perform

WORDS = ("见证人掷骰 4 6 1 3 5 2", "石榴花开 20260312", "第一场雨 07:45")
SAID = "预算中的讲述员劳务单价高于同类项目，建议按当年费用标准核减。"
AGREED = "同意核减，各成员的建议资金已经考虑；服务频次不宜减少。"
COMMENTS = (
    "服务对象明确，需求有走访记录佐证，方案与以往经验衔接。",
    "方案具体，进度和人员落实到场次；建议细化志愿者培训安排。",
    "预算与活动对应，讲述员劳务单价略高，建议适当核减。",
    "团队同类服务经历扎实，满意度测评办法可行。",
    "受益面较广，项目结束后的延续安排还需与街道进一步商定。",
)


def plan(stage: Stage) -> ReviewPanel:
    """The office plans a panel for everything that waits, in the first week with enough experts free."""
    review_on = add_working_days(timezone.localtime(stage.now).date(), 3)
    panel = plan_panel(
        actor=stage.actor("office"),
        guide=stage.guide,
        review_on=review_on,
        scores_due_on=add_working_days(review_on, 3),
        at=stage.later(hours=1),
    )
    _to_a_free_week(panel)
    stage.put("panel", panel)
    return panel


def draw(stage: Stage) -> None:
    """The pool is locked by the office; the document checker draws as witness two working days before the review."""
    panel: ReviewPanel = stage.panel
    day = _working_days_before(panel.review_on, 2)
    while timezone.localtime(stage.now).date() < day:
        stage.later(working_days=1)
    perform(panel, "panel.lock_pool", actor=stage.actor("office"), at=stage.later(hours=1))
    words = WORDS[int(panel.number[-1]) % len(WORDS)] if panel.number[-1].isdigit() else WORDS[0]
    perform(stage.panel, "panel.draw", actor=stage.actor("checker"), at=stage.later(hours=1), words=words)


def decline_one(stage: Stage) -> None:
    """The last business expert cannot come; the next in the drawn order is asked."""
    seat = stage.panel.seats.filter(status="invited", kind="business").order_by("-rank").first()
    perform(
        seat, "seat.decline", actor=_member(seat), at=stage.later(hours=1), reason="当日须参加外地教学活动，无法到会。"
    )


def confirm(stage: Stage) -> None:
    for seat in stage.panel.seats.filter(status="invited"):
        perform(seat, "seat.confirm", actor=_member(seat), at=stage.later(minutes=20), declared=True)


def convene(stage: Stage) -> None:
    while timezone.localtime(stage.now).date() < stage.panel.review_on:
        stage.later(working_days=1)
    perform(stage.panel, "panel.convene", actor=stage.actor("office"), at=stage.later(hours=1))


def elect(stage: Stage) -> None:
    """The members elect the first of them to the chair."""
    members = _members(stage)
    for seat in members[: stage.panel.size // 2 + 1]:
        vote_for_chair(actor=_member(seat), panel=stage.panel, candidate=members[0], at=stage.later(minutes=1))


def score(stage: Stage) -> None:
    """Every member fills in every sheet, each by their own lights, without handing in."""
    for number, seat in enumerate(_members(stage)):
        for sheet in seat.sheets.filter(status="draft"):
            fill(sheet, actor=_member(seat), turn=number, stage=stage)


def hand_in(stage: Stage) -> None:
    for seat in _members(stage):
        for sheet in seat.sheets.filter(status="draft"):
            perform(sheet, "sheet.lock", actor=_member(seat), at=stage.later(minutes=1))
    for finding in stage.panel.findings.filter(settled_at__isnull=True).select_related("sheet__seat__person"):
        explain(
            actor=_member(finding.sheet.seat),
            finding=finding,
            explanation="对服务能力和预算依据的判断与其他成员不同，已在各项评语中写明。",
            at=stage.later(minutes=5),
        )


def discuss(stage: Stage) -> None:
    """What the members said to one another once all had handed in; the report prints it."""
    first, second, *_rest = _members(stage)
    entry = stage.panel.entries.live().first()
    for seat, words in ((second, SAID), (first, AGREED)):
        write_note(actor=_member(seat), panel=stage.panel, entry=entry, text=words, at=stage.later(minutes=5))


def report(stage: Stage) -> None:
    perform(stage.panel, "panel.report", actor=stage.actor("office"), at=stage.later(hours=1))


def sign(stage: Stage) -> None:
    """All sign; the last signature makes the report effective and scores every application."""
    for seat in _members(stage):
        perform(seat, "seat.sign", actor=_member(seat), at=stage.later(minutes=10), stance="agrees", opinion="")
    for seat in _members(stage):
        note_conduct(
            actor=stage.actor("office"), seat=seat, grade="good", note="按时到会，独立评分，评语具体。", at=stage.now
        )


def review(stage: Stage) -> None:
    """Step 5 whole."""
    plan(stage)
    draw(stage)
    if stage.script.get("decline"):
        decline_one(stage)
    confirm(stage)
    convene(stage)
    elect(stage)
    score(stage)
    hand_in(stage)
    discuss(stage)
    report(stage)
    sign(stage)


def fill(sheet: ScoreSheet, *, actor: Actor, turn: int, stage: Stage) -> None:
    """Believable points: good work with the differences people have, the same on every machine."""
    application = sheet.entry.application
    entries = {}
    for factor in scored(sheet.panel.rubric):
        key = f"{application.number}{application.title}{factor.code}"
        worth = 76 + _spread(f"{application.number}{application.title}", 16) + _spread(key, 8)
        share = worth + (0 if factor.objective else _spread(f"{key}{turn}", 11) - 5)
        points = (factor.maximum * min(share, 98) / 100).quantize(Decimal("0.5"))
        entries[factor.pk] = Entry(points)
    cut = Decimal(100 - _spread(application.title, 8) - (turn + _spread(application.number, 3)) % 4) / 100
    save_sheet(
        actor=actor,
        sheet=sheet,
        entries=entries,
        comment=COMMENTS[(turn + _spread(application.number, 5)) % len(COMMENTS)],
        suggested_amount=(application.requested_amount * cut).quantize(Decimal("1E2")).quantize(Decimal("0.01")),
        keep_amount=False,
        at=stage.later(minutes=2),
    )


def _spread(key: str, width: int) -> int:
    return sha256(key.encode()).digest()[0] % width


def _members(stage: Stage) -> list[PanelSeat]:
    return list(stage.panel.seats.filter(status="confirmed").select_related("person"))


def _member(seat: PanelSeat) -> Actor:
    return actor_for(seat.person)


def _to_a_free_week(panel: ReviewPanel) -> None:
    """Move the review on by weeks until every kind can be drawn with one to spare in all."""
    for _week in range(20):
        pool, quota = field_for(panel).pool, quota_pairs(panel)
        taken, _passed = select(orders_of("00" * 32, pool, quota), pool, quota)
        if len(taken) == panel.size and len(pool) > panel.size:
            break
        panel.review_on = _next_working_day(panel.review_on + timedelta(days=7))
        panel.scores_due_on = add_working_days(panel.review_on, 3)
    panel.save()


def _next_working_day(day: date) -> date:
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def _working_days_before(day: date, number: int) -> date:
    while number:
        day -= timedelta(days=1)
        number -= is_working_day(day)
    return day
