"""Engaging the audit firm, its fieldwork, and the report; what was wrongly spent goes back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Organization
from procurement import audit
from procurement.access import Actor, Role
from procurement.lifecycle import steps
from procurement.lifecycle.engine import Attempt
from procurement.rules import Refusal, RuleViolation, implements
from projects.models import Application, AuditLine, BudgetVersion, FinancialAudit, Refund
from projects.services.numbering import next_number


@transaction.atomic
def engage_firm(
    *, actor: Actor, application: Application, firm: Organization, at: datetime | None = None
) -> FinancialAudit:
    """The office entrusts a firm; its independence is judged when it accepts (R-265)."""
    if not actor.holds(Role.LGO, application.guide.office_id):
        raise RuleViolation([Refusal("S-02", _("审计机构由领导小组办公室委托"))])
    if application.status not in ("closing", "rectifying_final"):
        raise RuleViolation([Refusal("S-01", _("项目转入结项后才能委托审计"))])
    if firm.kind != "audit_firm":
        raise RuleViolation([Refusal("R-266", _("“%(name)s”不是审计机构") % {"name": firm.name})])
    if application.financial_audits.exclude(status="cancelled").exists():
        raise RuleViolation([Refusal("S-01", _("已委托审计，不能重复委托"))])
    contract = application.contracts.exclude(status="cancelled").first()
    engaged = FinancialAudit(
        application=application,
        case=application.case,
        firm=firm,
        granted_total=application.granted_amount or Decimal(0),
        paid_total=contract.paid_total if contract else Decimal(0),
    )
    engaged.save()
    AuditLine.objects.bulk_create(
        AuditLine(audit=engaged, budget_line=line)
        for line in application.budget_lines.filter(version=BudgetVersion.GRANTED)
    )
    if application.case is not None:
        steps.set_party(application.case, "audit_firm", firm.pk, firm.name)
    _journal(actor, engaged, "financial_audit.engage", {"firm": firm.name})
    return engaged


@transaction.atomic
def save_fieldwork(
    *,
    actor: Actor,
    financial_audit: FinancialAudit,
    scope: str,
    lines: dict[UUID, dict[str, Any]],
    at: datetime | None = None,
) -> FinancialAudit:
    """Keep the sampled scope and each line's spent, ineligible, reason and whether it is resolved."""
    locked = FinancialAudit.objects.select_for_update(no_key=True).get(pk=financial_audit.pk)
    if not actor.holds(Role.TPE, locked.firm_id):
        raise RuleViolation([Refusal("S-02", _("审计记录由受托审计机构填写"))])
    if locked.status not in ("fieldwork", "draft_sent", "responded"):
        raise RuleViolation([Refusal("S-01", _("当前状态不能填写审计记录"))])
    locked.scope = scope.strip()
    locked.save()
    for line in locked.lines.filter(pk__in=list(lines)):
        for name, value in lines[line.pk].items():
            setattr(line, name, value)
        line.save()
    _journal(actor, locked, "financial_audit.fieldwork", {"lines": len(lines)})
    return locked


def begin(attempt: Attempt) -> None:
    attempt.obj.independence = str(attempt.data.get("independence") or _("本机构与项目各方不存在利害关系。"))


@implements("R-255")
def total_up(attempt: Attempt) -> None:
    """Totals are sums of the lines, never typed."""
    _sum_lines(attempt.obj)


def respond(attempt: Attempt) -> None:
    attempt.obj.response = attempt.reason


@implements("R-255")
def finalise(attempt: Attempt) -> None:
    """Effect of financial_audit.finalise: the refund that follows from the figures is due at once."""
    done: FinancialAudit = attempt.obj
    _sum_lines(done)
    done.opinion, done.conclusion = attempt.data["opinion"], attempt.data["conclusion"]
    done.report_number = str(attempt.data.get("report_number") or "") or next_number(
        "audit_report", prefix="SJ", year=timezone.localtime(attempt.at).year
    )
    contract = done.application.contracts.exclude(status="cancelled").first()
    done.paid_total = contract.paid_total if contract else Decimal(0)
    if done.refund_due > 0 and not Refund.objects.filter(application=done.application).exists():
        Refund(application=done.application, case=done.case, amount=done.refund_due).save()
    attempt.kept |= {"refund_due": str(done.refund_due), "report_number": done.report_number}


def _sum_lines(done: FinancialAudit) -> None:
    sums = done.lines.aggregate(spent=Sum("spent"), ineligible=Sum("ineligible"))
    done.spent_total = sums["spent"] or Decimal(0)
    done.ineligible_total = sums["ineligible"] or Decimal(0)


def _journal(actor: Actor, financial_audit: FinancialAudit, action: str, body: dict[str, Any]) -> None:
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action=action,
        subject=financial_audit.subject,
        case_id=financial_audit.case_id,
        body=body,
    )
