"""What is still missing before a project can be closed and archived; every line computed from rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from procurement.documents.models import Document
from procurement.lifecycle.models import TransitionRecord
from projects.models import Application, Contract


@dataclass(frozen=True)
class ChecklistRow:
    """One thing that must be done, with the rule that asks for it."""

    label: object
    rule_id: str
    done: bool


def closing_checklist(application: Application) -> list[ChecklistRow]:
    """Acceptance, audit, evaluation, money: each judged from its own rows (domain §2 step 18)."""
    contract = application.contracts.exclude(status__in=("cancelled",)).first()
    refund = getattr(application, "refund", None)
    return [
        ChecklistRow(_("结项报告通过"), "R-222", _status(application, "closeout") == "accepted"),
        ChecklistRow(
            _("主责单位验收通过"), "R-253", application.acceptances.filter(status="final", result="pass").exists()
        ),
        ChecklistRow(_("财务审计完成"), "R-255", application.financial_audits.filter(status="final").exists()),
        ChecklistRow(_("第三方结项评估结果公布"), "R-260", bool(application.final_grade)),
        ChecklistRow(_("余款退回"), "R-255", refund is None or refund.status == "confirmed"),
        ChecklistRow(_("各期款项支付或取消"), "R-253", contract is None or not contract.payments.open().exists()),
    ]


def _status(application: Application, name: str) -> str:
    return str(getattr(getattr(application, name, None), "status", ""))


@dataclass(frozen=True)
class ArchiveRow:
    """One paper of R-289's list: references with hashes, or the reason this case has none."""

    code: str
    label: object
    found: tuple[tuple[str, str], ...] = ()
    not_applicable: str = ""

    @property
    def missing(self) -> bool:
        return not self.found and not self.not_applicable


def archive_checklist(application: Application) -> list[ArchiveRow]:
    """The file of a project as R-289 lists it; each line is found in rows, nothing is ticked by hand."""
    return [
        ArchiveRow(
            code,
            label,
            tuple(find(application)),
            str(absent) if absent and not _any(find(application)) else "",
        )
        for code, label, find, absent in _ARCHIVE
    ]


def _any(found: Iterator[tuple[str, str]]) -> bool:
    return next(found, None) is not None


def _records(*names: str) -> Callable[[Application], Iterator[tuple[str, str]]]:
    """References to the records of the case with one of these transition names."""

    def find(application: Application) -> Iterator[tuple[str, str]]:
        rows = TransitionRecord.objects.filter(case_id=application.case_id, transition__in=names).order_by("at")
        for record in rows:
            yield f"{record.transition}:{record.pk}", ""

    return find


def _guide(application: Application) -> Iterator[tuple[str, str]]:
    yield f"guide:{application.guide_id}", application.guide.rubric_digest


def _receipts(application: Application) -> Iterator[tuple[str, str]]:
    for receipt in application.receipts.all():
        yield f"receipt:{receipt.number}", receipt.content_sha256


def _contracts(application: Application) -> Iterator[tuple[str, str]]:
    for contract in Contract.objects.filter(application=application).exclude(content_sha256=""):
        yield f"contract:{contract.number}", contract.content_sha256


def _documents(application: Application) -> Iterator[tuple[str, str]]:
    for document in Document.objects.filter(case_id=application.case_id).order_by("created_at", "pk"):
        yield f"document:{document.pk}", document.sha256


def _objections(application: Application) -> Iterator[tuple[str, str]]:
    for objection in application.objections.all():
        yield f"objection:{objection.code}", ""


_ARCHIVE: tuple[tuple[str, object, Callable[[Application], Iterator[tuple[str, str]]], object], ...] = (
    (
        "activity_record",
        _("活动记录（立项至结项的办理记录）"),
        _records("application.submit", "application.approve"),
        "",
    ),
    ("guide", _("申报指南和评分办法"), _guide, ""),
    ("application", _("申报书和回执"), _receipts, ""),
    ("review_report", _("专家评审报告"), _records("application.record_review"), ""),
    ("award", _("审定和立项批复"), _records("application.propose", "application.approve"), ""),
    ("contract", _("项目合同"), _contracts, ""),
    ("payments", _("拨款记录"), _records("payment.pay"), _("零价格合同，未拨款")),
    ("reports", _("季度报告"), _records("report.accept"), ""),
    ("midterm", _("中期评估"), _records("assessment.publish"), ""),
    ("closeout", _("结项报告"), _records("closeout.accept"), ""),
    ("acceptance", _("验收书"), _records("acceptance.finalise"), ""),
    ("audit", _("审计报告"), _records("financial_audit.finalise"), ""),
    ("objections", _("异议和复核"), _objections, _("公示期内无异议")),
    ("attachments", _("附件"), _documents, _("无附件")),
)
