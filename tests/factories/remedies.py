"""Challenges, complaints, requests and calls at a given point, filed and handled through the services people use."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from orgs.models import Organization, OrganizationKind
from procurement.access import Actor, Role
from procurement.access.models import User
from procurement.calendars import add_working_days
from procurement.demo.budget import demo_organization
from procurement.demo.stage import local
from procurement.lifecycle.definition import lifecycle_named
from procurement.lifecycle.engine import perform, system_actor
from procurement.lifecycle.models import LifecycleModel, TransitionRecord
from projects.models import Bid, Challenge, Complaint, HotlineCall, Procedure
from projects.services import challenges, complaints, hotline, remedy_requests
from tests.factories.budgets import draft_plan, make_line
from tests.factories.money import make_envelope
from tests.factories.people import a_region, make_actor, make_organization, make_social_organization
from tests.factories.procedures import OPEN, make_bid, make_procedure

_number = count(1)
#: A week without holidays in an announced year.
MONDAY = local(2026, 3, 2)
MATTER = challenges.Matter(
    text="评分标准未量化", facts="第三章技术部分“优、良、中”未写明分值区间。", basis="87号令第55条"
)


def at(day: int, hour: int = 10, *, base: datetime = MONDAY) -> datetime:
    """Ten o'clock, so many working days after the Monday on which everything begins."""
    first = add_working_days(base.date(), day) if day else base.date()
    return local(first.year, first.month, first.day, hour)


def ended(procedure: Procedure, transition: str, moment: datetime) -> None:
    """The record of a step that others carry out, as it stands once they have."""
    row = lifecycle_named("procedure").transition(transition)
    TransitionRecord.objects.create(
        lifecycle="procedure",
        transition=transition,
        object_id=procedure.pk,
        from_state=row.source[0],
        to_state=row.target,
        actor=system_actor().user,
        at=moment,
    )


class Dispute:
    """An awarded procedure with three bids, and everyone who may have a say in a remedy."""

    def __init__(
        self, status: str = "awarded", *, regime: str = "statutory", loser: Organization | None = None, **fields: Any
    ) -> None:
        line = make_line(make_envelope("5000000"), amount="2000000.00")
        method = OPEN if regime == "statutory" else {}
        plan = draft_plan(line, "600000.00", **method)
        times = {
            "announced_at": MONDAY - timedelta(days=40),
            "deadline_at": MONDAY - timedelta(days=6),
            "opened_at": MONDAY - timedelta(days=5),
        }
        if status == "bidding":
            times = {"announced_at": MONDAY, "deadline_at": MONDAY + timedelta(days=30)}
        self.procedure = make_procedure(status, plan=plan, regime=regime, **times, **fields)
        bid_status = {
            "awarded": ("awarded", "not_awarded", "not_awarded"),
            "contracted": ("awarded", "not_awarded", "not_awarded"),
        }.get(status, ("scored",) * 3)
        self.bids = self._bids(bid_status, loser) if status != "bidding" else []
        purchaser = self.procedure.purchaser
        self.buyer = make_actor(Role.PU_BUY, purchaser)
        self.signer = make_actor(Role.PU_SIGN, purchaser)
        self.supervisor = make_actor(Role.FIN_SUP, self.procedure.finance)
        self.loser = self.bids[1].bidder if self.bids else make_social_organization()
        self.winner = self.bids[0].bidder if self.bids else make_social_organization()
        self.head, self.operator = make_actor(Role.ORG_H, self.loser), make_actor(Role.ORG, self.loser)
        self.rival = make_actor(Role.ORG_H, self.winner)
        if status == "awarded":
            ended(self.procedure, "procedure.announce_result", MONDAY)

    def _bids(self, states: tuple[str, ...], loser: Organization | None) -> list[Bid]:
        bidders = (None, loser, None)
        return [make_bid(self.procedure, each, bidder=who) for each, who in zip(states, bidders, strict=True)]

    def challenge(self, step: str = "result", *, on: int = 3, **fields: Any) -> Challenge:
        values = {"request": "请求重新评审。", "matters": [MATTER], **fields}
        return challenges.file_challenge(
            actor=self.operator, procedure=self.procedure, challenger=self.loser, step=step, at=at(on), **values
        )

    def accepted(self, *, affects_result: bool = True, **fields: Any) -> Challenge:
        found = self.challenge(**fields)
        perform(found, "challenge.accept", actor=self.buyer, at=at(4), affects_result=affects_result)
        return found

    def drafted(self, finding: str = "dismissed", remedy: str = "", *, found: Challenge | None = None) -> Challenge:
        found = found or self.accepted()
        replies = [
            challenges.MatterReply(
                matter=matter, finding=finding, answer="评分办法第12页已写明区间。", internal_note="调阅了评审报告。"
            )
            for matter in found.matters.all()
        ]
        challenges.propose_reply(actor=self.buyer, challenge=found, replies=replies, remedy=remedy, at=at(5))
        return found

    def replied(self, finding: str = "dismissed", remedy: str = "", *, found: Challenge | None = None) -> Challenge:
        found = self.drafted(finding, remedy, found=found)
        row = "challenge.uphold" if finding == "upheld" else "challenge.dismiss"
        perform(found, row, actor=self.signer, at=at(6))
        return found

    def complaint(self, found: Challenge | None = None, *, on: int = 8, **fields: Any) -> Complaint:
        found = found or self.replied()
        grievances = [
            complaints.Grievance(text=matter.text, facts="答复没有回应区间重叠的问题。", challenged=matter)
            for matter in found.matters.all()
        ]
        values = {"request": "请求责令重新评审。", "grievances": grievances, **fields}
        return complaints.file_complaint(actor=self.head, challenge=found, at=at(on), **values)

    def served(self, *, on: int = 9) -> Complaint:
        found = self.complaint()
        perform(found, "complaint.accept", actor=self.supervisor, at=at(on))
        return found

    def heard(self) -> Complaint:
        found = self.served()
        for respondent in found.respondents.all():
            actor = self.rival if respondent.organization_id == self.winner.pk else self.buyer
            complaints.answer(actor=actor, respondent=respondent, text="评审程序合法，附评审报告。", at=at(11))
        return found


