"""Needs, demands, offers and letters of intent, brought to their state by the people who do so."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from catalogs.models import DemandItem, Intent, Need, SupplyItem
from catalogs.services import demands, intents, needs, supplies
from catalogs.specification import SELF_CHECK
from orgs.models import Organization, OrganizationKind, Region
from procurement.access import ANONYMOUS, Actor, Role
from procurement.calendars import SHANGHAI
from procurement.lifecycle.engine import perform
from tests.factories.people import a_region, make_actor, make_organization, make_social_organization

_number = count(1)
STREET = "110105001"
#: The words of a specification without any gap.
WORDS: dict[str, Any] = {
    "goal": "独居老人夜间突发情况有人应答、有人上门。",
    "policy": "同等条件下优先向社会组织购买。",
    "standards": "《社区老年人日间照料服务规范》。",
    "quantity": "覆盖永安里等3个社区独居老人120户。",
    "term": "自合同签订之日起12个月。",
    "recipients": "辖区70岁以上独居老人。",
    "content": "夜间值守电话、应急上门、每周探访。",
    "quality": "来电30秒内接听，20分钟内上门。",
    "team": "持证社工不少于2人，护理员不少于4人。",
    "core_needs": "夜间值守 365 天\n每周探访 120 户次",
    "assessment_standard": "每季度考核：接听率不低于98%，满意度不低于90%。",
    "acceptance_standard": "",
    "payment_link": "季度考核90分以上全额支付，80至89分支付90%，不足80分整改后支付。",
    "time_and_place": "每日18时至次日8时，社区服务站。",
    "handover": "合同期满前30日移交名册。",
    "unforeseen": "极端天气启动应急预案，由双方协商顺延。",
    "settlement": "按季度结算。",
    "uncertainties": "服务户数增减10%以内不调整合同价，由购买方核定名册。",
    "other": "无",
}


def a_street(code: str = STREET, name: str = "建外街道") -> Region:
    a_region("110000", "北京市")
    county = a_region()
    return Region.objects.get_or_create(code=code, defaults={"name": name, "level": 4, "parent": county})[0]


def an_office() -> Organization:
    """The purchaser that answers for the street, one for the whole test."""
    found = (
        Organization.objects.of_kinds(OrganizationKind.PURCHASER).filter(region=a_region(), street__isnull=True).first()
    )
    return found or make_organization(OrganizationKind.PURCHASER)


def file_need(
    title: str = "", *, actor: Actor = ANONYMOUS, contact: str = "", voter: str = "", **fields: Any
) -> needs.Filed:
    an_office()
    values = {
        "title": title or f"独居老人夜间应急助餐{next(_number)}",
        "description": "晚上没有人照应，希望有应急电话。",
        "field": "livelihood",
        "groups": ["elderly"],
        "street": a_street(),
        "urgency": "soon",
    }
    return needs.file_need(actor=actor, need=Need(**{**values, **fields}), contact=contact, voter=voter)


def make_need(title: str = "", *, status: str = "accepted", **fields: Any) -> Need:
    need = file_need(title, **fields).need
    if status == "accepted":
        perform(need, "need.accept", actor=make_actor(Role.PU_DEM, need.office))
    return need


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def make_demand(
    *,
    status: str = "draft",
    author: Actor | None = None,
    reviewer: Actor | None = None,
    answering: list[Need] | None = None,
    began: date = date(2026, 3, 2),
    **fields: Any,
) -> DemandItem:
    """A demand in draft, submitted, reviewed, consulting, answered, confirmed or catalogued."""
    office = fields.pop("office", None) or an_office()
    author, reviewer = author or make_actor(Role.PU_DEM, office), reviewer or make_actor(Role.PU_REV, office)
    values = {
        "title": f"独居老人夜间应急服务{next(_number)}",
        "office": office,
        "street": a_street(),
        "field": "livelihood",
        "groups": ["elderly"],
        "estimated_amount": Decimal("180000.00"),
        "beneficiaries": 120,
        **WORDS,
    }
    item = demands.save(actor=author, item=DemandItem(**{**values, **fields}), needs=answering or ())
    demands.confirm_self_check(actor=author, item=item, points=SELF_CHECK)
    item.refresh_from_db()
    end = began + timedelta(days=14)
    steps: list[tuple[str, str, Actor, date, dict[str, Any]]] = [
        ("submitted", "demand.submit", author, began, {}),
        ("reviewed", "demand.review", reviewer, began, {}),
        ("consulting", "demand.consult", author, began, {"channels": ["portal"], "ends_on": end}),
        ("answered", "demand.close_consultation", author, end + timedelta(days=1), {"summary": "未收到意见。"}),
        ("confirmed", "demand.confirm", reviewer, end + timedelta(days=2), {}),
        ("catalogued", "demand.list", author, end + timedelta(days=3), {"justification": "目录调整建议已提出。"}),
    ]
    for reached, row, actor, day, data in steps:
        if item.status == status:
            break
        perform(item, row, actor=actor, at=at(day), **data)
        assert item.status == reached
    return item


def make_supply(
    *,
    status: str = "published",
    organization: Organization | None = None,
    areas: list[str] | None = None,
    **fields: Any,
) -> SupplyItem:
    """An offer in draft, submitted, verified or published."""
    a_street()
    organization = organization or make_social_organization()
    verifier = fields.pop("verifier", None) or make_organization(OrganizationKind.AUTHORITY)
    provider, civil = make_actor(Role.ORG, organization), make_actor(Role.CIV, verifier)
    values = {
        "organization": organization,
        "verifier": verifier,
        "title": f"居家探访与应急响应{next(_number)}",
        "field": "livelihood",
        "groups": ["elderly"],
        "description": "社工与护理员结对，电话值守加上门。",
        "capacity": 200,
    }
    item = supplies.save(
        actor=provider,
        item=SupplyItem(**{**values, **fields}),
        areas=Region.objects.filter(pk__in=areas or [STREET]),
    )
    for reached, row, actor, data in (
        ("submitted", "supply.submit", provider, {}),
        ("verified", "supply.verify", civil, {"note": "已核对登记证书。"}),
        ("published", "supply.publish", provider, {}),
    ):
        if item.status == status:
            break
        perform(item, row, actor=actor, **data)
        assert item.status == reached
    return item


def make_intent(demand: DemandItem | None = None, *, organization: Organization | None = None, **fields: Any) -> Intent:
    """A provider's letter to the purchaser of a catalogued demand."""
    demand = demand or make_demand(status="catalogued")
    organization = organization or make_social_organization()
    values = {
        "demand": demand,
        "offered_by": organization,
        "offered_to": demand.office,
        "amount": Decimal("160000.00"),
        "text": "愿意承接夜间值守和上门服务。",
        "valid_until": date(2099, 12, 31),
    }
    return intents.offer(actor=make_actor(Role.ORG, organization), intent=Intent(**{**values, **fields}))
