"""A procedure from its plan to its call: who may, what the document must hold, what the clock asks."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from catalogs.models import ProcurementMethod
from procurement.access import Role
from procurement.lifecycle.engine import perform, refusals
from procurement.rules import RuleViolation
from procurement.rules.models import RuleSet
from procurement.rules.parameters import METHODS
from projects.models import Procedure
from projects.selectors.procedures import earliest_deadline_for, fewest_bidders
from projects.services import procedures
from tests.factories import procurement as made
from tests.factories.people import make_actor, make_social_organization
from tests.factories.sealing import make_keys

pytestmark = pytest.mark.django_db


def rules_of(violation: pytest.ExceptionInfo[RuleViolation]) -> list[str]:
    return [refusal.rule_id for refusal in violation.value.refusals]


def test_rule_sets_name_every_way_of_buying() -> None:
    assert {code: str(label) for code, label in METHODS.items()} == dict(ProcurementMethod.choices)


def test_a_procedure_takes_the_plan_over() -> None:
    procedure, _house = made.drafted()
    assert (procedure.kind, procedure.regime, procedure.budget) == ("open_tender", "other_purchase", Decimal("600000"))
    assert procedure.lots.get().budget == procedure.budget
    assert procedure.case.template.code == "chengdu_lifecycle"
    assert [row.step.code for row in procedure.case.steps.filter(state="open")] == ["document"]
    assert "每周探访一次" in str(made.document_of(procedure).demand_sections)
    assert procedure.seal_mode == "quorum"


def test_only_the_purchasers_officer_opens_one_and_only_one_at_a_time() -> None:
    plan = made.published_plan()
    stranger = make_actor(Role.PU_BUY)
    with pytest.raises(RuleViolation) as refused:
        procedures.open_procedure(actor=stranger, plan=plan)
    assert rules_of(refused) == ["S-02"]
    procedure, house = made.drafted(plan)
    with pytest.raises(RuleViolation) as refused:
        procedures.open_procedure(actor=house.buyer, plan=plan)
    assert rules_of(refused) == ["R-018"]
    second = Procedure(
        number="CG-2026-9999", title="又一次", plan=plan, kind=plan.method, regime=plan.regime,
        rule_set=procedure.rule_set, purchaser=procedure.purchaser, finance=procedure.finance, budget=plan.amount,
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


@pytest.mark.parametrize(
    ("words", "rule", "said"),
    [
        ({"conditions": []}, "R-110", "资格条件"),
        ({"draft_contract": " "}, "R-110", "合同草案"),
        ({"scoring_notes": ""}, "R-110", "评审方法和标准"),
        ({"remedy_unit": ""}, "R-189", "责任机构"),
        ({"bid_bond": "12000.01", "bond_form": "transfer"}, "R-116", "保证金"),
        ({"conditions": ["须在本市注册登记"]}, "R-057", "注册地址"),
        ({"response_requirements": "报价不得低于预算的八成"}, "R-020", "最低限价"),
        (
            {"conditions": ["具有三名以上持证社工"], "scoring_notes": "具有三名以上持证社工的得五分"},
            "R-130",
            "评审因素",
        ),
    ],
)
def test_an_unsound_document_does_not_leave_the_desk(words: dict[str, Any], rule: str, said: str) -> None:
    procedure, house = made.drafted(**words)
    found = refusals(procedure, "procedure.submit", house.buyer, at=made.BEGIN)
    assert [(one.rule_id, said in one.message) for one in found] == [(rule, True)]


def test_a_bond_of_two_per_cent_is_lawful() -> None:
    procedure, house = made.drafted(bid_bond="12000.00", bond_form="guarantee")
    assert refusals(procedure, "procedure.submit", house.buyer, at=made.BEGIN) == []


def test_author_and_checker_are_two_people_and_every_point_is_stated() -> None:
    procedure, house = made.drafted()
    perform(procedure, "procedure.submit", actor=house.buyer, at=made.BEGIN)
    both = make_actor(Role.PU_CHK, procedure.purchaser, user=house.buyer.person)
    assert [one.rule_id for one in refusals(procedure, "procedure.check", both)] == ["R-040"]
    with pytest.raises(RuleViolation) as refused:
        perform(procedure, "procedure.check", actor=house.checker, at=made.BEGIN, stated=["neutral"])
    assert rules_of(refused) == ["R-110"] * 3


def test_the_document_stands_still_once_it_left_the_desk() -> None:
    procedure, house = made.announced()
    document = made.document_of(procedure)
    assert document.content_sha256 == document.digest()
    with pytest.raises(RuleViolation):
        made.write(procedure, house, contact="别人")
    document.contact = "别人"
    with pytest.raises(IntegrityError), transaction.atomic():
        document.save()
    document.refresh_from_db()
    document.content_sha256 = "b" * 64
    with pytest.raises(IntegrityError), transaction.atomic():
        document.save()


def test_twenty_days_lie_between_call_and_deadline() -> None:
    procedure, house = made.approved()
    make_keys(procedure)
    earliest = earliest_deadline_for(procedure, made.BEGIN)
    assert earliest.isoformat() == "2026-03-23T00:00:00+08:00"
    with pytest.raises(RuleViolation) as refused:
        perform(
            procedure, "procedure.announce", actor=house.buyer, at=made.BEGIN,
            deadline_at=earliest - timedelta(seconds=1),
        )  # fmt: skip
    assert rules_of(refused) == ["R-111"]
    perform(procedure, "procedure.announce", actor=house.buyer, at=made.BEGIN, deadline_at=earliest)
    assert procedure.status == "bidding"
    assert made.document_of(procedure).available_until.isoformat() == "2026-03-09"


def test_without_a_rubric_there_is_no_call() -> None:
    procedure, house = made.approved()
    Procedure.objects.filter(pk=procedure.pk).update(rubric_digest="")
    procedure.refresh_from_db()
    assert "R-131" in [one.rule_id for one in refusals(procedure, "procedure.announce", house.buyer)]


def test_a_deadline_is_moved_by_nobody_alone_not_even_by_sql() -> None:
    procedure, _house = made.announced()
    for moved in (timedelta(days=-1), timedelta(days=1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Procedure.objects.filter(pk=procedure.pk).update(deadline_at=procedure.deadline_at + moved)


def test_what_a_district_allows_is_data() -> None:
    """Beijing admits 差额购买; a rule set that strikes it out is enough to refuse it."""
    fields = {"method": "matching_purchase", "method_ground": "co_funded", "method_reason": "机构自筹三成。"}
    procedure, house = made.drafted(made.published_plan(**fields))
    assert refusals(procedure, "procedure.submit", house.buyer, at=made.BEGIN) == []
    before = procedure.plan.other_rule_set
    stricter = RuleSet.objects.create(
        jurisdiction="110105", jurisdiction_name="朝阳区", level="county", regime="other_purchase", version=9,
        valid_from=before.valid_from, values={"allowed_methods": ["open_tender"], "min_bidders": 5}, basis="区级规定",
    )  # fmt: skip
    type(procedure.plan).objects.filter(pk=procedure.plan_id).update(other_rule_set=stricter)
    Procedure.objects.filter(pk=procedure.pk).update(rule_set=stricter)
    procedure = Procedure.objects.get(pk=procedure.pk)
    assert [one.rule_id for one in refusals(procedure, "procedure.submit", house.buyer)] == ["R-090"]
    assert fewest_bidders(procedure) == 5


def test_matching_purchase_states_its_share() -> None:
    fields = {"method": "matching_purchase", "method_ground": "co_funded", "method_reason": "机构自筹三成。"}
    procedure, house = made.drafted(made.published_plan(**fields), co_funding_share=None)
    found = refusals(procedure, "procedure.submit", house.buyer, at=made.BEGIN)
    assert [(one.rule_id, one.warning) for one in found] == [("R-104", False)]


def test_a_small_direct_purchase_is_approved_by_two_people() -> None:
    fields = {"method": "direct_purchase", "method_ground": "small_amount", "method_reason": "金额小。"}
    procedure, house = made.drafted(made.published_plan("50000.00", **fields))
    procedures.revise_procedure(actor=house.buyer, procedure=procedure, supplier=make_social_organization())
    assert procedure.seal_mode == "platform"
    both = make_actor(Role.PU_SIGN, procedure.purchaser, user=house.checker.person)
    perform(procedure, "procedure.submit", actor=house.buyer, at=made.BEGIN)
    perform(procedure, "procedure.check", actor=house.checker, at=made.BEGIN, stated=list(made.CHECK_STATEMENTS))
    assert [one.rule_id for one in refusals(procedure, "procedure.approve", both)] == ["R-102"]
    assert refusals(procedure, "procedure.approve", house.signer) == []
