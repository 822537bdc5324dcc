"""Remedies as they stand in the demo world: a complaint that suspends a purchase, a challenge to approve, residents' calls."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

from catalogs.models import BudgetLine, PurchasePlan
from catalogs.negative_list import questions_for
from catalogs.services import budgets, plans, purchase_checks
from orgs.models import Region
from procurement.access import ANONYMOUS
from procurement.demo.budget import YEAR, demo_actor, demo_organization
from procurement.demo.stage import local
from procurement.lifecycle.engine import perform
from procurement.lifecycle.numbering import next_number
from projects.models import Application, Bid, Challenge, HotlineCall, Lot, Procedure
from projects.services import challenges, complaints, hotline
from projects.services.challenges import Matter, MatterReply
from projects.services.complaints import Grievance

OPENED = local(YEAR, 10, 27, 10)
#: What a challenger tells the purchaser and supervision alone.
_CONFIDED = "本单位成本构成见附表，单价68元为内部核算价。"
#: channel, topic, street, text, answer, rating, day of October
_CALLS = (
    ("web", "schedule", "110105001", "周三的助餐临时取消，没有提前通知。", "因停电取消，已补送，今后提前一天通知。", "satisfied", 12),
    ("phone", "quality", "110105002", "电影讲述场次声音太小，后排听不清。", "已更换音响设备，增加一场补映。", "satisfied", 13),
    ("web", "quality", "110105003", "心理小组每次只有半小时，和公告不一样。", "已恢复为每次九十分钟。", "fair", 14),
    ("phone", "attitude", "110105001", "上门人员态度生硬。", "已批评教育并上门致歉。", "unsatisfied", 15),
    ("web", "schedule", "110105004", "急救培训报名后一直没有通知时间。", "", "", 19),
    ("letter", "safety", "110105002", "活动室安全出口堆放物品。", "", "", 20),
)  # fmt: skip


def seed(now: datetime) -> None:
    """Safe to repeat."""
    if not Challenge.objects.exists():
        _disputed_opening()
    if not HotlineCall.objects.exists():
        _calls()


# --- a challenge, a complaint, a suspension ------------------------------------------------------------------------


def _disputed_opening() -> None:
    """Two bidders hold something against the opening; one has gone on to finance, which suspended the purchase."""
    procedure = _opened(_plan())
    buyer, signer, supervisor = demo_actor("district"), demo_actor("signer"), demo_actor("supervisor")
    complained = challenges.file_challenge(
        actor=demo_actor("org5"), procedure=procedure, challenger=demo_organization("org5"), step="opening",
        matters=[
            Matter("开启顺序与公告不一致", "公告写明按递交先后开启，现场按名称排序。", "招标文件第四章第二条"),
            Matter("唱标报价与投标文件不符", "本单位报价含配套服务，唱标时只读出主项。"),
        ],
        request="请求更正开启记录。", secret=_CONFIDED, at=local(YEAR, 10, 30),
    )  # fmt: skip
    perform(complained, "challenge.accept", actor=buyer, at=local(YEAR, 11, 2), affects_result=True)
    _reply(complained, "开启记录经三方签字确认，顺序不影响评审。", at=local(YEAR, 11, 4))
    perform(complained, "challenge.dismiss", actor=signer, at=local(YEAR, 11, 5))
    complaint = complaints.file_complaint(
        actor=demo_actor("org5-head"), challenge=complained, request="请求责令更正开启记录，重新组织资格审查。",
        grievances=[
            Grievance(matter.text, "答复没有说明为什么改变公告的顺序。", matter) for matter in complained.matters.all()[:1]
        ],
        at=local(YEAR, 11, 10),
    )  # fmt: skip
    perform(complaint, "complaint.accept", actor=supervisor, at=local(YEAR, 11, 12))
    own = complaint.respondents.get(organization=procedure.purchaser)
    text = "开启由代理人员按名称排序唱标，全过程录像，各投标人代表签字确认，无人当场提出异议。"
    complaints.answer(actor=buyer, respondent=own, text=text, at=local(YEAR, 11, 17))
    second = challenges.file_challenge(
        actor=demo_actor("org1"), procedure=procedure, challenger=demo_organization("org1"), step="opening",
        matters=[Matter("一份投标文件未密封", "第三份投标文件解密时系统提示异常。")], request="请求核查该份文件。", at=local(YEAR, 11, 4),
    )  # fmt: skip
    perform(second, "challenge.accept", actor=buyer, at=local(YEAR, 11, 9), affects_result=True)
    _reply(second, "解密提示为浏览器证书告警，文件校验值与回执一致。", at=local(YEAR, 11, 11))
    reason = "投诉事项可能影响采购结果。"
    perform(complaint, "complaint.suspend", actor=supervisor, at=local(YEAR, 11, 13), reason=reason)


def _reply(challenge: Challenge, answer: str, *, at: datetime) -> None:
    replies = [
        MatterReply(matter, "dismissed", answer, internal_note="调取了开启室录像和系统日志。")
        for matter in challenge.matters.all()
    ]
    challenges.propose_reply(actor=demo_actor("district"), challenge=challenge, replies=replies, at=at)


def _opened(plan: PurchasePlan) -> Procedure:
    """Bids as the opening leaves them; the demo has no ciphertext to open."""
    procedure = Procedure.objects.create(
        plan=plan, status="opened", number=next_number("procedure", prefix="CG", year=YEAR), title=plan.title,
        kind=plan.method, regime=plan.regime, rule_set=plan.rule_set, purchaser=plan.budget_line.department,
        finance=plan.budget_line.envelope.finance, method_reason=plan.method_reason, budget=plan.amount,
        announced_at=local(YEAR, 9, 28), deadline_at=local(YEAR, 10, 27, 9), opened_at=OPENED,
    )  # fmt: skip
    lot = Lot.objects.create(procedure=procedure, number=1, title=plan.title, budget=plan.amount)
    for position, (key, price) in enumerate((("org1", "1158000"), ("org2", "1132000"), ("org5", "1184000")), start=1):
        Bid.objects.create(
            procedure=procedure, lot=lot, bidder=demo_organization(key), position=position, submission_id=uuid4(),
            price=Decimal(price), opened_at=OPENED, status="opened",
        )  # fmt: skip
    return procedure


def _line() -> BudgetLine:
    """Money of its own, large enough for the law to apply."""
    office, finance, department = demo_actor("office"), demo_actor("finance"), demo_organization("office")
    beside = BudgetLine.objects.get(department=department, title="社区为老服务驿站运营")
    line = budgets.prepare(
        actor=office,
        line=BudgetLine(
            envelope=beside.envelope, department=department, title="居家养老巡访服务", amount=Decimal("1300000"),
            budget_subject=beside.budget_subject, category=beside.category, catalogue_item=beside.catalogue_item,
            service_class=beside.service_class, in_procurement_budget=True, is_social_work=True,
            basis_research="向三家同类机构询价。", basis_price="每人次68元。", basis_wage="按本市社会工作者平均工资。",
            basis_tax="按小规模纳税人。", estimator="刘畅",
        ),
    )  # fmt: skip
    perform(line, "budget_line.submit", actor=office, at=local(YEAR, 8, 3))
    budgets.file_item_table(actor=office, department=department, fiscal_year=YEAR)
    perform(line, "budget_line.review", actor=finance, at=local(YEAR, 8, 5))
    number = f"朝财预〔{YEAR}〕77号"
    perform(line, "budget_line.approve", actor=finance, at=local(YEAR, 8, 7), approval_number=number)
    return line


def _plan() -> PurchasePlan:
    line, buyer = _line(), demo_actor("district")
    department = line.department
    plan = plans.prepare(
        actor=buyer,
        plan=PurchasePlan(
            budget_line=line,
            title="居家养老巡访服务",
            amount=Decimal("1200000"),
            need="对辖区高龄独居老年人定期上门巡访。",
            requirements="每周巡访一次，持证社工不少于四名。",
            service_standard="巡访记录完整率100%。",
            evaluation_method="第三方评价与服务对象满意度。",
            expected_on=date(YEAR, 9, 28),
            starts_on=date(YEAR, 12, 1),
            ends_on=date(YEAR + 1, 11, 30),
            method="open_tender",
        ),
    )
    answers = {question.code: False for question in questions_for(department.region_id)}
    purchase_checks.answer(
        actor=buyer, subject=plan.subject, region=department.region, answers=answers, organization=department,
        at=local(YEAR, 9, 1),
    )  # fmt: skip
    perform(plan, "purchase_plan.submit", actor=buyer, at=local(YEAR, 9, 2))
    perform(plan, "purchase_plan.review", actor=demo_actor("finance"), at=local(YEAR, 9, 3))
    perform(plan, "purchase_plan.approve", actor=demo_actor("signer"), at=local(YEAR, 9, 4))
    perform(plan, "purchase_plan.publish", actor=buyer, at=local(YEAR, 9, 7), filing_number=f"朝财采备〔{YEAR}〕61号")
    return plan


# --- residents' calls ----------------------------------------------------------------------------------------------


def _calls() -> None:
    office = demo_actor("office")
    projects = list(Application.objects.filter(status="in_progress").order_by("number")[:2])
    for number, (channel, topic, street, text, answer, rating, day) in enumerate(_CALLS):
        call = HotlineCall(
            channel=channel,
            topic=topic,
            street=Region.objects.get(pk=street),
            text=text,
            application=projects[number % len(projects)] if projects and number % 3 == 0 else None,
        )
        actor = ANONYMOUS if channel == "web" else office
        received = hotline.receive(actor=actor, call=call, at=local(YEAR, 10, day))
        _handle(received.call, answer, rating, day)


def _handle(call: HotlineCall, answer: str, rating: str, day: int) -> None:
    """Handed to the project's own organisation where there is one; the last two still wait."""
    if not answer:
        return
    body = call.application.applicant if call.application else demo_organization("org5")
    perform(call, "hotline.dispatch", actor=demo_actor("office"), at=local(YEAR, 10, day, 15), handler=body)
    key = next(key for key in ("org1", "org2", "org3", "org4", "org5", "org6") if demo_organization(key) == body)
    perform(call, "hotline.answer", actor=demo_actor(key), at=local(YEAR, 10, day + 2), answer=answer)
    hotline.rate(call=call, rating=rating, at=local(YEAR, 10, day + 3))
