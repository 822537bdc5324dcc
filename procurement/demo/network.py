"""Part of the demo world: a team around a support organisation that runs, with one more asking to join."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from orgs.models import (
    ChangeDirection,
    Consortium,
    ConsortiumChange,
    ConsortiumKind,
    ConsortiumMember,
    MemberPart,
    Organization,
)
from orgs.services import consortia
from procurement.demo.bodies import BODIES
from procurement.demo.stage import Stage
from procurement.lifecycle.engine import perform

TITLE = "“文化服务民生”组团"
#: Account → what it does and its share; the first leads.
WORK = {
    "org6": ("民办博物馆公益导览和藏品进社区", "30"),
    "org1": ("视障人士“心目影院”和讲述志愿者培训", "25"),
    "org3": ("京剧、昆曲公益课堂和社区展演", "25"),
    "org2": ("场馆志愿者压力管理和服务督导", "20"),
}


def seed(now: datetime) -> None:
    if Consortium.objects.filter(title=TITLE).exists():
        return
    stage = Stage(now=now - timedelta(days=60))
    team = gather(stage)
    constitute(stage, team)
    run(stage, team)
    ask_to_join(stage, team, "org4", "场馆和活动现场应急保障培训")


def body(key: str) -> Organization:
    return Organization.objects.get(name=next(body.name for body in BODIES if body.key == key))


def gather(stage: Stage, *, sign: bool = True) -> Consortium:
    """The lead names its fellows and the support organisation; each head signs."""
    lead = stage.actor("org6-head")
    team = Consortium(
        kind=ConsortiumKind.TEAM,
        title=TITLE,
        lead=body("org6"),
        region=body("org6").region,
        purchaser=body("office"),
        civil=body("civil"),
        purpose="组织民办文化场馆向老年人、残疾人和流动人口子女开放，全年公益导览和进社区活动不少于 60 场。",
        terms="各成员按分工独立核算，月底向支持性组织报送进度；退出须提前 30 日提出。",
        representatives=2,
        party_branch="“文化服务民生”组团临时党支部",
    )
    consortia.start(actor=lead, consortium=team, at=stage.now)
    for key, (work, share) in WORK.items():
        member = team.members.filter(organization=body(key)).first() or ConsortiumMember(organization=body(key))
        member.work, member.share = work, Decimal(share)
        consortia.invite(actor=lead, consortium=team, member=member, at=stage.now)
    support = ConsortiumMember(
        organization=body("support"), part=MemberPart.SUPPORT, work="统筹协调、能力培训和过程监测"
    )
    consortia.invite(actor=lead, consortium=team, member=support, at=stage.now)
    if not sign:
        return team
    perform(team, "consortium.open_signing", actor=lead, at=stage.later(days=2))
    for account in [*(f"{key}-head" for key in WORK), "support"]:
        perform(team, "consortium.sign", actor=stage.actor(account), at=stage.later(hours=3))
    perform(team, "consortium.conclude", actor=lead, at=stage.later(hours=1))
    return team


def constitute(stage: Stage, team: Consortium) -> None:
    """The members elect, and the steering group stands."""
    named = {member.organization.name: member for member in team.members.providers().select_related("organization")}
    choices = {"org6": ("org1", "org3"), "org1": ("org6", "org3"), "org3": ("org1", "org6"), "org2": ("org1",)}
    for key, favourites in choices.items():
        consortia.cast_ballots(
            actor=stage.actor(f"{key}-head"),
            consortium=team,
            candidates=[named[body(favourite).name] for favourite in favourites],
            at=stage.later(hours=2),
        )
    perform(team, "consortium.constitute", actor=stage.actor("org6-head"), at=stage.later(days=1))


def run(stage: Stage, team: Consortium) -> None:
    perform(team, "consortium.submit", actor=stage.actor("org6-head"), at=stage.later(hours=2))
    office = stage.actor("office")
    consortia.name_support_contract(actor=office, consortium=team, number="ZC-2026-017", amount=Decimal("80000.00"))
    perform(team, "consortium.approve", actor=office, at=stage.later(days=3))
    perform(team, "consortium.begin", actor=office, at=stage.later(days=2))


def ask_to_join(stage: Stage, team: Consortium, key: str, work: str) -> ConsortiumChange:
    head = stage.actor(f"{key}-head")
    change = consortia.ask_change(
        actor=head,
        change=ConsortiumChange(
            consortium=team,
            organization=body(key),
            direction=ChangeDirection.JOIN,
            part=MemberPart.PARTNER,
            work=work,
            grounds="愿意承担现场安全培训，补充组团的应急能力，不分得合同金额。",
        ),
    )
    perform(change, "consortium_change.ask", actor=head, at=stage.later(days=5))
    return change
