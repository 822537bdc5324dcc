"""What is still missing before a project can be closed and archived; every line computed from rows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

import jcs
from django.db.models import Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role
from procurement.documents.models import Document
from procurement.documents.models.document import DocumentQuerySet
from procurement.lifecycle.models import TransitionRecord
from procurement.rules import records
from projects.models import Acceptance, Application, Contract, FinancialAudit, Refund, ReportKind

Text = str | Promise
#: States in which a project is being closed or has been.
CLOSING_STATES = ("closing", "rectifying_final", "closed", "closed_failed", "archived")


# --- who does what ----------------------------------------------------------------------------------------------


def is_contractor(actor: Actor, application: Application) -> bool:
    return any(actor.holds(role, application.applicant_id) for role in (Role.ORG, Role.ORG_H))


def accepts(actor: Actor, application: Application) -> bool:
    """Who organises an acceptance: the responsible unit, or the purchaser's acceptance officer (R-240)."""
    by_hub = application.hub_id is not None and actor.holds(Role.RU, application.hub_id)
    return by_hub or actor.holds(Role.PU_ACC, application.guide.purchaser_id)


def is_office(actor: Actor, application: Application) -> bool:
    return actor.holds(Role.LGO, application.guide.office_id)


# --- standing ---------------------------------------------------------------------------------------------------


def failed_rounds(application: Application) -> int:
    return application.acceptances.filter(status="final").exclude(result="pass").count()


def final_audit(application: Application) -> FinancialAudit | None:
    return application.financial_audits.filter(status="final").first()


def unresolved_total(audit: FinancialAudit) -> Decimal:
    """Money wrongly spent that was neither put right nor promised back."""
    found = audit.lines.filter(ineligible__gt=0, resolved=False).aggregate(total=Sum("ineligible"))["total"]
    return found or Decimal(0)


def contract_of(application: Application) -> Contract | None:
    return application.contracts.exclude(status="cancelled").order_by("-created_at").first()


def refund_of(application: Application) -> Refund | None:
    return Refund.objects.filter(application=application).first()


# --- closing ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChecklistRow:
    """One thing that must be done, with the rule that asks for it and the page where it is done."""

    label: Text
    rule_id: str
    done: bool
    url: str = ""
    note: Text = ""


def closing_checklist(application: Application) -> list[ChecklistRow]:
    """Report, acceptance, audit, evaluation, money: each judged from its own rows (domain §2 step 18)."""
    closeout = getattr(application, "closeout", None)
    acceptance = application.acceptances.order_by("-round").first()
    audit = application.financial_audits.exclude(status="cancelled").first()
    return [
        _row(_("季度报告全部通过"), "R-222", not _reports_open(application)),
        _row(_("结项报告通过"), "R-222", closeout is not None and closeout.status == "accepted", closeout),
        _row(_("主责单位验收通过"), "R-253", _passed(acceptance), acceptance),
        _row(_("财务审计完成"), "R-255", audit is not None and audit.status == "final", audit),
        _row(_("第三方结项评估结果公布"), "R-260", bool(application.final_grade)),
        *_money_rows(application, audit),
    ]


def _money_rows(application: Application, audit: FinancialAudit | None) -> list[ChecklistRow]:
    """Payments settled, wrongly spent money put right or back, the balance returned."""
    contract, refund = contract_of(application), refund_of(application)
    paid_out = contract is None or not contract.payments.open().exists()
    owed = audit.refund_due_of(contract.paid_total) if audit and contract and audit.status == "final" else Decimal(0)
    returned = refund is not None and refund.status == "confirmed"
    unresolved = unresolved_total(audit) if audit else Decimal(0)
    return [
        _row(_("各期款项支付或取消"), "R-253", paid_out, contract),
        _row(_("不合规支出已整改或退回"), "R-256", not unresolved or returned, audit),
        _row(_("余款退回"), "R-255", returned if refund or owed else paid_out, refund),
    ]


def _row(label: Text, rule_id: str, done: bool, thing: Any = None) -> ChecklistRow:
    return ChecklistRow(label, rule_id, done, thing.get_absolute_url() if thing is not None else "")


def _passed(acceptance: Acceptance | None) -> bool:
    return acceptance is not None and acceptance.status == "final" and acceptance.result == "pass"


def _reports_open(application: Application) -> bool:
    quarterly = application.reports.filter(kind=ReportKind.QUARTERLY)
    return quarterly.exclude(status__in=("accepted", "settled")).exists()


