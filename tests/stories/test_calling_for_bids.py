"""How purchases by procedure begin, change and fail, in the words of those who run them."""

from __future__ import annotations

import re
from decimal import Decimal
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.models import Membership, Organization
from procurement.access import Actor, Role
from procurement.audit.models import AuditEvent
from procurement.demo.stage import local
from procurement.lifecycle.engine import perform, refusals
from procurement.notices.models import Outbox
from procurement.rules import RuleViolation
from projects.models import DocumentHolder, OfficialNotice, Procedure, SourceArgument
from projects.selectors.procedures import shortage_of_bidders
from projects.services import addenda, announcing, document_holders, document_questions, procedures
from tests.factories import procurement as made
from tests.factories.people import make_actor, make_social_organization
from tests.factories.sealing import close, let_deadline_pass, seal_bids

pytestmark = pytest.mark.django_db


def rules_of(violation: pytest.ExceptionInfo[RuleViolation]) -> list[str]:
    return [refusal.rule_id for refusal in violation.value.refusals]


def told(organization_id: UUID, template: str) -> list[str]:
    """What lies in the inbox of an organisation's people."""
    people = [seat.person_id for seat in Membership.objects.filter(organization=organization_id)]
    return [row.template for row in Outbox.objects.filter(recipient__in=people, template=template, channel="inbox")]


def test_an_open_tender_is_called_asked_about_and_extended_by_an_addendum() -> None:
    # Given a tender of 600 000 yuan, announced on 2 March for bids until 23 March 00:00
    procedure, house = made.announced()
    assert procedure.deadline_at == local(2026, 3, 23, 0)
    notice = OfficialNotice.objects.get(procedure=procedure)
    assert (notice.kind, notice.status) == ("guide", "published")
    assert "具有独立承担民事责任的能力" in notice.fields["special_conditions"]

    # When two organisations take the document and one of them asks
    first, second = made.bidder(), made.bidder()
    for one in (first, second):
        body = body_of(one)
        document_holders.take_document(actor=one, procedure=procedure, organization=body, at=local(2026, 3, 3))
    question = document_questions.ask(
        actor=first,
        procedure=procedure,
        organization=body_of(first),
        text="服务地点是否可以调整？",
        at=local(2026, 3, 4),
    )
    # Then the answer is due in three working days, and reaches both without a name
    assert question.due_on.isoformat() == "2026-03-09"
    perform(question, "document_question.answer", actor=house.buyer, at=local(2026, 3, 5), answer="可以，见澄清。")
    for one in (first, second):
        assert told(next(iter(one.organization_ids())), "document_question_answered")
    sent = Outbox.objects.filter(template__startswith="document_question")
    assert not [row for row in sent if body_of(first).name in str(row.context)]

    # When the officer changes the document twelve days before the deadline without moving it
    late = local(2026, 3, 11)
    addendum = addenda.propose_addendum(
        actor=house.buyer, procedure=procedure, changed="服务地点改为两个社区。", at=late
    )
    # Then nobody is told yet, the officer cannot issue it, and the checker is refused: fifteen days must be left
    assert not told(next(iter(first.organization_ids())), "addendum_issued")
    with pytest.raises(RuleViolation) as refused:
        perform(addendum, "addendum.issue", actor=house.buyer, at=late)
    assert rules_of(refused) == ["S-02"]
    with pytest.raises(RuleViolation) as refused:
        perform(addendum, "addendum.issue", actor=house.checker, at=late)
    assert rules_of(refused) == ["R-113"]
    perform(addendum, "addendum.withdraw", actor=house.buyer, at=late, reason="须延长截止时间。")

    # When it is proposed again with the deadline moved to 27 March
    addendum = addenda.propose_addendum(
        actor=house.buyer,
        procedure=procedure,
        changed="服务地点改为两个社区。",
        new_deadline_at=local(2026, 3, 27, 0),
        at=late,
    )
    perform(addendum, "addendum.issue", actor=house.checker, at=late)
    # Then the deadline is later, bids sealed before must be confirmed, holders and the public know what changed
    procedure.refresh_from_db()
    assert (procedure.deadline_at, procedure.reconfirm_after) == (local(2026, 3, 27, 0), late)
    assert (addendum.number, len(addendum.content_sha256)) == (1, 64)
    for one in (first, second):
        assert told(next(iter(one.organization_ids())), "addendum_issued") == ["addendum_issued"]
    assert "两个社区" in OfficialNotice.objects.get(procedure=procedure, kind="clarification").fields["changes"]


