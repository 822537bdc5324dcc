"""The rows of one generated project, as its services would have left them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils import timezone

from procurement.access import Role
from procurement.audit.canonical import canonical_bytes
from procurement.bench.scale.cast import Cast, Player
from procurement.bench.scale.copying import copy_in
from procurement.bench.scale.plans import Plan
from procurement.bench.scale.routes import (
    CONTRACT_FROM,
    CONTRACT_ROUTE,
    PAYMENT_ROUTE,
    TRANCHES,
    row,
    steps_done,
)
from procurement.lifecycle.definition import lifecycle_of
from procurement.lifecycle.models import (
    Case,
    CaseParty,
    CaseStep,
    LifecycleModel,
    StepState,
    TransitionRecord,
    WorkflowStep,
)
from procurement.money import split
from projects.models import (
    Application,
    BudgetLine,
    BudgetVersion,
    Contract,
    ContractSignature,
    ContractYear,
    Guide,
    GuideCategory,
    Indicator,
    Payment,
    Receipt,
)
from projects.services.contracts import conditions_of, sealed, signed_content, standard_terms
from projects.services.receipts import seal

SHARES = (Decimal("0.35"), Decimal("0.35"), Decimal("0.30"))
NEEDS = ("独居老人", "残障青少年", "随迁子女", "困难家庭", "失业青年", "社区居民", "精神障碍康复者", "单亲家庭")


@dataclass
class Batch:
    """Rows waiting to be written, table by table in the order they rest on each other."""

    tables: tuple[type[Model], ...] = (
        Case, CaseParty, CaseStep, Application, BudgetLine, Indicator, Receipt, Contract, ContractYear, Payment,
        ContractSignature, TransitionRecord,
    )  # fmt: skip
    rows: dict[type[Model], list[Any]] = field(default_factory=dict)

    def add(self, rows: Iterable[Model]) -> None:
        for each in rows:
            self.rows.setdefault(type(each), []).append(each)

    def write(self) -> int:
        written = 0
        for table in self.tables:
            written += copy_in(table, self.rows.pop(table, []))
        return written


@dataclass(frozen=True)
class Scene:
    """What the projects of one guide share."""

    guide: Guide
    categories: list[GuideCategory]
    steps: list[WorkflowStep]
    cast: Cast
    now: datetime


def rows_of(plan: Plan, scene: Scene) -> list[Model]:
    """Everything about one project, from its case to its last record."""
    case, application = _application(plan, scene)
    made: list[Model] = [case, application, *_parties(case, application, scene), *_steps(case, plan, scene)]
    made += _contents(application, plan)
    made += _records(application, plan.moments, plan, scene.cast)
    if plan.standing.has_contract:
        made += _contract(application, plan, scene)
    return made


def _application(plan: Plan, scene: Scene) -> tuple[Case, Application]:
    guide, year = scene.guide, scene.guide.year
    number = f"SB-S{year}-{plan.serial:06d}"
    category = scene.categories[plan.serial % len(scene.categories)]
    street = scene.cast.streets[plan.serial % len(scene.cast.streets)]
    group = NEEDS[plan.serial % len(NEEDS)]
    starts_on = _starts_on(plan)
    application = Application(
        number=number,
        guide=guide,
        category=category,
        applicant=plan.applicant.organization,
        hub=scene.cast.bodies["hub"],
        title=f"{street}{group}{category.name}项目",
        summary=f"在{street}为{group}开展{category.name}服务，全年组织活动 40 场，建立志愿者队伍并形成服务台账。",
        place=f"朝阳区{street} {plan.serial % 12 + 3} 个社区（第 {plan.serial} 号点位）",
        beneficiary_groups=["elderly", "disabled"] if plan.serial % 2 else ["youth", "student"],
        beneficiary_count=300 + plan.serial % 2000,
        leader_name=plan.applicant.user.name,
        leader_phone="010-85000011",
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=200),
        requested_amount=plan.requested,
        granted_amount=plan.granted,
        submitted_at=plan.moments.get("application.submit"),
        supplement_used="application.return_for_supplement" in plan.standing.detour,
        status=plan.standing.status,
        created_at=plan.opened_at,
        **_results(plan),
    )
    application.case = case = Case(
        number=number,
        title=application.title,
        template_id=scene.steps[0].template_id,
        rule_set=guide.rule_set,
        regime=guide.rule_set.regime,
        subject=application.subject,
        opened_at=plan.opened_at,
        closed_at=_last(plan) if plan.standing.ended or plan.standing.status == "archived" else None,
    )
    return case, application


def _results(plan: Plan) -> dict[str, Any]:
    """What panel and evaluators reported, where they did."""
    entries = plan.standing.entries
    found: dict[str, Any] = {}
    if "application.record_review" in entries:
        found |= {
            "review_score": Decimal(6000 + plan.serial * 37 % 3600) / 100,
            "review_rank": plan.serial % 400 + 1,
            "review_suggested_amount": plan.requested,
        }
    if "application.record_midterm" in entries:
        found["midterm_grade"] = "good"
    if "application.record_final" in entries:
        found |= {
            "final_score": Decimal(7500 + plan.serial * 13 % 2300) / 100,
            "final_grade": "good",
            "satisfaction": Decimal(8600 + plan.serial % 1200) / 100,
        }
    if "application.close" in entries:
        found["closed_at"] = plan.moments["application.close"]
    return found


def _starts_on(plan: Plan) -> date:
    started = plan.moments.get(CONTRACT_FROM, plan.opened_at + timedelta(days=110))
    return timezone.localtime(started).date()


def _last(plan: Plan) -> datetime:
    return max(plan.moments.values(), default=plan.opened_at)


def _parties(case: Case, application: Application, scene: Scene) -> list[CaseParty]:
    """A draft has no party but its applicant; from submission on the others have theirs."""
    guide = scene.guide
    bodies: dict[str, Any] = {"applicant": application.applicant}
    if application.submitted_at:
        bodies |= {
            "office": guide.office, "hub": application.hub, "purchaser": guide.purchaser, "finance": guide.finance,
            "treasury": guide.treasury, "civil": guide.civil,
        }  # fmt: skip
    return [CaseParty(case=case, part=part, organization_id=body.pk, name=body.name) for part, body in bodies.items()]


def _steps(case: Case, plan: Plan, scene: Scene) -> list[CaseStep]:
    done, made = steps_done(plan.standing), []
    ended_at = _step_ends(plan, scene)
    before = plan.opened_at
    is_open = False
    for step in scene.steps:
        state = CaseStep(case=case, step=step)
        if step.code in done:
            at = ended_at.get(step.code, before)
            state.state, state.opened_at, state.done_at = StepState.DONE, min(before, at), at
            before = at
        elif plan.standing.ended:
            state.state = StepState.SKIPPED
        elif not is_open:
            is_open = True
            state.state, state.opened_at = StepState.OPEN, before
            state.due_on = (scene.now + timedelta(days=plan.serial % 38 - 8)).date()
            # so that a sweep does not write a reminder for each generated project
            state.reminded_for = max(state.due_on, scene.now.date()) + timedelta(days=state.due_on < scene.now.date())
        made.append(state)
    return made


def _step_ends(plan: Plan, scene: Scene) -> dict[str, datetime]:
    ends: dict[str, Any] = {"publish_guide": scene.guide.published_at}
    for entry, at in plan.moments.items():
        for code in row(entry).completes if "." in entry else (entry,):
            ends[code] = at
    return ends


def _contents(application: Application, plan: Plan) -> list[Model]:
    """Budget, indicators and the receipt of what was handed in."""
    made: list[Model] = list(_budget(application, BudgetVersion.REQUESTED, plan.requested))
    if plan.granted is not None and "application.revise" in plan.standing.entries:
        made += _budget(application, BudgetVersion.GRANTED, plan.granted)
    made += [
        Indicator(application=application, kind="output", name="组织服务活动", unit="场", target=40, how_known="签到表"),
        Indicator(
            application=application, kind="satisfaction", name="服务对象满意度", unit="%", target=90, position=1,
            how_known="第三方回访",
        ),
    ]  # fmt: skip
    if application.submitted_at:
        made.append(_receipt(application, application.submitted_at))
    return made


def _budget(application: Application, version: str, total: Decimal) -> list[BudgetLine]:
    heads = (("staff", "项目专员", "0.5"), ("activity", "活动物资", "0.35"), ("management", "项目管理", "0.15"))
    parts = split(total, [Decimal(share) for _item, _text, share in heads])
    return [
        BudgetLine(
            application=application, version=version, item=item, description=text, unit="项", quantity=1,
            unit_price=amount, amount=amount, position=position,
        )
        for position, ((item, text, _share), amount) in enumerate(zip(heads, parts, strict=True))
    ]  # fmt: skip


def _receipt(application: Application, at: datetime) -> Receipt:
    number = f"HZ-{application.number}-1"
    content = {
        "application": application.number,
        "title": application.title,
        "place": application.place,
        "submitted_at": at.isoformat(timespec="microseconds"),
        "requested_amount": f"{application.requested_amount:.2f}",
    }
    digest = hashlib.sha256(canonical_bytes(content)).hexdigest()
    return Receipt(
        number=number, application=application, issued_at=at, content_sha256=digest, snapshot=content,
        signature=seal(number, at, digest, []),
    )  # fmt: skip


def _contract(application: Application, plan: Plan, scene: Scene) -> list[Model]:
    """A signed and filed contract with its tranches, paid as far as the project has come."""
    signed_at = plan.moments[CONTRACT_FROM]
    contract = Contract(
        number=f"HT-S{scene.guide.year}-{plan.serial:06d}",
        application=application,
        case=application.case,
        purchaser=scene.guide.purchaser,
        contractor=application.applicant,
        responsible_unit=application.hub,
        treasury=scene.guide.treasury,
        status=_contract_status(plan),
        created_at=signed_at - timedelta(days=4),
        signed_at=signed_at,
        announced_at=signed_at,
        filed_at=signed_at + timedelta(hours=30),
        filing_number=f"BA-S{scene.guide.year}-{plan.serial:06d}",
        **standard_terms(application, indicators="组织服务活动 40 场；服务对象满意度 90 %"),
    )
    times = [signed_at + timedelta(hours=hours) for hours in (-72, -48, -24, 0, 30)]
    made: list[Model] = [*_records(contract, dict(zip(CONTRACT_ROUTE, times, strict=True)), plan, scene.cast)]
    payments = [
        _payment(contract, number, share, amount, plan, scene.cast)
        for number, (share, amount) in enumerate(
            zip(SHARES, split(contract.amount, list(SHARES)), strict=True), start=1
        )
    ]
    contract.paid_total = sum((p.amount for p in payments if p.paid_at), Decimal(0))
    contract.content_sha256 = hashlib.sha256(signed_content(contract, payments)).hexdigest()
    for payment in payments:
        if payment.paid_at:
            times = [payment.paid_at + timedelta(hours=hours) for hours in (-48, -24, 0, 24)]
            made += _records(payment, dict(zip(PAYMENT_ROUTE, times, strict=True)), plan, scene.cast)
    year = ContractYear(contract=contract, number=1, starts_on=contract.starts_on, ends_on=contract.ends_on)
    return [contract, year, *payments, *_signatures(contract, plan, scene.cast), *made]


def _contract_status(plan: Plan) -> str:
    if "application.close" in plan.standing.entries:
        return "completed"
    return {"terminated": "terminated", "suspended": "suspended"}.get(plan.standing.status, "performing")


def _payment(contract: Contract, number: int, share: Decimal, amount: Decimal, plan: Plan, cast: Cast) -> Payment:
    paid_at = plan.moments.get(TRANCHES[number])
    payment = Payment(
        contract=contract,
        case=contract.case,
        tranche=number,
        share=share,
        amount=amount,
        conditions=conditions_of(number, len(SHARES)),
        status="confirmed" if paid_at else "planned",
        created_at=contract.created_at,
    )
    if paid_at:
        payment.paid_at = paid_at
        payment.requested_by = cast.officials[Role.PU_PAY].user
        payment.approved_by = cast.officials[Role.PU_FIN].user
        payment.paid_by = cast.officials[Role.TREAS].user
        payment.invoice_number = f"FP-S{plan.serial:06d}-{number}"
        payment.voucher_number = f"PZ-S{plan.serial:06d}-{number}"
    return payment


def _signatures(contract: Contract, plan: Plan, cast: Cast) -> list[ContractSignature]:
    sides = (
        ("contractor", plan.applicant, timedelta(days=-1)),
        ("purchaser", cast.officials[Role.PU_SIGN], timedelta()),
    )
    made = []
    for side, player, delay in sides:
        at = plan.moments[CONTRACT_FROM] + delay
        made.append(
            ContractSignature(
                contract=contract,
                side=side,
                person=player.user,
                organization_name=player.organization.name if player.organization else "",
                signed_at=at,
                content_sha256=contract.content_sha256,
                signature=sealed(contract, side, player.user.pk, at),
            )
        )
    return made


def _records(obj: LifecycleModel, moments: dict[str, datetime], plan: Plan, cast: Cast) -> list[TransitionRecord]:
    """One record for each row of the object's lifecycle among the entries, by the first role the row names."""
    table, before, made = lifecycle_of(obj), lifecycle_of(obj).initial, []
    for entry, at in moments.items():
        if "." not in entry:
            continue
        transition = row(entry)
        role = transition.by[0].role
        player = cast.player(role, plan.applicant)
        made.append(_record(obj, table.name, entry, before, transition.target, role, player, at))
        before = transition.target
    return made


def _record(
    obj: LifecycleModel, lifecycle: str, entry: str, before: str, after: str, role: Role, player: Player, at: datetime
) -> TransitionRecord:
    transition = row(entry)
    return TransitionRecord(
        lifecycle=lifecycle,
        transition=entry,
        object_id=obj.pk,
        case=obj.case,
        from_state=before,
        to_state=after,
        actor=player.user,
        role=role,
        organization_id=player.organization.pk if player.organization else None,
        organization_name=player.organization.name if player.organization else "",
        at=at,
        reason="材料不符合指南要求。" if transition.reason_required else "",
        step=(transition.completes or transition.opens or ("",))[0],
    )
