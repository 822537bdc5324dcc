"""Needs, demands, offers and letters of intent of the demo world, and the fair of 2010 as it was published."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from catalogs.models import DemandItem, Fair, FairBooth, Intent, Need, SupplyItem
from catalogs.services import demands, intents, needs, supplies
from catalogs.specification import SELF_CHECK
from orgs.models import Organization, Region
from procurement.access import ANONYMOUS, Actor, actor_for
from procurement.access.models import User
from procurement.demo.bodies import BODIES
from procurement.lifecycle.engine import perform

#: title, description, field, groups, street, community, urgency, voices
_NEEDS: tuple[tuple[str, str, str, list[str], str, str, str, int], ...] = (
    ("独居老人夜间应急服务", "夜里突发不舒服没人应，希望有应急电话和上门。", "livelihood", ["elderly"], "110105001", "永安里社区", "urgent", 23),
    ("给独居老人装夜间应急呼叫", "夜里不舒服没人应，希望有人接电话、能上门。", "livelihood", ["elderly"], "110105001", "永安里社区", "soon", 9),
    ("老年助餐点中午排队太长", "永安里助餐点只有12个座位。", "livelihood", ["elderly"], "110105001", "永安里社区", "soon", 14),
    ("暑期小学生托管", "双职工家庭孩子暑假没人看。", "community", ["student", "youth"], "110105001", "建国里社区", "soon", 17),
    ("视障居民看电影、借有声书", "盼着社区里有讲电影的活动。", "culture", ["disabled"], "110105002", "雅宝里社区", "usual", 6),
    ("年轻上班族心理疏导", "加班多、压力大，希望楼宇里有心理老师。", "solace", ["white_collar", "youth"], "110105003", "关东店社区", "soon", 11),
    ("社区微型消防站和居民急救培训", "老楼多，希望学会用灭火器和急救。", "disaster", [], "110105004", "幸福一村社区", "soon", 8),
    ("社区表格太多请减负", "居委会每月重复填报同样的表。", "burden", [], "110105001", "", "usual", 5),
)  # fmt: skip
#: body, account, title, field, groups, areas, price, unit, capacity
_OFFERS: tuple[tuple[str, str, str, list[str], list[str], str, str, int], ...] = (
    ("org1", "心目影院进社区", "culture", ["disabled", "elderly"], ["110105"], "2800.00", "场", 1200),
    ("org2", "职场心理减压小组", "solace", ["white_collar", "youth"], ["110105"], "260.00", "人次", 900),
    ("org4", "社区应急救护与消防演练", "disaster", ["student"], ["110105001", "110105002"], "3500.00", "场", 2000),
    (
        "org5",
        "独居老人探访与夜间应急响应",
        "livelihood",
        ["elderly", "destitute"],
        ["110105"],
        "6200.00",
        "社工月",
        300,
    ),
)
_DESCRIPTION = "由专职人员和经过培训的志愿者共同提供，事前走访、事中记录、事后回访，服务记录可供核查。"
_WORDS: dict[str, Any] = {
    "goal": "独居老人夜间突发情况有人应答、有人上门，意外及时发现。",
    "policy": "同等条件下优先向社会组织购买；不以注册地和成立年限设限。",
    "standards": "参照本市居家养老巡视探访服务规范；个人信息保护按有关法律执行。",
    "quantity": "覆盖永安里、建国里、光华里3个社区独居老人120户。",
    "term": "自合同签订之日起12个月，年度考核合格可以续签。",
    "recipients": "辖区70岁以上独居老人，由社区提供名册。",
    "content": "18时至次日8时电话值守；应急上门；每周一次探访；紧急情况联系家属和120。",
    "quality": "来电30秒内接听，20分钟内上门；服务记录当日登记。",
    "team": "持证社会工作者不少于2人，养老护理员不少于4人。",
    "core_needs": "夜间值守 365 天\n应急上门 20 分钟内到达\n每周探访 120 户次",
    "assessment_standard": "每季度考核一次：接听率不低于98%，及时上门率不低于95%，满意度不低于90%。",
    "payment_link": "季度考核90分以上全额支付，80至89分支付90%，不足80分整改合格后支付。",
    "time_and_place": "每日18时至次日8时；街道社区服务中心设值守点。",
    "handover": "合同期满前30日移交名册和服务档案，与下一服务方衔接。",
    "unforeseen": "极端天气、停电等启动应急预案，双方书面确认后顺延。",
    "settlement": "按季度结算，考核后10个工作日内支付。",
    "uncertainties": "服务户数增减10%以内不调整合同价，由街道每季核定名册。",
    "other": "无",
}


def seed(now: datetime) -> None:
    """Safe to repeat."""
    if Need.objects.exists():
        return
    district, checker = _actor("district"), _actor("checker")
    heard = now - timedelta(days=61)  # before the first demand was written on them
    told = [_need(district, heard, number, *row) for number, row in enumerate(_NEEDS)]
    perform(told[1], "need.merge", actor=district, target=told[0])
    perform(told[7], "need.answer", actor=district, reason="已列入本年度社区减负清单，重复报表自下月起取消。")
    needs.file_need(
        actor=ANONYMOUS,
        need=Need(
            title="小区门口夜间照明",
            description="路灯坏了两盏，老人晚上不敢出门。",
            field="livelihood",
            groups=["elderly"],
            street_id="110105001",
            community="永安里社区",
            urgency="soon",
        ),
        voter="demo-last",
    )
    for row in _OFFERS:
        _offer(*row)
    today = now.date()
    listed = _demand(district, "独居老人夜间应急服务", told[0], today - timedelta(days=60), now)
    _walk(listed, district, checker, now - timedelta(days=60), until="catalogued")
    asked = _demand(district, "建国里社区暑期托管", told[3], today, now)
    _walk(asked, district, checker, now, until="consulting")
    _fairs(district, listed, now)


def _need(
    officer: Actor,
    heard: datetime,
    number: int,
    title: str,
    description: str,
    field: str,
    groups: list[str],
    street: str,
    community: str,
    urgency: str,
    voices: int,
) -> Need:
    need = needs.file_need(
        actor=ANONYMOUS,
        need=Need(
            title=title,
            description=description,
            field=field,
            groups=groups,
            street_id=street,
            community=community,
            urgency=urgency,
        ),
        voter=f"demo-{number}",
        at=heard,
    ).need
    perform(need, "need.accept", actor=officer, at=heard)
    for voice in range(1, voices):
        needs.support(need=need, voter=f"demo-{number}-{voice}")
    need.refresh_from_db()
    return need


def _offer(
    key: str, title: str, field: str, groups: list[str], areas: list[str], price: str, unit: str, capacity: int
) -> SupplyItem:
    provider = _actor(key)
    item = supplies.save(
        actor=provider,
        item=SupplyItem(
            organization=_organization(key),
            verifier=_organization("civil"),
            title=title,
            field=field,
            groups=groups,
            description=_DESCRIPTION,
            unit_price=Decimal(price),
            unit=unit,
            capacity=capacity,
            staff=6,
        ),
        areas=Region.objects.filter(pk__in=areas),
    )
    perform(item, "supply.submit", actor=provider)
    if key != "org4":  # one offer waits for its verification
        perform(item, "supply.verify", actor=_actor("civil"), note="已核对登记证书、年检结论和服务场所。")
        perform(item, "supply.publish", actor=provider)
    return item


def _demand(author: Actor, title: str, need: Need, begins: date, now: datetime) -> DemandItem:
    item = demands.save(
        actor=author,
        item=DemandItem(
            title=title,
            office=_organization("office"),
            street=need.street,
            community=need.community,
            field=need.field,
            groups=need.groups,
            estimated_amount=Decimal("180000.00"),
            beneficiaries=120,
            starts_on=begins + timedelta(days=90),
            ends_on=begins + timedelta(days=454),
            **_WORDS,
        ),
        needs=[need],
    )
    demands.confirm_self_check(actor=author, item=item, points=SELF_CHECK)
    item.refresh_from_db()
    return item


def _walk(item: DemandItem, author: Actor, checker: Actor, begins: datetime, *, until: str) -> None:
    ends_on = begins.date() + timedelta(days=20)
    perform(item, "demand.submit", actor=author, at=begins)
    perform(item, "demand.review", actor=checker, at=begins + timedelta(hours=2))
    perform(
        item,
        "demand.consult",
        actor=author,
        at=begins + timedelta(hours=3),
        channels=["portal", "meeting"],
        ends_on=ends_on,
    )
    opinion = demands.give_feedback(
        actor=ANONYMOUS,
        item=item,
        text="希望电话由固定的人接，老人记不住太多号码。",
        giver="recipient",
        channel="portal",
        at=begins + timedelta(days=1),
    )
    if until == "consulting":
        return
    demands.answer_feedback(
        actor=author,
        feedback=opinion,
        use="adopted",
        answer="已在服务内容中写明设一个固定号码，由固定人员轮值。",
        at=begins + timedelta(days=2),
    )
    perform(
        item,
        "demand.close_consultation",
        actor=author,
        at=begins + timedelta(days=22),
        summary="收到1条意见，已采纳：设固定值守电话。",
    )
    perform(item, "demand.confirm", actor=checker, at=begins + timedelta(days=23))
    perform(
        item,
        "demand.list",
        actor=author,
        at=begins + timedelta(days=24),
        justification="指导性目录条目待对应，已列入目录调整建议。",
    )


def _fairs(district: Actor, demand: DemandItem, now: datetime) -> None:
    """The figures of the fair of 2010 stand with the published statistics; the fair itself names its source."""
    Fair.objects.get_or_create(
        region_id="110000",
        held_on=date(2010, 7, 12),
        title="政府购买社会组织公益服务项目推介展示暨资源配置大会",
        defaults={
            "place": "北京会议中心",
            "organizer_name": "北京市民政局",
            "is_historic": True,
            "source": "朱晓红、陈吉：《北京市政府购买社会组织服务的组团模式解读》，2012年",
            "description": "推介展示社会组织服务民生行动的项目，110多家基金会和数十家支持性组织到会寻求合作。",
        },
    )
    fair = intents.announce_fair(
        actor=district,
        fair=Fair(
            title="朝阳区社会组织服务供需对接会",
            held_on=now.date() - timedelta(days=10),
            place="朝阳区社会组织孵化基地",
            region_id="110105",
            organizer=_organization("office"),
            description="街道带着需求目录，社会组织带着供给目录，居民代表到场。",
        ),
    )
    for number, key in enumerate(("org1", "org2", "org5", "union"), start=1):
        intents.give_booth(
            actor=district, booth=FairBooth(fair=fair, number=number, organization=_organization(key), topic="服务展示")
        )
    provider = _actor("org5")
    intents.offer(
        actor=provider,
        intent=Intent(
            demand=demand,
            offered_by=_organization("org5"),
            offered_to=demand.office,
            fair=fair,
            amount=Decimal("168000.00"),
            text="愿意承接夜间值守、应急上门和每周探访，可自备值守系统。",
            valid_until=now.date() + timedelta(days=80),
        ),
    )


def _organization(key: str) -> Organization:
    return Organization.objects.get(name=next(body.name for body in BODIES if body.key == key))


def _actor(username: str) -> Actor:
    return actor_for(User.objects.get(username=username))