def closing_decision(application: Application) -> TransitionRecord | None:
    """The record of the act that closed the project, passed or failed."""
    return (
        TransitionRecord.objects.filter(
            lifecycle="application",
            object_id=application.pk,
            transition__in=("application.close", "application.close_failed"),
        )
        .select_related("actor")
        .order_by("-at")
        .first()
    )


# --- the archive ------------------------------------------------------------------------------------------------


class Paper(NamedTuple):
    """One paper of the file: where it is, what it is called, and the hash of what it says."""

    reference: str
    title: str
    sha256: str


@dataclass(frozen=True)
class ArchiveRow:
    """One heading of R-289's list: its papers, or the reason this case has none."""

    code: str
    label: Text
    papers: tuple[Paper, ...] = ()
    not_applicable: Text = ""

    @property
    def missing(self) -> bool:
        return not self.papers and not self.not_applicable


@records("R-290")
def archive_checklist(application: Application) -> list[ArchiveRow]:
    """The file of a project as R-289 lists it; each line is found in rows, nothing is ticked by hand."""
    rows, seen = [], set()
    for code, label, find, absent in _ARCHIVE:
        papers = tuple(paper for paper in find(application) if paper.reference not in seen)
        seen |= {paper.reference for paper in papers}
        rows.append(ArchiveRow(code, label, papers, "" if papers or absent is None else absent(application)))
    return rows


def digest(content: Any) -> str:
    """SHA-256 over the canonical form (RFC 8785), so that anyone can compute it again."""
    return hashlib.sha256(jcs.canonicalize(content)).hexdigest()


def record_digest(record: TransitionRecord) -> str:
    return digest(
        {
            "id": str(record.pk),
            "transition": record.transition,
            "object": str(record.object_id),
            "from": record.from_state,
            "to": record.to_state,
            "actor": str(record.actor_id),
            "organization": str(record.organization_id or ""),
            "at": record.at.isoformat(),
            "reason": record.reason,
            "data": record.data,
        }
    )


Finder = Callable[[Application], Iterator[Paper]]
Absence = Callable[[Application], Text]


def _acts(application: Application) -> QuerySet[TransitionRecord]:
    """Every act of the case in order."""
    if application.case is None:
        return TransitionRecord.objects.none()
    return TransitionRecord.objects.filter(case=application.case).order_by("at", "pk")


def _documents(application: Application) -> DocumentQuerySet:
    if application.case is None:
        return Document.objects.none()
    return Document.objects.for_case(application.case.pk)


def _records(*names: str) -> Finder:
    """The records of the case with one of these transition names."""

    def find(application: Application) -> Iterator[Paper]:
        for record in _acts(application).filter(transition__in=names):
            yield Paper(f"record:{record.pk}", str(record.label), record_digest(record))

    return find


def _files(*kinds: str) -> Finder:
    def find(application: Application) -> Iterator[Paper]:
        yield from _papers_of(_documents(application).filter(kind__in=kinds))

    return find


def _all(*finders: Finder) -> Finder:
    def find(application: Application) -> Iterator[Paper]:
        for finder in finders:
            yield from finder(application)

    return find


def _papers_of(documents: QuerySet[Document]) -> Iterator[Paper]:
    for document in documents.order_by("created_at", "pk"):
        yield Paper(f"document:{document.pk}", f"{document.title}（{document.version}）", document.sha256)


def _activity_record(application: Application) -> Iterator[Paper]:
    """Every act of the case as one record: category, money, method, who decided what and why (R-290)."""
    acts = [record_digest(row) for row in _acts(application)]
    if not acts or application.case is None:
        return
    facts = {
        "case": application.case.number,
        "title": application.title,
        "category": str(application.category or ""),
        "requested": str(application.requested_amount),
        "granted": str(application.granted_amount or ""),
        "co_funding": str(application.co_funding_amount),
        "regime": application.case.regime,
        "acts": acts,
    }
    yield Paper(f"case:{application.case.number}", f"{application.case.number}（{len(acts)}）", digest(facts))


def _guide(application: Application) -> Iterator[Paper]:
    guide = application.guide
    content = {
        "number": guide.number,
        "title": guide.title,
        "summary": guide.summary,
        "requirements": guide.requirements,
        "rubric": guide.rubric_digest,
    }
    yield Paper(f"guide:{guide.number}", guide.title, digest(content))


