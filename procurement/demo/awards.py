"""Results of purchases: one review waits for the purchaser's decision, one result is announced with its letters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from catalogs.models import BudgetLine, PurchasePlan
from catalogs.negative_list import questions_for
from catalogs.services import plans, purchase_checks
from procurement.access.models import User
from procurement.demo.budget import YEAR, demo_actor, demo_organization
from procurement.demo.stage import local
from procurement.lifecycle.engine import perform
from procurement.lifecycle.numbering import next_number
from projects.models import Bid, Lot, Procedure
from projects.pricing import rank
from projects.selectors.awards import offer_of
from projects.selectors.qualification import conditions_of
from projects.services import bid_reviews
from projects.services.awards import first_choice

POINTS = Decimal(20)
#: (bidder, price, points without the price); the last one of each does not qualify.
_WAITING = (("org1", "86000", "71.40"), ("org3", "82500", "69.80"), ("org4", "88800", "73.10"), ("org6", "79000", ""))
_ANNOUNCED = (("org2", "76000", "72.60"), ("org4", "78500", "66.20"), ("org5", "72800", "70.10"))


def seed(now: datetime) -> None:
    """Safe to repeat."""
    line = BudgetLine.objects.get(department=demo_organization("office"), title="社区心理健康服务")
    if Procedure.objects.filter(plan__budget_line=line).exists():
        return
    decided = _reviewed(_published(line, "社区心理热线值守", "80000"), _ANNOUNCED, local(YEAR, 9, 8, 14))
    perform(
        decided,
        "procedure.decide",
        actor=demo_actor("signer"),
        at=local(YEAR, 9, 10, 10),
        winners=first_choice(decided),
    )
    perform(decided, "procedure.announce_result", actor=demo_actor("district"), at=local(YEAR, 9, 11, 9))
    _reviewed(_published(line, "社区青少年心理辅导", "90000"), _WAITING, now - timedelta(hours=20))


def _reviewed(plan: PurchasePlan, offers: Sequence[tuple[str, str, str]], at: datetime) -> Procedure:
    """Opened, checked condition by condition, ranked by the signed report."""
    procedure = _opened(plan, offers, at - timedelta(days=1))
    buyer, bids = demo_actor("district"), list(procedure.bids.order_by("position"))
    competing = []
    for bid, (_key, _price, points) in zip(bids, offers, strict=True):
        checks = [{"condition": text, "is_met": True, "reason": ""} for text in conditions_of(procedure)]
        if points:
            perform(bid, "bid.qualify", actor=buyer, at=at - timedelta(hours=20), checks=checks)
            bid.technical_score = Decimal(points)
            competing.append(bid)
        else:
            checks[-1] |= {"is_met": False, "reason": "未附近三年无重大违法记录的书面声明"}
            perform(
                bid,
                "bid.disqualify",
                actor=buyer,
                at=at - timedelta(hours=20),
                reason="资格证明材料不全",
                checks=checks,
            )
    perform(procedure, "procedure.finish_qualification", actor=buyer, at=at - timedelta(hours=19))
    _rank(procedure, competing, at)
    return procedure


def _opened(plan: PurchasePlan, offers: Sequence[tuple[str, str, str]], at: datetime) -> Procedure:
    """Bids as the opening leaves them; the demo has no ciphertext to open."""
    procedure = Procedure.objects.create(
        plan=plan, status="opened", number=next_number("procedure", prefix="CG", year=YEAR), title=plan.title,
        kind=plan.method, regime=plan.regime, rule_set=plan.other_rule_set, purchaser=plan.budget_line.department,
        finance=plan.budget_line.envelope.finance, method_reason=plan.method_reason, budget=plan.amount,
        announced_at=at - timedelta(days=21), deadline_at=at - timedelta(hours=1), opened_at=at,
    )  # fmt: skip
    lot = Lot.objects.create(procedure=procedure, number=1, title=plan.title, budget=plan.amount)
    for position, (key, price, _points) in enumerate(offers, start=1):
        Bid.objects.create(
            procedure=procedure, lot=lot, bidder=demo_organization(key), position=position, submission_id=uuid4(),
            price=Decimal(price), opened_at=at,
        )  # fmt: skip
    return procedure


def _rank(procedure: Procedure, bids: list[Bid], at: datetime) -> None:
    """The panel's part of the work, reported through the door it reports through."""
    panel_id = uuid4()
    bid_reviews.assign_panel(actor=demo_actor("district"), procedure=procedure, panel_id=panel_id, at=at)
    for bid in bids:
        points = bid.technical_score
        bid.refresh_from_db()
        bid.technical_score = points
        for person in _experts():
            bid_reviews.admit_reader(bid=bid, person_id=person.pk, at=at)
    by_key = {bid.pk: bid for bid in bids}
    offers = [offer for bid in bids if (offer := offer_of(bid))]
    bid_reviews.record_ranking(
        procedure=procedure,
        standings=[
            bid_reviews.Standing(
                by_key[row.offer.key],  # type: ignore[index]  # the key is the bid's
                row.rank or len(offers),
                row.total,
                row.offer.technical,
                row.price_score,
            )
            for row in rank(procedure.kind, offers, price_points=POINTS, ceiling=procedure.budget)
        ],
        conclusion=bid_reviews.Conclusion(
            panel_id=panel_id,
            panel_number=next_number("panel", prefix="PS", year=YEAR),
            report_id=uuid4(),
            report_version=1,
            members=[{"name": str(person)} for person in _experts()],
            lines=[],
        ),
        at=at,
    )


def _experts() -> list[User]:
    return list(User.objects.filter(username__in=[f"expert{number}" for number in range(1, 6)]))


def _published(line: BudgetLine, title: str, amount: str) -> PurchasePlan:
    buyer, department = demo_actor("district"), line.department
    plan = plans.prepare(
        actor=buyer,
        plan=PurchasePlan(
            budget_line=line, title=title, amount=Decimal(amount), need="为辖区居民提供心理支持，重点服务独居老人和青少年。",
            requirements="持证心理咨询师不少于两名，建立个案档案，全年服务不少于240天。",
            service_standard="个案记录完整率100%，危机个案24小时内响应。", evaluation_method="第三方评价和服务对象满意度。",
            expected_on=date(YEAR, 8, 3), starts_on=date(YEAR, 10, 1), ends_on=date(YEAR + 1, 8, 31),
            method="competitive_selection", method_reason="未达采购限额标准，公开比选。",
        ),
    )  # fmt: skip
    purchase_checks.answer(
        actor=buyer, subject=plan.subject, region=department.region, organization=department, at=local(YEAR, 7, 1),
        answers={question.code: False for question in questions_for(department.region_id)},
    )  # fmt: skip
    why = "内容和服务对象不同的两项服务，不构成化整为零。"
    perform(plan, "purchase_plan.submit", actor=buyer, at=local(YEAR, 7, 2), justification=why)
    perform(plan, "purchase_plan.review", actor=demo_actor("finance"), at=local(YEAR, 7, 3), justification=why)
    perform(plan, "purchase_plan.approve", actor=demo_actor("signer"), at=local(YEAR, 7, 6), justification=why)
    perform(plan, "purchase_plan.publish", actor=buyer, at=local(YEAR, 7, 7), justification=why)
    return plan
