"""A project at its end, placed there by inserts: contract performing, ledger kept, money paid, reports in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from orgs.models import Organization, OrganizationKind
from procurement.access import Actor, Role
from procurement.calendars import end_of_day
from procurement.lifecycle import steps
from procurement.lifecycle.engine import _write_status, database_now, perform
from procurement.lifecycle.models import LifecycleModel, TransitionRecord
from projects.models import (
    Acceptance,
    Application,
    BudgetLine,
    BudgetVersion,
    Closeout,
    Contract,
    FinancialAudit,
    GuideCategory,
    Indicator,
    IndicatorKind,
    IndicatorResult,
    Payment,
    Receipt,
)
from projects.services.acceptances import (
    give_opinion,
    judge_standards,
    name_recipient,
    plan_acceptance,
    record_presence,
)
from projects.services.financial_audits import engage_firm, save_fieldwork
from tests.factories.applications import make_applicant, make_guide, make_hub
from tests.factories.people import make_actor, make_organization

GRANTED = Decimal("100000.00")
LEADER, PHONE, ACCOUNT = "司徒春晓", "010-85007788", "0200001234567890123"


@dataclass
class Closing:
    """A project in its closing stage with the people around it; each role is one person."""

    application: Application
    contract: Contract
    actors: dict[Role, Actor]

    def actor(self, role: Role) -> Actor:
        """The person of that role, made when first asked for."""
        if role not in self.actors:
            guide = self.application.guide
            body = {
                Role.ORG: self.application.applicant,
                Role.ORG_H: self.application.applicant,
                Role.RU: self.application.hub,
                Role.LGO: guide.office,
                Role.TREAS: guide.treasury,
            }.get(role, guide.purchaser)
            self.actors[role] = make_actor(role, body)
        return self.actors[role]

    def fresh(self) -> Application:
        return Application.objects.get(pk=self.application.pk)


def make_project(status: str = "in_progress", *, ended: bool = True, **fields: Any) -> Closing:
    """A running project; with ``ended`` its term is over since a week."""
    today = timezone.localdate()
    last = today - timedelta(days=7) if ended else today + timedelta(days=90)
    hub = fields.pop("hub", None) or make_hub()
    applicant = fields.pop("applicant", None) or make_applicant(hub=hub)
    guide = fields.pop("guide", None) or make_guide(status="closed", closes_at=timezone.now() + timedelta(days=1))
    number = f"SB-END-{Application.objects.count() + 1:04d}"
    application = Application(
        number=number,
        guide=guide,
        category=GuideCategory.objects.filter(area__guide=guide).first(),
        applicant=applicant,
        hub=hub,
        status=status,
        **{
            "title": "“心目影院”无障碍观影服务",
            "summary": "为视障居民每周讲述一部电影。",
            "place": "朝阳区朝外街道",
            "leader_name": LEADER,
            "leader_phone": PHONE,
            "starts_on": last - timedelta(days=200),
            "ends_on": last,
            "beneficiary_count": 1200,
            "requested_amount": GRANTED,
            "granted_amount": GRANTED,
            "submitted_at": database_now() - timedelta(days=1),
            **fields,
        },
    )
    application.case = case = steps.open_case(
        number=number,
        title=application.title,
        template_code="beijing_special_fund_18",
        rule_set=guide.rule_set,
        at=timezone.now() - timedelta(days=220),
        subject=application.subject,
    )
    application.save(force_insert=True)
    for part, body in (
        ("office", guide.office), ("applicant", applicant), ("hub", hub), ("purchaser", guide.purchaser),
        ("finance", guide.finance), ("treasury", guide.treasury), ("civil", guide.civil),
    ):  # fmt: skip
        steps.set_party(case, part, body.pk, body.name)
    _plan(application)
    contract = _contract(application)
    return Closing(application, contract, {})


def _plan(application: Application) -> None:
    for position, (kind, name, target, unit) in enumerate(
        ((IndicatorKind.OUTPUT, "组织无障碍观影活动", 40, "场"), (IndicatorKind.OUTPUT, "服务视障居民", 1200, "人次"))
    ):
        Indicator.objects.create(
            application=application, kind=kind, name=name, target=target, unit=unit, position=position
        )
    for position, (item, description, amount) in enumerate(
        (("staff", "项目专员", "60000.00"), ("activity", "观影活动物资", "40000.00"))
    ):
        BudgetLine.objects.create(
            application=application, version=BudgetVersion.GRANTED, item=item, description=description, unit="项",
            quantity=1, unit_price=Decimal(amount), amount=Decimal(amount), position=position,
        )  # fmt: skip


def _contract(application: Application) -> Contract:
    guide = application.guide
    contract = Contract(
        number=f"HT-{application.number}",
        application=application,
        case=application.case,
        purchaser=guide.purchaser,
        contractor=application.applicant,
        responsible_unit=application.hub,
        treasury=guide.treasury,
        status="performing",
        subject_matter=application.title,
        scope=application.summary,
        quantity="40 场",
        quality="每场有签到和照片；服务对象满意度不低于 80%。",
        assessment_terms="验收合格后拨付尾款",
        rights_and_duties="专款专用",
        breach_terms="依法承担责任",
        dispute_terms="向人民法院起诉",
        amount=GRANTED,
        starts_on=application.starts_on,
        ends_on=application.ends_on,
        account_number=ACCOUNT,
        content_sha256="a" * 64,
        signed_at=timezone.now() - timedelta(days=199),
        announced_at=timezone.now() - timedelta(days=199),
        filed_at=timezone.now() - timedelta(days=198),
    )
    contract.save()
    for tranche, amount, status in ((1, "90000.00", "confirmed"), (2, "10000.00", "planned")):
        share = Decimal(amount) / GRANTED
        payment = Payment(
            contract=contract,
            case=application.case,
            tranche=tranche,
            share=share,
            amount=Decimal(amount),
            status=status,
        )
        payment.save()
        if status == "confirmed":
            Payment.objects.filter(pk=payment.pk).update(paid_at=timezone.now() - timedelta(days=150))
    contract.refresh_from_db()
    return contract


def make_closing(**fields: Any) -> Closing:
    """The closeout report is in and through; acceptance may be organised."""
    closing = make_project("closing", **fields)
    closeout = Closeout(
        application=closing.application,
        case=closing.application.case,
        status="draft",
        summary="按合同完成",
        results="成效明显",
        spending_note="专账核算",
        recipients_confirmation="抽查确认",
        self_score=Decimal("92.00"),
    )
    closeout.save()
    for indicator in closing.application.indicators.all():
        IndicatorResult.objects.create(closeout=closeout, indicator=indicator, actual=indicator.target)
    _settle(closeout, "accepted")
    return closing


def _settle(thing: LifecycleModel, status: str) -> None:
    """Put a row into a state past the engine, as an insert would."""
    with transaction.atomic():
        _write_status(thing, status)


def make_visited(closing: Closing | None = None, *, named: int = 3, spoken: int = 1, met: bool = True) -> Acceptance:
    """A round on site: recipients named, notified and present, standards judged, opinions given."""
    closing = closing or make_closing()
    hub = closing.actor(Role.RU)
    acceptance = plan_acceptance(actor=hub, application=closing.application)
    people = [
        name_recipient(actor=hub, acceptance=acceptance, masked_name=f"{name}*", notified_by="phone")
        for name in "张李王赵钱孙"[:named]
    ]
    perform(acceptance, "acceptance.notify_recipients", actor=hub)
    perform(acceptance, "acceptance.visit", actor=hub, visited_on=timezone.localdate(), place="社区服务中心")
    record_presence(actor=hub, acceptance=acceptance, presence={person.pk: True for person in people})
    for person in people[:spoken]:
        give_opinion(recipient=person, satisfied=5, opinion="服务很好，希望继续。")
    judge_standards(
        actor=hub, acceptance=acceptance, judged={row.pk: (met, "台账和现场") for row in acceptance.standards.all()}
    )
    return acceptance


def make_noticed(closing: Closing | None = None, *, result: str = "pass", **how: Any) -> Acceptance:
    """The opinion is drafted and the contractor has it in writing."""
    closing = closing or make_closing()
    acceptance = make_visited(closing, met=result == "pass", **how)
    hub = closing.actor(Role.RU)
    perform(acceptance, "acceptance.draft", actor=hub, result=result, opinion="核验情况如上。")
    perform(acceptance, "acceptance.send_notice", actor=hub)
    return acceptance


def make_final(closing: Closing | None = None, *, result: str = "pass", **how: Any) -> Acceptance:
    """The contractor has nothing to object, the round is concluded."""
    closing = closing or make_closing()
    acceptance = make_noticed(closing, result=result, **how)
    perform(acceptance, "acceptance.concur", actor=closing.actor(Role.ORG_H))
    perform(acceptance, "acceptance.finalise", actor=closing.actor(Role.RU))
    return acceptance


def make_firm(**fields: Any) -> Organization:
    return make_organization(OrganizationKind.AUDIT_FIRM, **fields)


@dataclass
class Auditing:
    audit: FinancialAudit
    auditor: Actor


def make_audit(
    closing: Closing, *, firm: Organization | None = None, until: str = "draft_sent", **line: Any
) -> Auditing:
    """An audit under way; ``line`` changes what the first budget line says."""
    firm = firm or make_firm()
    auditor = make_actor(Role.TPE, firm)
    audit = engage_firm(actor=closing.actor(Role.LGO), application=closing.application, firm=firm)
    if until == "engaged":
        return Auditing(audit, auditor)
    perform(audit, "financial_audit.begin", actor=auditor, declared=True)
    lines = {row.pk: {"spent": row.budget_line.amount, "ineligible": Decimal(0)} for row in audit.lines.all()}
    first = audit.lines.first()
    assert first is not None
    lines[first.pk] |= line
    save_fieldwork(actor=auditor, financial_audit=audit, scope="全部凭证", lines=lines)
    audit.refresh_from_db()
    if until == "fieldwork":
        return Auditing(audit, auditor)
    perform(audit, "financial_audit.send_draft", actor=auditor)
    if until in ("responded", "final"):
        perform(audit, "financial_audit.respond", actor=closing.actor(Role.ORG_H), reason="无异议")
    if until == "final":
        opinion = "qualified" if line.get("ineligible") else "clean"
        perform(audit, "financial_audit.finalise", actor=auditor, opinion=opinion, conclusion="资金使用合规")
    return Auditing(audit, auditor)


def pay_last(closing: Closing) -> None:
    """The last tranche is paid; the contractor confirms it through the one door."""
    payment = closing.contract.payments.get(tranche=2)
    _settle(payment, "paid")
    Payment.objects.filter(pk=payment.pk).update(paid_at=timezone.now())
    payment.refresh_from_db()
    perform(payment, "payment.confirm", actor=closing.actor(Role.ORG))
    closing.contract.refresh_from_db()


def evaluate(closing: Closing, grade: str = "good") -> None:
    """What the final evaluation reports downward."""
    Application.objects.filter(pk=closing.application.pk).update(
        final_grade=grade, final_score=Decimal("86.50"), satisfaction=Decimal("91.20")
    )
    closing.application.refresh_from_db()


def add_history(closing: Closing) -> None:
    """Records and receipts of the earlier steps, which the archive asks for."""
    application, office = closing.application, closing.actor(Role.LGO)
    for lifecycle, name in (
        ("application", "application.record_review"), ("application", "application.propose"),
        ("application", "application.approve"), ("payment", "payment.pay"), ("closeout", "closeout.accept"),
        ("assessment", "assessment.publish"),
    ):  # fmt: skip
        TransitionRecord.objects.create(
            lifecycle=lifecycle, transition=name, object_id=application.pk, case=application.case,
            from_state="a", to_state="b", actor=office.user, at=timezone.now(),
        )  # fmt: skip
    Receipt.objects.create(
        number=f"HZ-{application.number}", application=application, issued_at=timezone.now(), content_sha256="b" * 64,
        signature="s",
    )  # fmt: skip


def make_concluded(*, history: bool = True) -> Closing:
    """Everything that closing asks for is done; without ``history`` the archive misses the earlier papers."""
    closing = make_closing()
    make_final(closing)
    make_audit(closing, until="final")
    pay_last(closing)
    evaluate(closing)
    if history:
        add_history(closing)
    return closing


def after(day: date) -> datetime:
    """The first minute of the next day."""
    return end_of_day(day) + timedelta(minutes=1)
