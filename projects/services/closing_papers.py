"""The acceptance certificate and the audit report as papers, drawn up in the background; same content, same bytes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from procurement.access import actor_for
from procurement.documents import Progress, render_pdf, store_generated
from procurement.documents.models import Document, Job
from procurement.rules import implements
from projects.models import Acceptance, FinancialAudit
from projects.selectors.closeouts import contract_of


@implements("R-240")
def make_acceptance_certificate(job: Job, progress: Progress) -> Document:
    """验收书: every standard with its finding, the recipients' words, objection and answer, the members' names."""
    acceptance = Acceptance.objects.select_related(
        "application__applicant", "application__hub", "application__guide__purchaser", "drafted_by", "replied_by"
    ).get(pk=job.params["acceptance"])
    application = acceptance.application
    concluded = acceptance.history.filter(transition="acceptance.finalise").order_by("-at").first()
    issuer = concluded.organization_name if concluded else ""
    context = {
        "acceptance": acceptance,
        "application": application,
        "contract": contract_of(application),
        "standards": acceptance.standards.all(),
        "recipients": acceptance.recipients.all(),
        "concluded": concluded,
        "title": _("项目验收书"),
        "issuer": issuer,
        "reference": f"{application.number}-YS{acceptance.round}",
        "issued_at": concluded.at if concluded else None,
        "closing_issuer": issuer,
    }
    return _kept(job, progress, acceptance, "acceptance.html", "acceptance_certificate", context)


@implements("R-266")
def make_audit_report(job: Job, progress: Progress) -> Document:
    """审计报告: spending line by line, what was ineligible and why, the contractor's statement, the opinion."""
    audit = FinancialAudit.objects.select_related(
        "firm", "application__applicant", "application__guide__purchaser", "application__guide__office"
    ).get(pk=job.params["financial_audit"])
    concluded = audit.history.filter(transition="financial_audit.finalise").order_by("-at").first()
    context = {
        "audit": audit,
        "application": audit.application,
        "contract": contract_of(audit.application),
        "lines": audit.lines.select_related("budget_line"),
        "concluded": concluded,
        "title": _("项目资金使用情况审计报告"),
        "issuer": audit.firm.name,
        "reference": audit.report_number,
        "issued_at": concluded.at if concluded else None,
        "closing_issuer": audit.firm.name,
    }
    return _kept(job, progress, audit, "audit_report.html", "audit_report", context)


def _kept(
    job: Job, progress: Progress, thing: Acceptance | FinancialAudit, template: str, kind: str, context: dict[str, Any]
) -> Document:
    content = render_pdf(f"documents/{template}", context, progress=progress)
    return store_generated(
        actor=actor_for(job.requested_by),
        content=content,
        filename=f"{context['reference']}.pdf",
        subject=thing.subject,
        kind=kind,
        title=f"{context['title']} {context['reference']}",
        case_id=thing.case_id,
    )
