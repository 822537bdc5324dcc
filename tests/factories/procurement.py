"""A published plan, and a procedure brought from it to its call by the people who do so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from catalogs.models import PurchasePlan
from orgs.models import Organization
from procurement.access import Actor, Role
from procurement.demo.stage import local
from procurement.lifecycle.engine import perform
from procurement.lifecycle.models import LifecycleModel
from projects.models import Addendum, DocumentQuestion, Procedure, ProcurementDocument, QuoteRound
from projects.selectors.procedures import earliest_deadline_for
from projects.selectors.procurement_documents import CHECK_STATEMENTS, PARTS
from projects.services import announcing, procedures, procurement_documents
from tests.factories.budgets import draft_plan, make_line
from tests.factories.people import make_actor, make_social_organization
from tests.factories.sealing import make_keys

BEGIN = local(2026, 3, 2)
OPEN = {"method": "open_tender", "method_reason": ""}
WORDS: dict[str, Any] = {
    "conditions": ["具有独立承担民事责任的能力", "具有健全的财务会计制度"],
    "response_requirements": "由报价、实施方案、人员安排三部分组成，加盖公章。",
    "scoring_notes": "综合评分，价格分占百分之二十，服务方案占百分之八十。",
    "changeable_parts": "服务频次。",
    "draft_contract": "服务期一年，按季考核，考核合格后付款。",
    "co_funding_share": "30.00",
    "co_funding_rule": "未到位部分从尾款中等额核减。",
    "remedy_channel": "可向采购人监察室书面反映，七个工作日内答复。",
    "remedy_unit": "采购人监察室",
    "contact": "刘畅 010-85000001",
}


@dataclass
class House:
    """The purchaser's people."""

    body: Organization
    buyer: Actor
    checker: Actor
    signer: Actor


def house_of(body: Organization) -> House:
    roles = (Role.PU_BUY, Role.PU_CHK, Role.PU_SIGN)
    return House(body, *(make_actor(role, body) for role in roles))


def published_plan(amount: str = "600000.00", **fields: Any) -> PurchasePlan:
    """An intention everybody can read, an open tender unless told otherwise; its line is as large as it needs to be."""
    line = make_line(amount="9000000.00")
    plan = draft_plan(line, amount, **{**OPEN, **fields})
    house, finance = house_of(line.department), make_actor(Role.FIN, line.envelope.finance)
    perform(plan, "purchase_plan.submit", actor=house.buyer)
    perform(plan, "purchase_plan.review", actor=finance)
    perform(plan, "purchase_plan.approve", actor=house.signer)
    perform(plan, "purchase_plan.publish", actor=house.buyer, filing_number="朝财采备〔2026〕9号")
    return plan


def drafted(plan: PurchasePlan | None = None, *, house: House | None = None, **words: Any) -> tuple[Procedure, House]:
    """A draft whose document is written in full."""
    plan = plan or published_plan()
    house = house or house_of(plan.budget_line.department)
    procedure = procedures.open_procedure(actor=house.buyer, plan=plan, at=BEGIN)
    write(procedure, house, **words)
    return procedure, house


def write(procedure: Procedure, house: House, **words: Any) -> None:
    entered = {**WORDS, **words}
    for part in PARTS:
        values = {name: entered[name] for name in part.fields if name in entered}
        procurement_documents.save_part(actor=house.buyer, procedure=procedure, part=part, **values)


def approved(
    plan: PurchasePlan | None = None, *, at: datetime = BEGIN, supplier: Organization | None = None, **words: Any
) -> tuple[Procedure, House]:
    """Checked by a second person and approved by the head; the rubric reported as evaluation would."""
    procedure, house = drafted(plan, **words)
    if supplier is not None:
        procedures.revise_procedure(actor=house.buyer, procedure=procedure, supplier=supplier)
    if procedure.kind == "single_source":
        announcing.argue_source(
            actor=house.buyer,
            procedure=procedure,
            argument="只有该机构掌握该方法。",
            expert_opinions="王某，某大学，教授：同意。",
        )
    send_up(procedure, house, at=at)
    Procedure.objects.filter(pk=procedure.pk).update(rubric_title="综合评分", rubric_digest="a" * 64)
    procedure.refresh_from_db()
    return procedure, house


def send_up(procedure: Procedure, house: House, *, at: datetime = BEGIN) -> None:
    procedure.refresh_from_db()
    perform(procedure, "procedure.submit", actor=house.buyer, at=at)
    perform(procedure, "procedure.check", actor=house.checker, at=at, stated=list(CHECK_STATEMENTS))
    perform(procedure, "procedure.approve", actor=house.signer, at=at)


def announced(plan: PurchasePlan | None = None, *, at: datetime = BEGIN, **more: Any) -> tuple[Procedure, House]:
    """Bidding until the earliest lawful deadline."""
    procedure, house = approved(plan, at=at, **more)
    if procedure.seal_mode == "quorum":
        make_keys(procedure)
    deadline = earliest_deadline_for(procedure, at)
    perform(procedure, "procedure.announce", actor=house.buyer, at=at, deadline_at=deadline)
    return procedure, house


def bidder(organization: Organization | None = None) -> Actor:
    return make_actor(Role.ORG, organization or make_social_organization())


def document_of(procedure: Procedure) -> ProcurementDocument:
    return ProcurementDocument.objects.get(procedure=procedure)


def specimens(procedure: Procedure) -> dict[str, LifecycleModel]:
    """A proposed change and a question for the exhaustive test of every table."""
    addendum = Addendum.objects.create(
        procedure=procedure,
        changed="服务地点改为八里庄街道。",
        previous_deadline_at=procedure.deadline_at,
        proposed_by=make_actor(Role.PU_BUY, procedure.purchaser).person,
    )
    asker = bidder()
    question = DocumentQuestion.objects.create(
        procedure=procedure,
        organization_id=next(iter(asker.organization_ids())),
        asked_by=asker.person,
        text="是否接受联合体？",
        asked_at=procedure.announced_at,
    )
    quote_round = QuoteRound.objects.create(
        procedure=procedure,
        number=1,
        changes="无",
        due_at=procedure.opened_at + timedelta(days=1),
        opened_by=addendum.proposed_by,
        opened_at=procedure.opened_at,
    )
    return {"addendum": addendum, "document_question": question, "quote_round": quote_round}
