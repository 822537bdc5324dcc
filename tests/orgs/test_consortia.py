"""Sixteen museums and their support organisation become one team, and four more join (R-075 to R-081)."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orgs.models import (
    ChangeDirection,
    Consortium,
    ConsortiumChange,
    ConsortiumKind,
    ConsortiumMember,
    CreditList,
    MemberPart,
    Organization,
    OrganizationKind,
    SteeringKind,
)
from orgs.rings import ring_of
from orgs.selectors import consortia as selectors
from orgs.services import consortia as service
from orgs.services import credit
from procurement.access import Actor, Role
from procurement.lifecycle.engine import perform, refusals
from procurement.rules import RuleViolation, refusal_for_constraint
from tests.factories import make_actor, make_organization, make_social_organization

pytestmark = pytest.mark.django_db


class Team:
    """The people of a consortium in the making."""

    def __init__(self, providers: int = 16, **fields: object) -> None:
        self.purchaser = make_organization(OrganizationKind.PURCHASER, name="市民政局社团办")
        self.civil = make_organization(OrganizationKind.AUTHORITY, name="市民政局")
        self.museums = [make_social_organization(name=f"第{n:02d}民办博物馆") for n in range(1, providers + 1)]
        self.support = make_social_organization(name="协作者社会工作发展中心")
        self.buyer = make_actor(Role.PU_SIGN, self.purchaser)
        self.heads = {org.pk: make_actor(Role.ORG_H, org) for org in [*self.museums, self.support]}
        self.lead = self.heads[self.museums[0].pk]
        values = {"kind": ConsortiumKind.TEAM, "title": "文化服务民生", "purpose": "民办文化场馆公益服务", **fields}
        self.consortium = Consortium(
            lead=self.museums[0], region=self.museums[0].region, purchaser=self.purchaser, civil=self.civil, **values
        )

    def gather(self, *, support: bool = True) -> Team:
        service.start(actor=self.lead, consortium=self.consortium)
        share = (Decimal(100) / len(self.museums)).quantize(Decimal("0.01"))
        first = Decimal(100) - share * (len(self.museums) - 1)
        for position, museum in enumerate(self.museums):
            member = self.member(museum) or ConsortiumMember(organization=museum)
            member.work, member.share = f"第{position + 1}馆公益导览", share if position else first
            service.invite(actor=self.lead, consortium=self.consortium, member=member)
        if support:
            helper = ConsortiumMember(organization=self.support, part=MemberPart.SUPPORT, work="培训和监测")
            service.invite(actor=self.lead, consortium=self.consortium, member=helper)
        return self

    def member(self, organization: Organization) -> ConsortiumMember | None:
        return selectors.membership_of(self.consortium, organization)

    def sign(self) -> Team:
        self.does("open_signing", self.lead)
        for member in selectors.active_members(self.consortium):
            self.does("sign", self.heads[member.organization_id])
        self.does("conclude", self.lead)
        return self

    def elect(self) -> Team:
        favourites = [self.member(museum) for museum in self.museums[:4]]
        for museum in self.museums:
            service.cast_ballots(actor=self.heads[museum.pk], consortium=self.consortium, candidates=favourites)
        self.does("constitute", self.lead)
        return self

    def run(self) -> Team:
        self.does("submit", self.lead)
        self.does("approve", self.buyer)
        service.name_support_contract(
            actor=self.buyer, consortium=self.consortium, number="ZC-1", amount=Decimal("80000")
        )
        self.does("begin", self.buyer)
        return self

    def does(self, act: str, actor: Actor, **data: object) -> None:
        perform(self.consortium, f"consortium.{act}", actor=actor, **data)

    def asks(self, newcomer: Organization, **fields: object) -> ConsortiumChange:
        head = self.heads.setdefault(newcomer.pk, make_actor(Role.ORG_H, newcomer))
        change = ConsortiumChange(
            consortium=self.consortium, organization=newcomer, direction=ChangeDirection.JOIN, grounds="愿意参加",
            work="进社区活动", **fields,
        )  # fmt: skip
        service.ask_change(actor=head, change=change)
        perform(change, "consortium_change.ask", actor=head)
        return change

    def votes(self, change: ConsortiumChange, yes: int) -> None:
        for position, seat in enumerate(selectors.steering_of(self.consortium)):
            role = Role.CIV if seat.kind == SteeringKind.CIVIL else Role.ORG_H
            service.cast_vote(actor=make_actor(role, seat.organization), change=change, agrees=position < yes)


@pytest.fixture
def running() -> Team:
    return Team(providers=4).gather().sign().elect().run()


def test_sixteen_and_one_form_and_admit_four_more() -> None:
    # given sixteen museums and one support organisation that all signed and elected
    team = Team().gather().sign().elect().run()
    assert (team.consortium.status, team.consortium.members.active().count()) == ("active", 17)
    seats = [seat.kind for seat in selectors.steering_of(team.consortium)]
    assert seats == [SteeringKind.CIVIL, *[SteeringKind.REPRESENTATIVE] * 4, SteeringKind.SUPPORT]
    # when four more ask, the steering group votes and the purchaser consents
    for number in range(1, 5):
        change = team.asks(make_social_organization(name=f"后加入{number}馆"))
        assert "R-081" in str(refusals(change, "consortium_change.endorse", team.lead)[0])
        team.votes(change, yes=4)
        perform(change, "consortium_change.endorse", actor=team.lead)
        perform(change, "consortium_change.consent", actor=team.buyer)
    # then it is 16 + 1 + 4, the shares are still one whole, and everybody can read it
    parts = [member.part for member in selectors.active_members(team.consortium)]
    assert (parts.count(MemberPart.PROVIDER), parts.count(MemberPart.PARTNER)) == (16, 4)
    assert sum(member.share for member in selectors.active_members(team.consortium)) == 100
    page = Client().get(team.consortium.get_absolute_url()).content.decode()
    assert "后加入4馆" in page
    assert "民政部门代表" in page


def test_newcomer_with_a_share_takes_it_from_a_named_member(running: Team) -> None:
    newcomer, giver = make_social_organization(), running.member(running.museums[1])
    change = running.asks(newcomer, part=MemberPart.PROVIDER, share=Decimal(10), counterpart=giver)
    running.votes(change, yes=6)
    perform(change, "consortium_change.endorse", actor=running.lead)
    perform(change, "consortium_change.consent", actor=running.buyer)
    assert running.member(newcomer).share == 10
    assert running.member(running.museums[1]).share == 15


def test_half_of_the_seats_is_no_majority(running: Team) -> None:
    change = running.asks(make_social_organization())
    running.votes(change, yes=3)
    refused = refusals(change, "consortium_change.endorse", running.lead)
    assert "共 6 席，同意 3，不同意 3" in str(refused[0])
    perform(change, "consortium_change.vote_down", actor=running.lead)
    assert change.status == "refused"


def test_member_who_leaves_names_who_takes_its_share(running: Team) -> None:
    leaver = running.museums[3]
    change = ConsortiumChange(
        consortium=running.consortium, organization=leaver, direction=ChangeDirection.LEAVE, grounds="场馆改造"
    )
    head = running.heads[leaver.pk]
    service.ask_change(actor=head, change=change)
    assert "须写明由哪个成员承接其 25% 的份额" in str(refusals(change, "consortium_change.ask", head)[0])
    change.counterpart = running.member(running.museums[0])
    change.save()
    perform(change, "consortium_change.ask", actor=head)
    running.votes(change, yes=5)
    perform(change, "consortium_change.endorse", actor=running.lead)
    perform(change, "consortium_change.consent", actor=running.buyer)
    assert running.member(leaver) is None
    assert running.member(running.museums[0]).share == 50
    assert not running.consortium.steering.filter(organization=leaver, until=None).exists()


def test_team_without_support_organisation_needs_a_reason() -> None:
    team = Team(providers=2).gather(support=False)
    found = refusals(team.consortium, "consortium.open_signing", team.lead)
    assert [(refusal.rule_id, refusal.warning) for refusal in found] == [("R-079", True)]
    assert "一家支持性社会组织" in found[0].message


def test_second_support_organisation_is_refused_by_the_database() -> None:
    team = Team(providers=2).gather()
    another = ConsortiumMember(organization=make_social_organization(), part=MemberPart.SUPPORT, work="监测")
    with pytest.raises(RuleViolation, match="R-079 一个组团只能有一家支持性社会组织"):
        service.invite(actor=team.lead, consortium=team.consortium, member=another)


def test_shares_beyond_the_whole_are_refused_by_the_database() -> None:
    team = Team(providers=2).gather()
    greedy = team.member(team.museums[1])
    greedy.share = Decimal(60)

    @transaction.atomic
    def take_more() -> None:
        greedy.save()
        connection.check_constraints()

    with pytest.raises(IntegrityError) as refused:
        take_more()
    assert "R-081 各成员份额合计不得超过 100%" in str(refusal_for_constraint(refused.value))


def test_change_after_signing_asks_everybody_to_sign_again() -> None:
    team = Team(providers=2).gather()
    team.does("open_signing", team.lead)
    team.does("sign", team.lead)
    with pytest.raises(RuleViolation, match="您不是尚未签署的成员单位的负责人"):
        team.does("sign", team.lead)
    with pytest.raises(RuleViolation, match="须退回筹组后才能修改"):
        service.revise(actor=team.lead, consortium=team.consortium)
    team.does("revise", team.lead, reason="份额有误")
    assert not team.consortium.members.exclude(signed_at=None).exists()
    assert team.consortium.agreement_sha256 == ""


def test_signed_agreement_cannot_be_rewritten_in_the_database() -> None:
    team = Team(providers=2).gather().sign()
    with pytest.raises(IntegrityError, match="consortium_agreement_stands"), transaction.atomic():
        Consortium.objects.filter(pk=team.consortium.pk).update(agreement="另一份文本")


def test_member_on_the_serious_list_keeps_a_joint_venture_from_forming() -> None:
    team = Team(providers=2, kind=ConsortiumKind.JOINT_VENTURE, procedure="CG-2026-001").gather(support=False)
    entry = credit.record(
        actor=make_actor(Role.CIV, team.civil), organization=team.museums[1], credit_list=CreditList.SERIOUS,
        authority="市民政局", document_number="民罚〔2026〕1号", reason="弄虚作假", remedy="改正后申请移出", starts_on=team.member(team.museums[1]).joined_on,
    )  # fmt: skip
    perform(entry, "credit.publish", actor=make_actor(Role.CIV, team.civil))
    found = refusals(team.consortium, "consortium.open_signing", team.lead)
    assert "“第02民办博物馆”：列入严重违法失信名单" in str(found[0])


def test_one_organisation_is_in_one_joint_bid_per_procedure() -> None:
    first = Team(providers=2, kind=ConsortiumKind.JOINT_VENTURE, procedure="CG-2026-001").gather(support=False)
    second = Team(providers=2, kind=ConsortiumKind.JOINT_VENTURE, procedure="CG-2026-001")
    service.start(actor=second.lead, consortium=second.consortium)
    with pytest.raises(RuleViolation, match="R-076"):
        service.invite(
            actor=second.lead,
            consortium=second.consortium,
            member=ConsortiumMember(organization=first.museums[1], work="分包服务", share=Decimal(50)),
        )
    assert selectors.joint_bid_of(first.museums[1], "CG-2026-001") == first.consortium
    assert selectors.joint_bid_of(first.museums[1], "CG-2026-002") is None


@pytest.mark.parametrize(("grades", "counted"), [([5, 3, 4], 3), ([4], 4), ([5, None], None), ([], None)])
def test_joint_venture_counts_by_its_lowest_grade(grades: list[int | None], counted: int | None) -> None:
    assert selectors.counting_grade(grades) == counted


def test_two_clicks_of_one_seat_are_one_vote(transactional_db: None) -> None:
    team = Team(providers=4).gather().sign().elect().run()
    change = team.asks(make_social_organization())
    outcomes: list[str] = []

    def vote() -> None:
        try:
            service.cast_vote(actor=team.lead, change=change, agrees=True)
            outcomes.append("cast")
        except RuleViolation:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=vote) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["cast", "refused", "refused", "refused"]
    assert change.votes.count() == 1


def test_what_is_not_agreed_yet_is_seen_by_its_members_only() -> None:
    team = Team(providers=2).gather()
    stranger = make_actor(Role.ORG_H, make_social_organization())
    seen = {
        "member": team.heads[team.museums[1].pk],
        "stranger": stranger,
        "buyer": team.buyer,
    }
    visible = {name: Consortium.objects.visible_to(actor).exists() for name, actor in seen.items()}
    assert visible == {"member": True, "stranger": False, "buyer": False}
    assert Client().get(team.consortium.get_absolute_url()).status_code == 404


def test_list_asks_the_same_number_of_queries_for_any_length(client: Client) -> None:
    url, counts = reverse("consortium-list"), []
    for _ in range(3):
        Team(providers=2).gather().sign().elect().run()
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        counts.append(len(asked))
    assert counts[1] == counts[2] <= 6


def test_ring_is_one_whole_and_numbers_agree_with_the_table(running: Team) -> None:
    members = selectors.active_members(running.consortium)
    ring = ring_of(members)
    assert [segment.number for segment in ring.segments] == [
        position for position, member in enumerate(members, start=1) if member.part == MemberPart.PROVIDER
    ]
    assert ring.support.organization == running.support
    assert len({(segment.x, segment.y) for segment in ring.segments}) == 4