def body_of(actor: Actor) -> Organization:
    return Organization.objects.get(pk__in=actor.organization_ids())


def test_a_single_source_is_objected_to_argued_and_goes_on() -> None:
    # Given a purchase above the tender threshold for which only one supplier is said to exist
    procedure, house, _supplier = single_source()
    assert [one.rule_id for one in refusals(procedure, "procedure.announce", house.buyer)] == ["R-097"]
    # When it is shown from Monday 2 March
    perform(procedure, "procedure.publicise", actor=house.buyer, at=made.BEGIN)
    argument = SourceArgument.objects.get(procedure=procedure)
    assert argument.ends_on.isoformat() == "2026-03-09"
    with pytest.raises(RuleViolation) as refused:
        perform(procedure, "procedure.end_publicity", actor=house.buyer, at=local(2026, 3, 9), **offer_by(9))
    assert rules_of(refused) == ["R-097"]
    # And a resident objects on the fourth
    objection = {"text": "另有两家机构也能提供。", "objector_name": "某社工机构", "objector_contact": "13800000000"}
    visitor = make_actor(Role.PUB)
    announcing.object_to_source(actor=visitor, procedure=procedure, at=local(2026, 3, 4), **objection)
    procedure.refresh_from_db()
    argument.refresh_from_db()
    # Then five working days run for the supplementary argument, and the purchase does not go on without it
    assert (procedure.status, argument.supplement_due_on.isoformat()) == ("arguing", "2026-03-11")
    after = local(2026, 3, 10)
    with pytest.raises(RuleViolation) as refused:
        perform(procedure, "procedure.end_publicity", actor=house.buyer, at=after, **offer_by(13))
    assert rules_of(refused) == ["R-098"]
    perform(
        procedure,
        "procedure.end_publicity",
        actor=house.buyer,
        at=after,
        supplement="两家机构均无该资质。",
        **offer_by(13),
    )
    assert procedure.status == "bidding"
    # And after the period nobody objects any more
    with pytest.raises(RuleViolation) as refused:
        announcing.object_to_source(actor=visitor, procedure=procedure, at=local(2026, 3, 10), **objection)
    assert rules_of(refused) == ["R-098"]


def test_an_objection_that_holds_ends_the_single_source_and_another_method_follows() -> None:
    procedure, house, supplier = single_source()
    made.bidder(supplier)
    perform(procedure, "procedure.publicise", actor=house.buyer, at=made.BEGIN)
    announcing.object_to_source(
        actor=make_actor(Role.PUB), procedure=procedure, text="有他人", objector_name="甲", objector_contact="1",
        at=local(2026, 3, 4),
    )  # fmt: skip
    procedure.refresh_from_db()
    perform(
        procedure, "procedure.fail", actor=house.buyer, at=local(2026, 3, 9), cause="objection_upheld",
        reason="经论证异议成立。",
    )  # fmt: skip
    assert (procedure.status, procedure.failure_reason) == ("failed", "objection_upheld")
    assert told(supplier.pk, "procedure_failed")
    assert OfficialNotice.objects.filter(procedure=procedure, kind="termination").exists()
    again = procedures.retender(
        actor=house.buyer, procedure=procedure, kind="competitive_consultation", method_ground="government_service",
        method_reason="政府购买服务项目。", at=local(2026, 3, 10),
    )  # fmt: skip
    # Then another method needs its approval
    assert {one.rule_id for one in refusals(again, "procedure.submit", house.buyer)} >= {"R-118"}
    procedures.revise_procedure(actor=house.buyer, procedure=again, method_approval="京财采〔2026〕21号")
    again.refresh_from_db()
    assert "R-118" not in {one.rule_id for one in refusals(again, "procedure.submit", house.buyer)}


def single_source() -> tuple[Procedure, made.House, Organization]:
    supplier = make_social_organization()
    plan = made.published_plan(
        "4500000.00", method="single_source", method_ground="only_supplier", method_reason="只有一家。",
        method_approval="京财采〔2026〕3号",
    )  # fmt: skip
    procedure, house = made.approved(plan, supplier=supplier)
    return procedure, house, supplier


def offer_by(day: int) -> dict[str, object]:
    return {"deadline_at": local(2026, 3, day + 3, 0)}


