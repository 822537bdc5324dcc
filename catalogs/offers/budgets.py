"""Budget lines and purchase plans that wait for this person, and their places in the navigation."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogs.checkables import Checkable, register_checkable
from catalogs.models import BudgetLine, PurchasePlan
from catalogs.services import budgets, plans
from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.worklists import WorkItem, register_worklist


def register() -> None:
    register_action_labels(
        {
            "budget_line.prepare": gettext_lazy("编制预算项目"),
            "budget_line.revise": gettext_lazy("修改预算项目"),
            "item_table.file": gettext_lazy("报送购买项目表"),
            "purchase_plan.prepare": gettext_lazy("编制购买计划"),
            "purchase_plan.revise": gettext_lazy("修改购买计划"),
        }
    )
    register_checkable("catalogs.purchaseplan", plan_to_check)
    register_worklist(lines_waiting)
    register_worklist(plans_waiting)
    register_nav(NavEntry(gettext_lazy("预算项目"), "budget-lines", order=61, section=Section.MONEY))
    register_nav(NavEntry(gettext_lazy("购买计划"), "purchase-plans", order=62, section=Section.MONEY))


def plan_to_check(actor: Actor, key: UUID) -> Checkable | None:
    """The plan as the negative list asks about it; answered by whoever may write it, while it is a draft."""
    rows = PurchasePlan.objects.visible_to(actor).select_related("budget_line__department__region")
    plan = rows.filter(pk=key).first()
    if plan is None:
        return None
    department = plan.budget_line.department
    return Checkable(
        subject=plan.subject,
        title=plan.title,
        url=plan.get_absolute_url(),
        region=department.region,
        organization=department,
        may_answer=plan.status == "draft" and plans.may_prepare(actor, plan.budget_line),
    )


def lines_waiting(actor: Actor) -> list[WorkItem]:
    departments, finance = actor.organization_ids(*budgets.PREPARERS), actor.organization_ids(Role.FIN)
    if not departments and not finance:
        return []
    rows = BudgetLine.objects.select_related("department", "envelope")
    found = [
        *((line, _("编制并提交")) for line in rows.filter(department__in=departments, status="draft")[:50]),
        *(
            (line, _("财政审核"))
            for line in rows.filter(envelope__finance__in=finance, status__in=("submitted", "reviewed"))[:50]
        ),
    ]
    return [
        WorkItem(
            title=line.title,
            url=line.get_absolute_url(),
            step=step,
            organisation=line.department.name,
            lifecycle=line.lifecycle.label,
        )
        for line, step in found
    ]


def plans_waiting(actor: Actor) -> list[WorkItem]:
    departments, finance = actor.organization_ids(*plans.PREPARERS), actor.organization_ids(Role.FIN)
    heads = actor.organization_ids(Role.PU_SIGN)
    if not departments and not finance and not heads:
        return []
    rows = PurchasePlan.objects.select_related("budget_line__department")
    found = [
        *((p, _("编制并提交")) for p in rows.filter(budget_line__department__in=departments, status="draft")[:50]),
        *((p, _("公开采购意向")) for p in rows.filter(budget_line__department__in=departments, status="approved")[:50]),
        *((p, _("财政审核")) for p in rows.filter(budget_line__envelope__finance__in=finance, status="submitted")[:50]),
        *((p, _("批准计划")) for p in rows.filter(budget_line__department__in=heads, status="reviewed")[:50]),
    ]
    return [
        WorkItem(
            title=plan.title,
            url=plan.get_absolute_url(),
            step=step,
            organisation=plan.budget_line.department.name,
            lifecycle=plan.lifecycle.label,
        )
        for plan, step in found
    ]
