"""Part two of the demo world: this year's money, approved by finance, and next year's draft."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from catalogs.models import FundEnvelope, FundSource
from catalogs.services import envelopes
from orgs.models import Organization
from procurement.access import Actor, actor_for
from procurement.access.models import User
from procurement.demo.bodies import BODIES
from procurement.demo.stage import local
from procurement.lifecycle.engine import perform

YEAR = 2026
_BASIS = (
    "参照上年度项目平均资助额15.6万元和本年度需求征集结果测算；人员费按本市社会工作者平均工资，"
    "活动物资按市场询价，税费据实。测算责任人：刘畅。"
)


def seed(now: datetime) -> None:
    """Safe to repeat."""
    office = demo_actor("office")
    envelope = _draft(office, YEAR, Decimal("12000000.00"))
    if envelope.status == "draft":
        perform(envelope, "envelope.submit", actor=office, at=local(YEAR, 1, 6, 10))
    if envelope.status == "submitted":
        perform(
            envelope,
            "envelope.approve",
            actor=demo_actor("finance"),
            at=local(YEAR, 1, 9, 15),
            approval_number=f"朝财预〔{YEAR}〕18号",
        )
    _draft(office, YEAR + 1, Decimal("15000000.00"))


def _draft(office: Actor, year: int, amount: Decimal) -> FundEnvelope:
    purchaser, finance = demo_organization("office"), demo_organization("finance")
    envelope = FundEnvelope.objects.filter(fiscal_year=year, office=purchaser, source=FundSource.SPECIAL_FUND).first()
    if envelope is not None:
        return envelope
    return envelopes.prepare(
        actor=office,
        envelope=FundEnvelope(
            fiscal_year=year,
            title=f"{year}年度社会建设专项资金购买社会组织服务",
            source=FundSource.SPECIAL_FUND,
            jurisdiction_id=purchaser.region_id,
            office=purchaser,
            finance=finance,
            amount=amount,
            basis=_BASIS,
        ),
    )


def demo_organization(key: str) -> Organization:
    return Organization.objects.get(name=next(body.name for body in BODIES if body.key == key))


def demo_actor(username: str) -> Actor:
    return actor_for(User.objects.get(username=username))
