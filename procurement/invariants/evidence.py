"""Evidence: files, receipts, reports and the journal are what their hashes say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import jcs
from django.utils.translation import gettext_lazy as _

from procurement.audit import verify
from procurement.documents import storage
from procurement.documents.models import Document
from procurement.invariants.registry import in_sql, invariant
from procurement.sealing import vault
from projects.models import Contract, Opening, Receipt, ReportVersion, SealedDraft
from projects.selectors.sealed_receipts import is_genuine as is_genuine_receipt
from projects.selectors.sealed_receipts import receipts_of, set_is_as_published
from projects.services.contracts import signed_content
from projects.services.receipts import is_genuine

in_sql(
    "D-01",
    _("文件的新版本与所替换的版本属于同一事项、同一种类，版本号相连"),
    """
    SELECT d.id::text FROM documents_document d JOIN documents_document o ON o.id = d.supersedes_id
    WHERE d.version <> o.version + 1 OR d.subject_type <> o.subject_type OR d.subject_id <> o.subject_id OR d.kind <> o.kind
    """,
)
in_sql(
    "D-02",
    _("文件的存放位置由其 SHA-256 决定"),
    """
    SELECT id::text FROM documents_document
    WHERE stored_path <> 'documents/' || SUBSTR(sha256, 1, 2) || '/' || SUBSTR(sha256, 3, 2) || '/' || sha256
    """,
)
in_sql(
    "D-03",
    _("每份文件的保存都有审计日志"),
    """
    SELECT d.id::text FROM documents_document d WHERE NOT EXISTS (
        SELECT 1 FROM audit_event e WHERE e.subject = 'documents.document:' || d.id AND e.action = 'document.store'
          AND convert_from(e.body, 'UTF8')::jsonb ->> 'sha256' = d.sha256)
    """,
)
in_sql(
    "D-04",
    _("归档目录所列文件仍在，且哈希相同"),
    """
    SELECT i.label || ' ' || i.reference FROM projects_archiveitem i
    LEFT JOIN documents_document d ON i.reference = 'document:' || d.id
    WHERE i.reference LIKE 'document:%' AND d.sha256 IS DISTINCT FROM i.sha256
    """,
)
in_sql(
    "D-05",
    _("已归档的项目有归档目录，保存期不少于十五年"),
    """
    SELECT a.number FROM projects_application a WHERE a.status = 'archived' AND (
        NOT EXISTS (SELECT 1 FROM projects_archiveitem i WHERE i.application_id = a.id)
        OR EXISTS (SELECT 1 FROM projects_archiveitem i WHERE i.application_id = a.id
                   AND i.keep_until < (i.archived_at AT TIME ZONE 'Asia/Shanghai')::date + INTERVAL '15 years'))
    """,
)
in_sql(
    "D-06",
    _("已完成的后台任务有结果文件，或其种类没有文件"),
    """
    SELECT j.id::text FROM documents_job j LEFT JOIN documents_document d ON d.id = j.result_id
    WHERE j.state = 'done' AND j.result_id IS NOT NULL AND d.id IS NULL
    """,
)


@invariant("D-10", _("每份文件都在文件库中，内容与其 SHA-256 相符"), slow=True)
def files_hold() -> Iterator[str]:
    seen: set[str] = set()
    for document in Document.objects.only("id", "title", "sha256", "stored_path", "size").iterator(chunk_size=1000):
        if document.sha256 in seen:
            continue
        seen.add(document.sha256)
        path = document.path
        if not path.is_file() or path.stat().st_size != document.size or storage.digest(path) != document.sha256:
            yield f"{document.title} {document.pk}"


@invariant("D-11", _("回执的内容与其哈希和签名相符"), slow=True)
def receipts_hold() -> Iterator[str]:
    for receipt in Receipt.objects.iterator(chunk_size=500):
        if not is_genuine(receipt):
            yield receipt.number


@invariant("D-12", _("提交的报告与其内容哈希相符"), slow=True)
def report_versions_hold() -> Iterator[str]:
    for version in ReportVersion.objects.iterator(chunk_size=500):
        content = {"answers": version.answers, "figures": version.figures}
        if hashlib.sha256(jcs.canonicalize(content)).hexdigest() != version.content_sha256:
            yield str(version.pk)


@invariant("D-13", _("定稿的合同文本与其内容哈希相符"), slow=True)
def contracts_hold() -> Iterator[str]:
    for contract in Contract.objects.exclude(content_sha256="").iterator(chunk_size=500):
        if hashlib.sha256(signed_content(contract)).hexdigest() != contract.content_sha256:
            yield contract.number


@invariant("D-15", _("开启的密封集合与截止时公布的根一致，回执真实"), slow=True)
def opened_sets_hold() -> Iterator[str]:
    for opening in Opening.objects.filter(opened_at__isnull=False).select_related("procedure"):
        genuine = all(is_genuine_receipt(receipt) for receipt in receipts_of(opening.procedure))
        if not (genuine and set_is_as_published(opening.procedure)):
            yield opening.procedure.number


@invariant("D-16", _("尚未开启的密文都在，与封存时的哈希相符"), slow=True)
def sealed_boxes_hold() -> Iterator[str]:
    """Says once that something is wrong: which and how many boxes there are is nobody's before the opening."""
    sealed = SealedDraft.objects.current().filter(room__lot__procedure__opened_at__isnull=True)
    if not all(_box_holds(draft) for draft in sealed.iterator(chunk_size=200)):
        yield str(_("有密文缺失或被改动，请立即核查存储"))


def _box_holds(draft: SealedDraft) -> bool:
    try:
        return hashlib.sha256(vault.get(draft.stored_path)).hexdigest() == draft.cipher_sha256
    except OSError:
        return False


@invariant("D-14", _("审计日志的哈希链完整，与全部检查点一致"), slow=True)
def journal_is_whole() -> Iterator[str]:
    report = verify()
    yield from (str(fault) for fault in report.faults)