def test_a_tender_with_two_bids_fails_and_is_called_again() -> None:
    # Given a tender for which only two bids were handed in
    procedure, house = made.announced()
    holder = made.bidder()
    body = body_of(holder)
    document_holders.take_document(actor=holder, procedure=procedure, organization=body, at=local(2026, 3, 3))
    rooms = seal_bids(procedure, 2)
    with pytest.raises(RuleViolation) as refused:
        perform(procedure, "procedure.fail", actor=house.buyer, cause="too_few", reason="不足三家")
    assert rules_of(refused) == ["R-118"]
    let_deadline_pass(procedure)
    close(procedure)
    # When the officer looks after the deadline
    assert [(one.count, one.fewest) for one in shortage_of_bidders(procedure)] == [(2, 3)]
    perform(procedure, "procedure.fail", actor=house.buyer, cause="too_few", reason="截止时只有两家供应商递交。")
    # Then it has failed, everybody who took part is told, the notice is out, and nobody owes a step any more
    assert (procedure.status, procedure.failure_reason) == ("failed", "too_few")
    for organization_id in (body.pk, *(room.organization_id for room in rooms)):
        assert told(organization_id, "procedure_failed") == ["procedure_failed"]
    assert "不足" in OfficialNotice.objects.get(procedure=procedure, kind="failed").fields["reason"]
    assert not procedure.case.steps.filter(state="open").exists()
    # And a new call with the same words leads back to it
    again = procedures.retender(actor=house.buyer, procedure=procedure, at=local(2026, 4, 1))
    assert (again.retender_of, again.kind, again.budget) == (procedure, "open_tender", Decimal("600000.00"))
    assert made.document_of(again).conditions == made.WORDS["conditions"]
    assert refusals(again, "procedure.submit", house.buyer, at=local(2026, 4, 1)) == []


def test_with_three_bids_the_officer_cannot_call_it_a_failure() -> None:
    procedure, house = made.announced()
    seal_bids(procedure, 3)
    let_deadline_pass(procedure)
    close(procedure)
    with pytest.raises(RuleViolation) as refused:
        perform(procedure, "procedure.fail", actor=house.buyer, cause="too_few", reason="想重来")
    assert rules_of(refused) == ["R-118"]


def test_nobody_learns_who_holds_the_document(client: Client) -> None:
    """Officials, overseers and administrators meet the same pages, lists and numbers with no holder and with three."""
    procedure, house = made.announced()
    supervisor, auditor = make_actor(Role.FIN_SUP), make_actor(Role.AUD)
    lookers = (house.buyer, house.signer, supervisor, auditor, make_actor(Role.SYS), made.bidder())
    before = {looker.id: seen_by(client, looker, procedure) for looker in lookers}
    entries = AuditEvent.objects.count()
    holders = [made.bidder() for _number in range(3)]
    for holder in holders:
        document_holders.take_document(
            actor=holder, procedure=procedure, organization=body_of(holder), at=local(2026, 3, 4)
        )
    assert AuditEvent.objects.count() == entries
    for looker in lookers:
        for (path, now), (_same, then) in zip(seen_by(client, looker, procedure), before[looker.id], strict=True):
            assert now.splitlines() == then.splitlines(), path
        assert not DocumentHolder.objects.visible_to(looker).exists()
    assert DocumentHolder.objects.visible_to(holders[0]).count() == 1
    # The control: the holder's own pages do tell, so the crawl would have seen it.
    assert "已获取采购文件" in dict(seen_by(client, holders[0], procedure))[procedure.get_absolute_url()]
    let_deadline_pass(procedure)
    Procedure.objects.filter(pk=procedure.pk).update(opened_at=timezone.now())
    assert DocumentHolder.objects.visible_to(supervisor).count() == 3
    assert DocumentHolder.objects.visible_to(house.buyer).count() == 3
    assert DocumentHolder.objects.visible_to(made.bidder()).count() == 0


def seen_by(client: Client, looker: Actor, procedure: Procedure) -> list[tuple[str, str]]:
    """Every page on which the procedure could show, without what changes from one request to the next."""
    client.force_login(looker.person)
    names = ("procedures", "procedures-taken", "worklist", "inbox", "inbox-undelivered", "search", "home")
    own = ("procedure", "procedure-document", "procedure-questions", "procedure-take")
    paths = [reverse(name) for name in names] + [reverse(name, args=[procedure.pk]) for name in own]
    found = []
    for path in [*paths, f"{reverse('search')}?q=社区", reverse("case", args=[procedure.case_id])]:
        answer = client.get(path)
        words = re.sub(
            r'<time.*?data-clock.*?</time>|(nonce|value|data-server-now|csrf\w*)="[^"]*"|nonce-[\w+/=-]+|"[\w-]{60,}"',
            "",
            answer.content.decode(),
        )
        found.append((path, f"{answer.status_code} {words}"))
    return found
