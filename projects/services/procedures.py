"""A procedure is opened from a published plan, written while it is a draft, and begun again after it failed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from catalogs.models import PurchasePlan
from catalogs.selectors.procedures import grant_rules
from orgs.models import Organization
from procurement import audit
from procurement.access import Actor, Role
from procurement.lifecycle import steps
from procurement.lifecycle.engine import database_now
from procurement.lifecycle.numbering import next_number
from procurement.rules import Refusal, Regime, RuleViolation
from procurement.rules.models import RuleSet
from projects.models import InvitedSupplier, Lot, Procedure, ProcurementDocument
from projects.models.procurement_document import WORDS
from projects.selectors.procedures import FOR_ONE, sealed_how, works_on
from projects.selectors.procurement_documents import demand_sections

#: Which steps a procedure shows; a place with steps of its own brings a template (data), not code.
TEMPLATES = {
    Regime.STATUTORY: "gpl_statutory",
    Regime.OTHER_PURCHASE: "chengdu_lifecycle",
    Regime.GRANT_APPLICATION: "shanghai_welfare_tender",
}
FIRST_STEPS = ("gpl_document", "document", "announce")
#: Steps that were over before the procedure began: the plan has gone through them.
DONE_BEFORE = ("survey", "budget", "specification", "need_declare")
EDITABLE = ("title", "price_ceiling", "agent", "method_ground", "method_reason", "method_approval")


@transaction.atomic
def open_procedure(
    *,
    actor: Actor,
    plan: PurchasePlan,
    agent: Organization | None = None,
    at: datetime | None = None,
    retender_of: Procedure | None = None,
    **content: Any,
) -> Procedure:
    """A draft with its case, its document and one lot, for a published plan.

    ``content`` may set another kind with its ground, reason and approval where a failed procedure is repeated.
    Raises RuleViolation: S-02 for others than the purchaser's officer, R-019 for a plan not published, R-018 for one
    that is being bought already.
    """
    line = plan.budget_line
    if not actor.holds(Role.PU_BUY, line.department_id):
        raise RuleViolation([Refusal("S-02", _("采购项目由购买主体的采购经办人建立"))])
    _require_free(plan)
    moment = at or database_now()
    rules = _rules_of(plan)
    number = next_number("procedure", prefix="CG", year=timezone.localtime(moment).year)
    values = {
        "title": plan.title,
        "kind": plan.method,
        "method_ground": plan.method_ground,
        "method_reason": plan.method_reason,
        "method_approval": plan.method_approval,
        "budget": plan.amount,
        **content,
    }
    procedure = Procedure(
        number=number,
        plan=plan,
        regime=plan.regime,
        rule_set=rules,
        purchaser=line.department,
        agent=agent,
        finance=line.envelope.finance,
        retender_of=retender_of,
        **values,
    )
    procedure.seal_mode = sealed_how(procedure.kind, procedure.budget, rules)
    procedure.case = _open_case(procedure, moment)
    procedure.save()
    Lot.objects.create(
        procedure=procedure,
        number=1,
        title=procedure.title,
        budget=procedure.budget,
        quantity=plan.quantity,
        unit=plan.unit,
    )
    with translation.override("zh-hans"):  # an official paper, whatever language its author reads the portal in
        sections = demand_sections(plan)
    ProcurementDocument.objects.create(procedure=procedure, demand_sections=sections)
    journal(actor, procedure, "procedure.start", {"number": number, "plan": plan.number, "kind": procedure.kind})
    return procedure


@transaction.atomic
def revise_procedure(
    *,
    actor: Actor,
    procedure: Procedure,
    lots: Iterable[dict[str, Any]] | None = None,
    supplier: Organization | None = None,
    **content: Any,
) -> Procedure:
    """Change a draft: its facts, its lots ({title, budget, quantity, unit}), the supplier where there is only one.

    Raises RuleViolation: S-02 for a stranger, S-01 once the draft was sent to be checked.
    """
    locked = locked_draft(actor, procedure)
    for name in EDITABLE:
        if name in content:
            setattr(locked, name, content[name])
    if lots is not None:
        _replace_lots(locked, list(lots))
    if locked.kind in FOR_ONE and supplier is not None:
        locked.invited.exclude(organization=supplier).delete()
        InvitedSupplier.objects.get_or_create(procedure=locked, organization=supplier)
    locked.seal_mode = sealed_how(locked.kind, locked.budget, locked.rule_set)
    locked.save()
    if locked.case is not None and locked.agent is not None:
        steps.set_party(locked.case, "agent", locked.agent.pk, locked.agent.name)
    journal(
        actor, locked, "procedure.revise", {"fields": sorted(set(content) & set(EDITABLE)), "lots": lots is not None}
    )
    return locked


@transaction.atomic
def retender(
    *, actor: Actor, procedure: Procedure, at: datetime | None = None, kind: str = "", **method: Any
) -> Procedure:
    """A new draft after a failure, linked to it, with the same document and lots; ``kind`` may name another method.

    Raises RuleViolation: R-118 where the procedure did not fail, else as ``open_procedure``.
    """
    if procedure.status != "failed":
        raise RuleViolation([Refusal("R-118", _("只有废标（终止）的采购项目可以重新采购"))])
    changes = bool(kind) and kind != procedure.kind
    #: Another method stands on grounds and an approval of its own, not on those of the plan.
    another = {"kind": kind, "method_ground": "", "method_approval": "", **method} if changes else {}
    again = open_procedure(
        actor=actor,
        plan=procedure.plan,
        agent=procedure.agent,
        at=at,
        retender_of=procedure,
        title=procedure.title,
        budget=procedure.budget,
        price_ceiling=procedure.price_ceiling,
        **another,
    )
    old = ProcurementDocument.objects.filter(procedure=procedure).first()
    if old is not None:
        ProcurementDocument.objects.filter(procedure=again).update(**{name: getattr(old, name) for name in WORDS})
    _replace_lots(
        again,
        [
            {"title": lot.title, "budget": lot.budget, "quantity": lot.quantity, "unit": lot.unit}
            for lot in procedure.lots.all()
        ],
    )
    return again


def locked_draft(actor: Actor, procedure: Procedure) -> Procedure:
    """The row for writing; refuses strangers and what is no draft any more."""
    locked = Procedure.objects.select_for_update(no_key=True, of=("self",)).get(pk=procedure.pk)
    if not works_on(locked, actor):
        raise RuleViolation([Refusal("S-02", _("采购文件由采购经办人或者采购代理机构编制"))])
    if locked.status != "draft":
        raise RuleViolation([Refusal("S-01", _("采购文件已送复核，须退回后修改；公告后只能发澄清（修改）通知"))])
    return locked


def journal(actor: Actor, procedure: Procedure, action: str, body: dict[str, Any]) -> None:
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action=action,
        subject=procedure.subject,
        case_id=procedure.case_id,
        body=body,
    )


def _replace_lots(procedure: Procedure, lots: list[dict[str, Any]]) -> None:
    """By their number; a lot to which bids are sealed already stays (its key is kept)."""
    for number, values in enumerate(lots, start=1):
        Lot.objects.update_or_create(procedure=procedure, number=number, defaults=values)
    try:
        procedure.lots.filter(number__gt=len(lots)).delete()
    except ProtectedError as kept:
        raise RuleViolation([Refusal("R-117", _("采购包已生成投标密钥，不能删除"))]) from kept
    procedure.budget = sum((lot["budget"] for lot in lots), Decimal("0.00"))
    procedure.save()


def _require_free(plan: PurchasePlan) -> None:
    """Locks the plan, so that of two who open at once the second is refused in words."""
    locked = PurchasePlan.objects.select_for_update(no_key=True, of=("self",)).get(pk=plan.pk)
    if locked.status != "published":
        raise RuleViolation([Refusal("R-019", _("购买计划公开采购意向后才能组织采购"))])
    if Procedure.objects.filter(plan=plan).exclude(status__in=("failed", "cancelled")).exists():
        raise RuleViolation([Refusal("R-018", _("该购买计划已有正在进行的采购项目"))])


def _rules_of(plan: PurchasePlan) -> RuleSet:
    """The rule set of the plan's regime, as pinned on the plan's first day (R-001)."""
    if plan.regime == Regime.STATUTORY:
        return plan.rule_set
    return grant_rules(plan) if plan.regime == Regime.GRANT_APPLICATION else plan.other_rule_set


def _open_case(procedure: Procedure, at: datetime) -> Any:
    case = steps.open_case(
        number=procedure.number,
        title=procedure.title,
        template_code=TEMPLATES[Regime(procedure.regime)],
        rule_set=procedure.rule_set,
        at=at,
        subject=procedure.subject,
    )
    parties = [("purchaser", procedure.purchaser), ("finance", procedure.finance), ("office", procedure.purchaser)]
    for part, body in [*parties, *([("agent", procedure.agent)] if procedure.agent else [])]:
        steps.set_party(case, part, body.pk, body.name)
    for code in DONE_BEFORE:
        steps.skip_step(case, code)
    for code in FIRST_STEPS:
        steps.open_step(case, code, at=at)
    return case
