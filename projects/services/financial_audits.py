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

from orgs.models import Organization, OrganizationKind
from procurement import audit
from procurement.access import Actor, Role
from procurement.calendars import CalendarNotAnnounced, Period
from procurement.documents import start_job
from procurement.lifecycle import steps
from procurement.lifecycle.engine import Attempt
from procurement.lifecycle.numbering import next_number
from procurement.rules import Refusal, RuleViolation, implements
from projects.guards.closeout import ties_of
from projects.models import Application, AuditLine, FinancialAudit
from projects.selectors.closeouts import contract_of, is_office
from projects.selectors.delivery import spending
from projects.services.refunds import settle

#: The firm writes while it works and, after the contractor's statement, once more.
EDITABLE_STATES = ("fieldwork", "responded")


@implements("R-266")
@transaction.atomic
def engage_firm(
    *, actor: Actor, application: Application, firm: Organization, at: datetime | None = None
) -> FinancialAudit:
    """The office entrusts an independent firm (R-265); the lines begin with what the ledger says was spent.

    Raises:
        RuleViolation: S-02 for anyone but the office, S-01 before the closing stage, R-265 for a firm that is tied
            to a party, R-266 when it is no audit firm or one is engaged already.
    """
    _require_engageable(actor, application, firm)
    contract = contract_of(application)
    engaged = FinancialAudit(
        application=application,
        case=application.case,
        firm=firm,
        granted_total=application.granted_amount or Decimal(0),
        paid_total=contract.paid_total if contract else Decimal(0),
    )
    ties = ties_of(engaged, application)
    if ties:
        raise RuleViolation([Refusal("R-265", sentence) for sentence in ties])
    engaged.save()
    AuditLine.objects.bulk_create(
        AuditLine(audit=engaged, budget_line=row.line, spent=max(row.spent, Decimal(0)))
        for row in spending(application)
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
    locked = FinancialAudit.objects.select_for_update(no_key=True, of=("self",)).get(pk=financial_audit.pk)
    if not audits(actor, locked):
        raise RuleViolation([Refusal("S-02", _("审计记录由受托审计机构填写"))])
    if locked.status not in EDITABLE_STATES:
        raise RuleViolation([Refusal("S-01", _("当前状态不能填写审计记录"))])
    locked.scope = scope.strip()
    for line in locked.lines.filter(pk__in=list(lines)):
        for name, value in lines[line.pk].items():
            setattr(line, name, value)
        if line.ineligible and not line.reason.strip():
            raise RuleViolation([Refusal("R-255", _("不合规支出须写明原因"))])
        line.resolved = line.resolved and line.ineligible > 0
        line.save()
    _sum_lines(locked)
    locked.save()
    _journal(
        actor, locked, "financial_audit.fieldwork", {"lines": len(lines), "ineligible": str(locked.ineligible_total)}
    )
    return locked


def audits(actor: Actor, financial_audit: FinancialAudit) -> bool:
    """Whether this person works on it for the firm."""
    return actor.holds(Role.TPE, financial_audit.firm_id)


def begin(attempt: Attempt) -> None:
    attempt.obj.independence = str(attempt.data.get("independence") or _("本机构与项目各方不存在利害关系。"))


@implements("R-255")
def send_draft(attempt: Attempt) -> None:
    """Effect of financial_audit.send_draft: totals are sums of the lines, never typed; the contractor's time runs.

    Raises:
        RuleViolation: R-305 when the calendar of the last day is not announced: a right cannot be cut by a guess.
    """
    _sum_lines(attempt.obj)
    try:
        due = Period.parse(str(attempt.value("assessment_objection_days"))).due(attempt.today)
    except CalendarNotAnnounced as unknown:
        raise RuleViolation([Refusal("R-305", str(unknown))]) from unknown
    attempt.obj.response_due_on = due
    attempt.kept |= {"spent": str(attempt.obj.spent_total), "ineligible": str(attempt.obj.ineligible_total)}


def respond(attempt: Attempt) -> None:
    attempt.obj.response = attempt.reason


@implements("R-255")
def finalise(attempt: Attempt) -> None:
    """Effect of financial_audit.finalise: the report is numbered and drawn up, and money due back is claimed."""
    done: FinancialAudit = attempt.obj
    _sum_lines(done)
    done.opinion, done.conclusion = attempt.data["opinion"], attempt.data["conclusion"]
    done.report_number = str(attempt.data.get("report_number") or "") or next_number(
        "audit_report", prefix="SJ", year=timezone.localtime(attempt.at).year
    )
    contract = contract_of(done.application)
    done.paid_total = contract.paid_total if contract else Decimal(0)
    attempt.kept |= {
        "report_number": done.report_number,
        "eligible": str(done.eligible_total),
        "ineligible": str(done.ineligible_total),
    }
    settle(done.application, audit=done)
    start_job(
        kind="audit_report_pdf", actor=attempt.actor, case_id=done.case_id, params={"financial_audit": str(done.pk)}
    )


def _require_engageable(actor: Actor, application: Application, firm: Organization) -> None:
    if not is_office(actor, application):
        raise RuleViolation([Refusal("S-02", _("审计机构由领导小组办公室委托"))])
    if application.status not in ("closing", "rectifying_final"):
        raise RuleViolation([Refusal("S-01", _("项目转入结项后才能委托审计"))])
    if firm.kind != OrganizationKind.AUDIT_FIRM:
        raise RuleViolation([Refusal("R-266", _("“%(name)s”不是审计机构") % {"name": firm.name})])
    if application.financial_audits.exclude(status="cancelled").exists():
        raise RuleViolation([Refusal("R-266", _("已委托审计，不能重复委托"))])


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
