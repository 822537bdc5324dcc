"""Purchase plans are written here; which rules apply to them is fixed on their first day (R-001)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogs.models import BudgetLine, PurchasePlan
from catalogs.models.envelope import APPROVED
from catalogs.selectors.plans import survey_is_due
from catalogs.selectors.prices import Asked
from catalogs.selectors.procedures import Recommendation, recommend_for, rules_for
from catalogs.services.prices import record_observed
from procurement import audit
from procurement.access import Actor, Role
from procurement.lifecycle.numbering import next_number
from procurement.money import yuan
from procurement.rules import Refusal, RuleViolation
from procurement.rules.models.rule_set import NoRuleSetInForce

PREPARERS = (Role.PU_BUY, Role.PU_FIN, Role.LGO)


def may_prepare(actor: Actor, line: BudgetLine) -> bool:
    return any(actor.holds(role, line.department_id) for role in PREPARERS)


@transaction.atomic
def prepare(*, actor: Actor, plan: PurchasePlan) -> PurchasePlan:
    """Save a new draft, or the corrections to one; the regime follows from what was entered.

    Raises RuleViolation: S-02 for a stranger, R-013 for a line that is not approved, R-017 past draft.
    """
    line = plan.budget_line
    if not may_prepare(actor, line):
        raise RuleViolation([Refusal("S-02", _("购买计划只能由预算部门的采购经办人、财务审批人或领导小组办公室编制"))])
    if line.status != APPROVED:
        raise RuleViolation([Refusal("R-013", _("预算项目“%(title)s”尚未批准") % {"title": line.title})])
    is_new = plan._state.adding
    if is_new:
        _pin_rules(plan)
    elif PurchasePlan.objects.select_for_update(no_key=True).get(pk=plan.pk).status != "draft":
        raise RuleViolation([Refusal("R-017", _("计划已提交或批准，不能直接修改"))])
    plan.regime = advice(plan).regime
    plan.save()
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="purchase_plan.prepare" if is_new else "purchase_plan.revise",
        subject=plan.subject,
        case_id=None,
        ok=True,
        body={"line": str(line.pk), "amount": str(plan.amount), "method": plan.method},
    )
    return plan


def advice(plan: PurchasePlan) -> Recommendation:
    """What the pinned rule sets recommend for the plan as it stands."""
    return recommend_for(plan)


def on_submit(attempt: Any) -> None:
    """Effect of ``purchase_plan.submit``: the survey, where one is due, stays in the record (R-037)."""
    if survey_is_due(attempt.obj):
        data = attempt.data
        attempt.kept["survey"] = {
            "on": data["survey_on"].isoformat(),
            "suppliers": int(data["survey_suppliers"]),
            "summary": str(data.get("survey_summary", "")).strip(),
        }


def on_review(attempt: Any) -> None:
    """Effect of ``purchase_plan.review``: who took part in the key review (R-038)."""
    if survey_is_due(attempt.obj):
        attempt.kept["units"] = sorted(attempt.data["units"])


def on_publish(attempt: Any) -> None:
    """Effect of ``purchase_plan.publish``."""
    plan: PurchasePlan = attempt.obj
    plan.filing_number = str(attempt.data.get("filing_number", "")).strip()
    plan.published_at = attempt.at


def on_use(attempt: Any) -> None:
    """Effect of ``purchase_plan.use``: what came of the plan."""
    plan: PurchasePlan = attempt.obj
    plan.awarded_amount = attempt.data["awarded_amount"]
    plan.used_for = attempt.data["used_for"].strip()
    attempt.kept["amount"] = str(plan.awarded_amount)
    if plan.quantity and plan.unit.strip() and plan.awarded_amount:
        line = plan.budget_line
        asked = Asked("service", line.category, plan.unit, yuan(plan.awarded_amount / plan.quantity))
        record_observed(
            actor=attempt.actor,
            subject=plan.subject,
            region_id=line.department.region_id,
            year=line.fiscal_year,
            prices=[asked],
            at=attempt.at,
        )


def _pin_rules(plan: PurchasePlan) -> None:
    try:
        found = rules_for(plan.budget_line.department.region_id, timezone.localdate())
    except NoRuleSetInForce as unknown:
        raise RuleViolation([Refusal("R-001", str(unknown))]) from unknown
    plan.rule_set, plan.other_rule_set = found
    plan.number = next_number("purchase_plan", prefix="JH", year=plan.budget_line.fiscal_year)