def decision(found: Complaint, outcome: str = "upheld", remedy: str = "review", **fields: Any) -> dict[str, Any]:
    """What is entered to decide a complaint, every matter found alike."""
    finding = "upheld" if outcome == "upheld" else "dismissed"
    return {
        "outcome": outcome,
        "remedy": remedy if outcome == "upheld" else "",
        "findings": {str(matter.pk): finding for matter in found.matters.all()},
        "decision_number": f"朝财采决〔2026〕{next(_number)}号",
        "decision": "经审查，评分标准区间重叠，违反规定。",
        **fields,
    }


def make_call(*, office: Organization | None = None, actor: Actor | None = None, **fields: Any) -> hotline.Received:
    """A call of a street whose office is there."""
    district = a_region()
    street = type(district).objects.get_or_create(
        code="110105001", defaults={"name": "建外街道", "level": 4, "parent": district}
    )[0]
    office = office or make_organization(OrganizationKind.PURCHASER, street=street, is_published=True)
    moment = fields.pop("at", MONDAY)
    contact = fields.pop("contact", "")
    values = {"topic": "schedule", "street": street, "text": "周三的助餐临时取消，没有通知。", **fields}
    return hotline.receive(actor=actor or Actor(user=None), call=HotlineCall(**values), contact=contact, at=moment)


def specimens() -> dict[str, LifecycleModel]:
    """One of each remedy of a demo organisation, for the exhaustive test of every table."""
    agent, org = make_social_organization(name="质疑代理服务中心"), demo_organization("org1")
    found = Dispute(loser=org, agent=agent).served()
    other = Dispute(regime="other_purchase", loser=org, agent=agent)
    request = remedy_requests.file_request(
        actor=other.operator, procedure=other.procedure, requester=org, text="请说明比选未入围的理由。", at=at(3)
    )
    call = make_call(office=demo_organization("office"), actor=Actor(user=User.objects.get(username="resident"))).call
    HotlineCall.objects.filter(pk=call.pk).update(handler=org, office=demo_organization("office"))
    return {"challenge": found.challenge, "complaint": found, "remedy_request": request, "hotline": call}
