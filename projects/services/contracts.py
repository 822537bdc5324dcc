"""Drawing up a contract, freezing its text, signing, filing; the term's years and the payment plan come with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import jcs
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogs.selectors.prices import Asked
from catalogs.services.prices import record_observed
from procurement import audit
from procurement.access import Actor, Duty, Role, conflict_for, record_duty
from procurement.documents import start_job
from procurement.lifecycle.engine import Attempt, database_now, perform
from procurement.lifecycle.numbering import next_number
from procurement.money import split
from procurement.rules import Refusal, RuleViolation, implements
from projects.models import (
    Application,
    BudgetVersion,
    Contract,
    ContractSignature,
    ContractYear,
    Payment,
    PaymentCondition,
)
from projects.selectors.proxies import proxy_of
from projects.services import award_contracts
from projects.services.contract_terms import common_terms, plan_years

#: Units that count nothing: what they price can be compared with nothing.
LUMP_SUMS = ("项", "批", "式", "套")
#: What the signatures cover, in this order of reading.
SIGNED_TERMS = (
    "number", "subject_matter", "scope", "quantity", "quality", "assessment_terms", "rights_and_duties",
    "breach_terms", "dispute_terms", "beneficiary_body", "assessment_cycle", "account_bank", "account_number",
)  # fmt: skip
#: What a draft may change.
EDITABLE = (
    *SIGNED_TERMS[1:],
    "amount",
    "starts_on",
    "ends_on",
    "long_term_reason",
    "renewable_yearly",
    "no_assignment",
)


@transaction.atomic
def draft_contract(*, actor: Actor, application: Application, at: datetime | None = None, **terms: Any) -> Contract:
    """A draft prefilled from the approved project; the buyer edits it, another person checks it.

    Raises:
        RuleViolation: S-02 for anyone but the purchaser's officer, S-01 unless the project is approved,
            R-178 when a contract stands already.
    """
    moment = at or database_now()
    _require_buyer(actor, application)
    contract = Contract(
        number=next_number("contract", prefix="HT", year=timezone.localtime(moment).year),
        application=application,
        case=application.case,
        purchaser=application.guide.purchaser,
        contractor=application.applicant,
        responsible_unit=application.hub,
        treasury=application.guide.treasury,
        **{**standard_terms(application), **terms},
    )
    contract.save()
    plan_payments(contract)
    plan_years(contract)
    if actor.id is not None:
        record_duty(person_id=actor.id, case_id=contract.duty_scope, duty=Duty.CONTRACT_DRAFTER, at=moment)
    _journal(actor, contract, "contract.draft", {"number": contract.number, "amount": str(contract.amount)})
    return contract


@transaction.atomic
def revise_contract(*, actor: Actor, contract: Contract, at: datetime | None = None, **terms: Any) -> Contract:
    """Change a draft; the payment plan and the years follow the new amount and term."""
    locked = Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)
    if not actor.holds(Role.PU_BUY, locked.purchaser_id):
        raise RuleViolation([Refusal("S-02", _("合同由购买主体的采购经办人拟定"))])
    if locked.status != "draft":
        raise RuleViolation([Refusal("R-201", _("合同已送复核，退回后才能修改"))])
    before = locked.amount
    for name in EDITABLE:
        if name in terms:
            setattr(locked, name, terms[name])
    locked.save()
    if locked.amount != before:
        replan_payments(locked)
    locked.years.all().delete()
    plan_years(locked)
    _journal(actor, locked, "contract.revise", {"fields": sorted(set(terms) & set(EDITABLE))})
    return locked


def standard_terms(application: Application, *, indicators: str = "") -> dict[str, Any]:
    """The clauses a contract of this kind begins with, filled from the approved project."""
    quantity = indicators or "；".join(
        f"{row.name} {row.target.normalize():f} {row.unit}" for row in application.indicators.all()
    )
    return {
        **common_terms(),
        "subject_matter": application.title,
        "scope": application.summary,
        "quantity": quantity,
        "quality": _("符合申报书载明的服务标准；服务过程留有记录，可以核查；服务对象满意度不低于 80%。"),
        "assessment_terms": _(
            "购买主体按季度考核、中期评估和结项验收。季度报告未通过、中期评估不合格或整改未完成的，暂停拨付后续款项；"
            "最后一期款项在验收合格、财务审计完成后拨付。"
        ),
        "rights_and_duties": _(
            "购买主体按约付款、监督指导；承接主体按申报书实施项目，专款专用、单独核算，建立服务台账，接受监督检查和审计；"
            "主责单位督促指导。承接主体不得将服务项目转包或者委托给第三人。"
        ),
        "beneficiary_body": application.place,
        "amount": application.granted_amount or Decimal(0),
        "starts_on": application.starts_on,
        "ends_on": application.ends_on,
        "account_bank": application.applicant.bank_name,
        "account_number": application.applicant.bank_account,
    }


def plan_payments(contract: Contract) -> None:
    """One planned payment per tranche; the parts add up to the amount to the cent (R-250, R-213 for zero price).

    After an award the terms say when is paid; its delivery is not followed in the portal yet.
    """
    if contract.amount == 0 or contract.case is None:
        return
    shares = cast(tuple[Decimal, ...], contract.case.rule_set.value("tranche_schedule"))
    for number, (share, amount) in enumerate(zip(shares, split(contract.amount, list(shares)), strict=True), start=1):
        Payment(
            contract=contract,
            case=contract.case,
            tranche=number,
            share=share,
            amount=amount,
            conditions=conditions_of(number, len(shares)),
        ).save()


def replan_payments(contract: Contract) -> None:
    """Spread a new amount over the tranches that are there."""
    rows = list(contract.payments.order_by("tranche"))
    for payment, amount in zip(rows, split(contract.amount, [row.share for row in rows]), strict=True):
        payment.amount = amount
        payment.save()


@implements("R-253")
def conditions_of(number: int, last: int) -> list[str]:
    """First tranche: filed and a ledger of its own. Then reports and mid-term. The last: acceptance and audit too."""
    first = [PaymentCondition.FILED, PaymentCondition.LEDGER]
    if number == 1:
        return [str(c) for c in first]
    later = [PaymentCondition.REPORTS, PaymentCondition.MIDTERM]
    return [
        str(c) for c in (*later, *((PaymentCondition.ACCEPTED, PaymentCondition.AUDITED) if number == last else ()))
    ]


def freeze(attempt: Attempt) -> None:
    """Effect of contract.approve: from now on this text, and no other, is what both heads sign."""
    contract: Contract = attempt.obj
    contract.content_sha256 = hashlib.sha256(signed_content(contract)).hexdigest()
    attempt.kept["content_sha256"] = contract.content_sha256


def signed_content(contract: Contract, payments: Iterable[Payment] | None = None) -> bytes:
    """The canonical bytes the signatures cover (RFC 8785): parties, every term, the amount, the payment plan.

    ``payments`` spares the query where the plan is at hand.
    """
    plan = contract.payments.order_by("tranche") if payments is None else payments
    content: bytes = jcs.canonicalize(
        {
            **{name: getattr(contract, name) for name in SIGNED_TERMS},
            **_origin(contract),
            "purchaser": str(contract.purchaser_id),
            "contractor": str(contract.contractor_id),
            **_executor_of(contract),
            "amount": str(contract.amount),
            "starts_on": contract.starts_on.isoformat(),
            "ends_on": contract.ends_on.isoformat(),
            "payments": [
                {"tranche": p.tranche, "amount": str(p.amount), "conditions": list(p.conditions)} for p in plan
            ],
        }
    )
    return content


def _origin(contract: Contract) -> dict[str, str]:
    if contract.award_id is not None:
        return {"award": str(contract.award_id)}
    return {"application": str(contract.application_id)}


def _executor_of(contract: Contract) -> dict[str, str]:
    """A union signs for a group: who carries out and under which letter is part of what is signed (R-072)."""
    proxy = proxy_of(contract.application) if contract.application else None
    return {"executor": str(proxy.executor_id), "letter": proxy.letter.number} if proxy else {}


def sign_for_contractor(attempt: Attempt) -> None:
    _sign(attempt, "contractor")


def sign_for_purchaser(attempt: Attempt) -> None:
    """Effect of the second signature: the contract stands, the project starts, the announcement is out (R-202)."""
    contract: Contract = attempt.obj
    _sign(attempt, "purchaser")
    contract.signed_at = contract.announced_at = attempt.at
    if contract.application is None:
        award_contracts.conclude(attempt)
    else:
        perform(contract.application, "application.start", actor=attempt.actor, at=attempt.at)
        _pass_prices_on(attempt, contract.application)
    start_job(kind="contract_pdf", actor=attempt.actor, case_id=contract.case_id, params={"contract": str(contract.pk)})


def _pass_prices_on(attempt: Attempt, application: Application) -> None:
    """The unit prices both heads signed enter the price library of the place (R-016)."""
    lines = application.budget_lines
    agreed = lines.filter(version=BudgetVersion.GRANTED) or lines.filter(version=BudgetVersion.REQUESTED)
    record_observed(
        actor=attempt.actor,
        subject=attempt.obj.subject,
        region_id=application.guide.jurisdiction_id,
        year=timezone.localtime(attempt.at).year,
        prices=[
            Asked(line.item, line.description, line.unit, line.unit_price)
            for line in agreed
            if line.unit not in LUMP_SUMS
        ],
        at=attempt.at,
    )


def file(attempt: Attempt) -> None:
    """Effect of contract.file: finance has the copy (R-203)."""
    contract: Contract = attempt.obj
    contract.filed_at = attempt.at
    contract.filing_number = attempt.data.get("filing_number") or next_number(
        "filing", prefix="BA", year=timezone.localtime(attempt.at).year
    )
    attempt.kept["filing_number"] = contract.filing_number


@implements("R-205")
@transaction.atomic
def record_assessment(*, application: Application, grade: str, on: date, document_id: UUID | None = None) -> None:
    """Evaluation reports the grade of the contract year a day lies in; renewal reads it here."""
    year = ContractYear.objects.filter(
        contract__application=application, starts_on__lte=on, contract__status__in=("performing", "completed")
    ).order_by("-number").first()  # fmt: skip
    if year is not None:
        year.grade, year.document_id = grade, document_id
        year.save(update_fields=["grade", "document_id"])


def running_contract(application: Application) -> Contract | None:
    return application.contracts.filter(status__in=("signed", "performing", "suspended", "completed")).first()


def _sign(attempt: Attempt, side: str) -> None:
    contract: Contract = attempt.obj
    if hashlib.sha256(signed_content(contract)).hexdigest() != contract.content_sha256:
        raise RuleViolation([Refusal("R-201", _("合同文本与定稿不一致，不能签署"))])
    ContractSignature.objects.create(
        contract=contract,
        side=side,
        person=attempt.actor.person,
        organization_name=attempt.seat.organization_name if attempt.seat else "",
        signed_at=attempt.at,
        content_sha256=contract.content_sha256,
        signature=sealed(contract, side, attempt.actor.id, attempt.at),
    )
    attempt.kept["content_sha256"] = contract.content_sha256


def sealed(contract: Contract, side: str, person_id: UUID | None, at: datetime) -> str:
    """The portal's signature over who signed which text for which side, and when."""
    statement = f"{contract.pk}|{side}|{person_id}|{contract.content_sha256}|{at.isoformat()}"
    return audit.sign(statement.encode(), purpose="contract")


def _require_buyer(actor: Actor, application: Application) -> None:
    if not actor.holds(Role.PU_BUY, application.guide.purchaser_id):
        raise RuleViolation([Refusal("S-02", _("合同由购买主体的采购经办人拟定"))])
    if application.status not in ("approved", "ready_to_sign"):
        raise RuleViolation([Refusal("S-01", _("项目尚未立项批复，不能拟定合同"))])
    if application.contracts.exclude(status__in=("cancelled", "terminated")).exists():
        raise RuleViolation([Refusal("R-178", _("该项目已有合同，不能重复拟定"))])
    clash = actor.id and conflict_for(person_id=actor.id, case_id=application.duty_scope, duty=Duty.CONTRACT_DRAFTER)
    if clash:
        raise RuleViolation([Refusal(clash[1], _("您在本项目中已承担“%(held)s”") % {"held": clash[0].label})])


def _journal(actor: Actor, contract: Contract, action: str, body: dict[str, Any]) -> None:
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action=action,
        subject=contract.subject,
        case_id=contract.case_id,
        body=body,
    )