def _budget(application: Application) -> Iterator[Paper]:
    envelope = application.guide.envelope
    if envelope is None:
        return
    lines = [
        {"version": line.version, "item": line.item, "description": line.description, "amount": str(line.amount)}
        for line in application.budget_lines.order_by("version", "position")
    ]
    content = {"envelope": str(envelope.pk), "approval": envelope.approval_number, "lines": lines}
    yield Paper(f"budget:{envelope.pk}", f"{envelope.title} {envelope.approval_number}".strip(), digest(content))


def _receipts(application: Application) -> Iterator[Paper]:
    for receipt in application.receipts.all():
        yield Paper(f"receipt:{receipt.number}", receipt.number, receipt.content_sha256)


def _contracts(application: Application) -> Iterator[Paper]:
    for contract in application.contracts.exclude(content_sha256=""):
        yield Paper(f"contract:{contract.number}", str(contract), contract.content_sha256)


def _reports(application: Application) -> Iterator[Paper]:
    accepted = application.reports.filter(status="accepted").exclude(kind=ReportKind.CLOSEOUT)
    for report in accepted.prefetch_related("versions"):
        last = max(report.versions.all(), key=attrgetter("number"), default=None)
        if last is not None:
            yield Paper(f"report:{report.pk}", str(report), last.content_sha256)


def _objections(application: Application) -> Iterator[Paper]:
    for objection in application.objections.all():
        content = {"code": objection.code, "text": objection.text, "answer": objection.answer}
        yield Paper(f"objection:{objection.code}", str(objection), digest(content))


def _everything_else(application: Application) -> Iterator[Paper]:
    yield from _papers_of(_documents(application))


def _no_money_moved(application: Application) -> Text:
    contract = contract_of(application)
    return _("零价格合同，未拨款") if contract is not None and contract.amount == 0 else ""


def _no_objection(application: Application) -> Text:
    return _("公示和验收期内无异议")


def _no_attachment(application: Application) -> Text:
    return _("无其他附件")


def _no_quarter(application: Application) -> Text:
    owed = application.reports.filter(kind=ReportKind.QUARTERLY).exists()
    return "" if owed else _("履行期内没有到期的季度报告")


#: Heading, how its papers are found, and when it may be empty; order is the order of the file.
_ARCHIVE: tuple[tuple[str, Text, Finder, Absence | None], ...] = (
    ("activity_record", _("活动记录（立项至结项的办理记录）"), _activity_record, None),
    ("budget", _("预算和资金来源"), _budget, None),
    ("guide", _("申报指南和评分办法"), _guide, None),
    ("application", _("申报书和回执"), _receipts, None),
    ("review_report", _("专家评审报告"), _all(_records("application.record_review"), _files("review_report")), None),
    ("award", _("审定和立项批复"), _records("application.propose", "application.approve"), None),
    ("contract", _("项目合同"), _all(_contracts, _files("contract")), None),
    ("payments", _("拨款记录"), _records("payment.pay", "payment.cancel"), _no_money_moved),
    ("reports", _("季度报告和中期报告"), _reports, _no_quarter),
    ("closeout", _("结项报告"), _records("closeout.accept"), None),
    ("acceptance", _("验收书"), _all(_records("acceptance.finalise"), _files("acceptance_certificate")), None),
    ("audit", _("审计报告"), _all(_records("financial_audit.finalise"), _files("audit_report")), None),
    ("evaluation", _("第三方评估报告"), _all(_records("assessment.publish"), _files("assessment_report")), None),
    ("closing", _("结项审定"), _records("application.close", "refund.confirm"), None),
    (
        "objections",
        _("异议和复核"),
        _all(_objections, _records("acceptance.object", "acceptance.answer", "acceptance.rejudge")),
        _no_objection,
    ),
    ("attachments", _("其他附件"), _everything_else, _no_attachment),
)


# --- what waits for people --------------------------------------------------------------------------------------


def acceptances_in(states: tuple[str, ...], **where: Any) -> QuerySet[Acceptance]:
    return Acceptance.objects.filter(status__in=states, **where).select_related("application__guide")


def without_audit(offices: Any) -> QuerySet[Application]:
    """Projects accepted but not yet given to an audit firm."""
    return (
        Application.objects.filter(
            status="closing", guide__office__in=offices, acceptances__status="final", acceptances__result="pass"
        )
        .filter(~Q(financial_audits__status__in=("engaged", "fieldwork", "draft_sent", "responded", "final")))
        .select_related("applicant")
        .distinct()
    )
