"""Part three of the demo world: a case standing at each of the 18 steps, played by its real roles.

Three rounds of one year stand behind them, so that panels, publicity and money look as they do in a real
office: an early round whose projects are ending, a summer round under way, an autumn round being decided;
besides, a guide open today and one approved but not yet published.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from procurement.access import ANONYMOUS
from procurement.demo.stage import Stage, local
from procurement.demo.steps import (
    applying,
    closing,
    contracting,
    deciding,
    delivering,
    evaluating,
    guiding,
    reviewing,
)
from projects.models import Guide
from projects.services.guides import close_due
from projects.services.objections import file_objection

YEAR = 2026
TITLE = "北京市朝阳区2026年使用社会建设专项资金购买社会组织服务项目申报指南"


@dataclass
class Play:
    """One project of a round: who applies, with what, how long it runs and where it stops."""

    applicant: str
    project: str
    stops_at: int
    ends_on: str = ""
    script: dict[str, Any] = field(default_factory=dict)


#: The early round: published in January, signed in May, ending from the end of July on.
EARLY = (
    Play("org1", "cinema", 19, "2026-07-20", {"decline": True}),
    Play("org2", "hotline", 18, "2026-08-05"),
    Play("org3", "opera", 17, "2026-08-20"),
    Play("org4", "rescue", 16, "2026-09-05"),
    Play("org5", "casework", 15, "2026-09-20"),
    Play("org6", "museum", 14, "2026-10-31"),
)
SUMMER = (
    Play("org1", "museum", 13, "2026-12-20"),
    Play("org2", "opera", 12, "2026-12-31"),
    Play("org3", "casework", 11, "2027-03-31"),
    Play("org4", "cinema", 10, "2027-06-30"),
    Play("org5", "hotline", 9, "2027-06-30"),
)
AUTUMN = (
    Play("org6", "rescue", 8, "2027-09-30"),
    Play("org3", "hotline", 7, "2027-09-30"),
    Play("org4", "museum", 6, "2027-10-31"),
    Play("org5", "cinema", 5, "2027-10-31"),
)
#: Handed in under the guide that is open today.
FRESH = (
    Play("org2", "casework", 4, "2027-10-31"),
    Play("org1", "opera", 3, "2027-10-31"),
)


def seed(now: datetime) -> None:
    """Safe to repeat: a world that has guides is left as it is."""
    if Guide.objects.exists():
        return
    early_round()
    summer_round()
    autumn_round()
    open_round(now)
    unpublished_guide(now)


def early_round() -> None:
    round_ = _published(local(YEAR, 1, 12), _("（第一批）"))
    stages = _applied(round_, EARLY, starts_on="2026-05-06")
    _decided(round_, stages)
    for stage, play in zip(stages, EARLY, strict=True):
        stage.now = max(stage.now, local(YEAR, 4, 13))
        contracting.revise(stage)
        contracting.contract(stage)
        contracting.first_tranche(stage)
        delivering.launch(stage)
        _ending(stage, play.stops_at)


def _ending(stage: Stage, stops_at: int) -> None:
    delivering.activities(stage)
    delivering.quarterly_report(stage)
    evaluating.midterm(stage)
    contracting.tranche(stage, 2)
    acts = ((15, closing.submit_closeout), (16, closing.accept), (17, closing.audit), (18, evaluating.final))
    for step, act in acts:
        if stops_at < step:
            return
        act(stage)
    if stops_at > 18:
        contracting.tranche(stage, 3)
        closing.close_and_archive(stage)


def summer_round() -> None:
    round_ = _published(local(YEAR, 5, 11), _("（第二批）"), open_days=30)
    stages = _applied(round_, SUMMER, starts_on="2026-09-14")
    _decided(round_, stages)
    for stage, play in zip(stages, SUMMER, strict=True):
        stage.now = max(stage.now, local(YEAR, 8, 31))
        _under_way(stage, play.stops_at)


def _under_way(stage: Stage, stops_at: int) -> None:
    if stops_at == 9:
        return
    contracting.revise(stage)
    contracting.contract(stage)
    if stops_at == 10:
        return
    contracting.first_tranche(stage)
    if stops_at == 11:
        return
    delivering.launch(stage)
    delivering.activities(stage)
    if stops_at == 13:
        delivering.quarterly_report(stage)


def autumn_round() -> None:
    """One panel has reported and another sits; one list has run its days, another still runs, with an objection."""
    round_ = _published(local(YEAR, 8, 24), _("（第三批）"), open_days=25)
    judged = _apply(round_, AUTUMN[-1], "2027-01-04")
    ended, running, _ranked = _applied(round_, AUTUMN[:-1], starts_on="2027-01-04")
    round_.now = max(ended.now, round_.guide.closes_at + timedelta(hours=16))
    close_due(round_.now)
    reviewing.review(round_)
    for stage in (ended, running):
        stage.now = round_.now
        deciding.decide(stage)
        deciding.confirm_funds(stage)
        round_.now = max(round_.now, stage.now)
        if stage is ended:
            deciding.publicise(round_)
            deciding.expire(round_)
    _sit(round_, judged)
    round_.now = local(YEAR, 11, 17, 10)
    deciding.publicise(round_)
    file_objection(
        actor=ANONYMOUS,
        publicity=round_.publicity,
        application=running.application,
        text="热线服务与区卫生健康委的心理援助热线相近，请核实两者如何分工。",
        at=local(YEAR, 11, 19, 15),
    )


def _sit(round_: Stage, judged: Stage) -> None:
    """A late endorsement has its own panel, convened this week and not yet scored."""
    judged.now = local(YEAR, 10, 29, 10)
    applying.endorse(judged)
    applying.precheck(judged)
    round_.now = max(round_.now, judged.now)
    reviewing.plan(round_)
    reviewing.draw(round_)
    reviewing.confirm(round_)
    reviewing.convene(round_)
    reviewing.elect(round_)


def open_round(now: datetime) -> None:
    """A guide anyone may apply to today: two applications handed in, one draft begun."""
    round_ = Stage(now=now - timedelta(days=26))
    guiding.publish_guide(round_, year=YEAR, title=TITLE + _("（第四批）"), open_days=45)
    endorsed, _fresh = (_apply(round_, play, "2027-01-04") for play in FRESH)
    endorsed.now = max(endorsed.now, now - timedelta(days=6))
    applying.endorse(endorsed)
    draft = Stage(now=round_.now, applicant="org6", script={"project": "opera"})
    draft.put("guide", round_.guide)
    applying.begin(draft)
    applying.fill_in(draft, until="indicators")


def unpublished_guide(now: datetime) -> None:
    """Approved, waiting for the office to publish it: the case at step one."""
    stage = Stage(now=now - timedelta(days=6))
    guiding.draft_guide(stage, year=YEAR, title=TITLE + _("（社会心理服务专项）"))
    guiding.send_up(stage)
    guiding.approve(stage)


def _published(opened: datetime, suffix: str, *, open_days: int = 25) -> Stage:
    round_ = Stage(now=opened)
    guiding.publish_guide(round_, year=YEAR, title=TITLE + suffix, open_days=open_days)
    return round_


def _applied(round_: Stage, plays: tuple[Play, ...], *, starts_on: str) -> list[Stage]:
    """Everybody applies, is endorsed and passes the pre-check; the first is sent back once."""
    stages = [_apply(round_, play, starts_on) for play in plays]
    for number, stage in enumerate(stages):
        applying.endorse(stage)
        if number == 0:
            applying.return_and_resubmit(stage)
        applying.precheck(stage)
    return stages


def _apply(round_: Stage, play: Play, starts_on: str) -> Stage:
    script = {"project": play.project, "starts_on": starts_on, "ends_on": play.ends_on, **play.script}
    stage = Stage(now=round_.now, applicant=play.applicant, script=script)
    stage.put("guide", round_.guide)
    applying.apply_online(stage)
    return stage


def _decided(round_: Stage, stages: list[Stage]) -> None:
    """One panel, one meeting, one list for the whole round."""
    round_.now = max(stage.now for stage in stages)
    if round_.guide.closes_at > round_.now:
        round_.now = round_.guide.closes_at + timedelta(hours=16)
    close_due(round_.now)
    reviewing.review(round_)
    for stage in stages:
        stage.now = round_.now
        deciding.decide(stage)
        deciding.confirm_funds(stage)
    round_.now = max(stage.now for stage in stages)
    deciding.publicise(round_)
    deciding.expire(round_)
    for stage in stages:
        stage.now = round_.now
        deciding.approve(stage)
