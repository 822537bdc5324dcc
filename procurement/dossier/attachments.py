"""Annex A: every file of the case with its hash, its size and where it lies, each hashed anew while listing."""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.db.models import Q

from evaluation.models import ReviewReport
from procurement.documents import storage
from procurement.documents.models import Document
from procurement.dossier.blocks import Section, facts, note, section, table
from procurement.dossier.file import CaseFile

#: Owners whose models are part of something else and bear no name of their own.
_OWNERS = {"evaluation.sitevisit": "评估走访", "evaluation.reviewreport": "评审报告"}


def told(file: CaseFile) -> list[Section]:
    documents = list(_documents(file))
    states = [_state(document) for document in documents]
    return [
        section(
            "附件目录",
            facts(
                ("附件数", f"{len(documents)} 份"),
                ("合计大小", f"{sum(document.size for document in documents):,} 字节"),
                ("重新计算哈希一致", f"{states.count('一致')} 份"),
                ("缺失或不符", f"{len(states) - states.count('一致')} 份"),
            ),
            note(
                "“存放位置”是文件在平台文件库中的目录，文件名即其 SHA-256；“原文件”一栏在平台重新编码图片时"
                "列出提交人手中文件的 SHA-256。文件可按编号在平台下载，也可按 SHA-256 在公开核验页查询。"
            ),
            table(
                ("序号", "名称和编号", "归属", "字节", "SHA-256 和存放位置", "核验"),
                [
                    (
                        str(number),
                        f"{document.title}（第 {document.version} 版）\n{document.pk}",
                        _owner(document),
                        f"{document.size:,}",
                        _place(document),
                        state,
                    )
                    for number, (document, state) in enumerate(zip(documents, states, strict=True), start=1)
                ],
                numbers=(0, 3),
                form="files",
            ),
        )
    ]


def _documents(file: CaseFile) -> Iterable[Document]:
    """Files of the case, of its guide, and the panel's signed report; never an earlier dossier."""
    shared = [file.guide.pk]
    if file.panel is not None and not file.review_is_open:
        shared += ReviewReport.objects.filter(panel=file.panel).values_list("pk", flat=True)
    return Document.objects.filter(Q(case_id=file.case.pk) | Q(subject_id__in=shared)).order_by("created_at", "pk")


def _owner(document: Document) -> str:
    if document.subject_type in _OWNERS:
        return _OWNERS[document.subject_type]
    try:
        return str(apps.get_model(document.subject_type)._meta.verbose_name)
    except LookupError:
        return document.subject_type


def _place(document: Document) -> str:
    lines = [document.sha256, f"{document.stored_path.rpartition('/')[0]}/"]
    if document.received_sha256 != document.sha256:
        lines.insert(1, f"原文件 {document.received_sha256}")
    return "\n".join(lines)


def _state(document: Document) -> str:
    path = document.path
    if not path.is_file():
        return "缺失"
    return "一致" if storage.digest(path) == document.sha256 else "不符"
