"""Budget lines are written here, and the year's table of them is filed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalogs.models import BudgetLine, PurchaseItemTable
from catalogs.selectors.budgets import table_rows
from catalogs.services import envelopes
from orgs.models import Organization
from procurement import audit
from procurement.access import Actor, Role
from procurement.documents import render_pdf
from procurement.lifecycle.engine import database_now
from procurement.rules import Refusal, RuleViolation, implements

PREPARERS = (Role.PU_FIN, Role.LGO)


def may_prepare(actor: Actor, department_id: Any) -> bool:
    return any(actor.holds(role, department_id) for role in PREPARERS)


@transaction.atomic
def prepare(*, actor: Actor, line: BudgetLine) -> BudgetLine:
    """Save a new draft, or the corrections to one; anything past draft is refused (R-017)."""
    _require_preparer(actor, line.department_id)
    is_new = line._state.adding
    if not is_new and BudgetLine.objects.select_for_update(no_key=True).get(pk=line.pk).status != "draft":
        raise RuleViolation([Refusal("R-017", _("预算项目已提交或批准，不能直接修改"))])
    line.save()
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="budget_line.prepare" if is_new else "budget_line.revise",
        subject=line.subject,
        case_id=None,
        ok=True,
        body={"envelope": str(line.envelope_id), "amount": str(line.amount)},
    )
    return line


@implements("R-014")
@transaction.atomic
def file_item_table(*, actor: Actor, department: Organization, fiscal_year: int) -> PurchaseItemTable:
    """File the department's submitted and approved lines of a year as one table; a later filing is a new version.

    Raises RuleViolation when the person has no say in the department's budget or there is nothing to file.
    """
    _require_preparer(actor, department.pk)
    Organization.objects.select_for_update(no_key=True).get(pk=department.pk)  # versions follow one another
    lines = list(
        BudgetLine.objects.of_year(department.pk, fiscal_year)
        .exclude(status="draft")
        .select_related("envelope")
        .order_by("created_at", "id")
    )
    if not lines:
        raise RuleViolation([Refusal("R-014", _("没有已提交的预算项目，无从报送"))])
    earlier = PurchaseItemTable.objects.filter(department=department, fiscal_year=fiscal_year).count()
    table = PurchaseItemTable.objects.create(
        department=department,
        fiscal_year=fiscal_year,
        version=earlier + 1,
        rows=table_rows(lines),
        total=sum((line.amount for line in lines), Decimal(0)),
        filed_at=database_now(),
        filed_by=actor.person,
    )
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="item_table.file",
        subject=table.subject,
        case_id=None,
        ok=True,
        body={"year": fiscal_year, "version": table.version, "total": str(table.total), "lines": len(lines)},
    )
    return table


def item_table_pdf(table: PurchaseItemTable) -> bytes:
    """The filed table as a paper; the same table gives the same bytes."""
    context = {
        "table": table,
        "rows": [{**row, "amount": Decimal(row["amount"])} for row in table.rows],
        "title": f"{table.fiscal_year}年度政府购买服务项目表",
        "issuer": table.department.name,
        "reference": f"{table.fiscal_year}-{table.version}",
        "issued_at": table.filed_at,
    }
    return render_pdf("documents/item_table.html", context)


def on_approve(attempt: Any) -> None:
    """Effect of ``budget_line.approve``: the money is reserved out of the envelope, the amount becomes the measure."""
    line: BudgetLine = attempt.obj
    envelopes.commit(line.envelope, line.amount, actor=attempt.actor, subject=line.subject, at=attempt.at)
    line.approved_amount = line.amount
    line.approval_number = attempt.data["approval_number"].strip()
    line.approved_at = attempt.at
    attempt.kept["amount"] = str(line.amount)


def _require_preparer(actor: Actor, department_id: Any) -> None:
    if not may_prepare(actor, department_id):
        raise RuleViolation([Refusal("S-02", _("预算项目只能由本部门的财务审批人或领导小组办公室编制"))])
