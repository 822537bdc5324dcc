"""A contract after an award: drafted from the document and the bid, concluded with both signatures (R-200, R-201)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement import audit
from procurement.access import Actor, Duty, Role, conflict_for, record_duty
from procurement.lifecycle.engine import Attempt, database_now, perform, system_actor
from procurement.lifecycle.numbering import next_number
from procurement.money import format_yuan
from procurement.rules import Refusal, RuleViolation, implements
from projects.models import Award, Contract
from projects.selectors.awards import open_lots
from projects.selectors.official_notices import address_of, contact_of
from projects.services import official_notices
from projects.services.contract_terms import common_terms, plan_years


@transaction.atomic
def draft_for_award(*, actor: Actor, award: Award, at: datetime | None = None, **terms: Any) -> Contract:
    """A draft prefilled from the award; edited, checked and signed like every other contract.

    Raises:
        RuleViolation: S-02 for anyone but the purchaser's officer, R-170 unless the award is announced,
            R-178 when a contract stands already.
    """
    moment = at or database_now()
    award = Award.objects.select_for_update(of=("self",), no_key=True).select_related("procedure").get(pk=award.pk)
    _require(actor, award)
    procedure = award.procedure
    contract = Contract(
        number=next_number("contract", prefix="HT", year=timezone.localtime(moment).year),
        award=award,
        case=award.case,
        purchaser=procedure.purchaser,
        contractor=award.supplier,
        treasury=procedure.finance,
        **{**award_terms(award), **terms},
    )
    contract.save()
    plan_years(contract)
    record_duty(person_id=actor.person.pk, case_id=contract.duty_scope, duty=Duty.CONTRACT_DRAFTER, at=moment)
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="contract.draft",
        subject=contract.subject,
        case_id=contract.case_id,
        body={"number": contract.number, "amount": str(contract.amount), "award": str(award.pk)},
    )
    return contract


def award_terms(award: Award) -> dict[str, Any]:
    """What the plan, the lot and the bid say already (R-201: the contract agrees with both)."""
    plan, lot = award.procedure.plan, award.lot
    return {
        **common_terms(),
        "subject_matter": lot.title,
        "scope": plan.requirements or plan.need,
        "quantity": f"{lot.quantity.normalize():f} {lot.unit}".strip() if lot.quantity else _("1 项"),
        "quality": plan.service_standard or _("符合采购文件载明的服务标准"),
        "assessment_terms": plan.evaluation_method or _("按采购文件载明的考核验收办法，与付款挂钩。"),
        "amount": award.amount,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "account_bank": award.supplier.bank_name,
        "account_number": award.supplier.bank_account,
    }


@implements("R-202")
def conclude(attempt: Attempt) -> None:
    """Part of contract.sign_purchaser: the award is contracted, the contract announced, the procedure done with."""
    contract: Contract = attempt.obj
    award = contract.award
    if award is None:
        raise LookupError(f"contract {contract.number} comes from no award")
    perform(award, "award.conclude", actor=attempt.actor, at=attempt.at)
    official_notices.publish(
        actor=attempt.actor,
        kind="contract",
        procedure=award.procedure,
        contract=contract,
        title=_("%(title)s合同公告") % {"title": award.procedure.title},
        fields=_announced(contract, attempt),
        at=attempt.at,
    )
    procedure = award.procedure
    standing = list(procedure.awards.standing())
    if not open_lots(procedure) and all(each.status == "contracted" for each in standing):
        perform(procedure, "procedure.contract", actor=attempt.actor, at=attempt.at)


def use_plan(attempt: Attempt) -> None:
    """Effect of procedure.contract: the plan it was bought under is done with, at the awarded amount (R-018)."""
    procedure = attempt.obj
    if procedure.plan.status != "published":
        return
    total = sum(award.amount for award in procedure.awards.standing() if not award.is_framework)
    perform(
        procedure.plan,
        "purchase_plan.use",
        actor=system_actor(),
        at=attempt.at,
        used_for=procedure.number,
        awarded_amount=total,
    )


def _announced(contract: Contract, attempt: Attempt) -> dict[str, Any]:
    return {
        "contract_number": contract.number,
        "contract_title": contract.subject_matter,
        "supplier_name": contract.contractor.name,
        "supplier_address": address_of(contract.contractor),
        "supplier_contact": contact_of(contract.contractor),
        "subject": contract.subject_matter,
        "specification": contract.scope,
        "quantity": contract.quantity,
        "unit_price": format_yuan(contract.amount),
        "amount": format_yuan(contract.amount),
        "term": f"{contract.starts_on} — {contract.ends_on}",
        "signed_on": attempt.today.isoformat(),
    }


def _require(actor: Actor, award: Award) -> None:
    if not actor.holds(Role.PU_BUY, award.procedure.purchaser_id):
        raise RuleViolation([Refusal("S-02", _("合同由购买主体的采购经办人拟定"))])
    if award.status != "announced":
        raise RuleViolation([Refusal("R-170", _("结果公告后才能拟定合同"))])
    if award.contracts.exclude(status__in=("cancelled", "terminated")).exists():
        raise RuleViolation([Refusal("R-178", _("该中标（成交）已有合同，不能重复拟定"))])
    clash = conflict_for(person_id=actor.person.pk, case_id=award.procedure.duty_scope, duty=Duty.CONTRACT_DRAFTER)
    if clash:
        raise RuleViolation([Refusal(clash[1], _("您在本项目中已承担“%(held)s”") % {"held": clash[0].label})])
