"""Step 18: how it ended, what went back, and the file as R-289 lists it."""

from __future__ import annotations

from evaluation.models import Grade
from procurement.dossier.blocks import Block, Section, facts, money, note, section, table
from procurement.dossier.file import CaseFile
from projects.models import ArchiveItem, Refund

_CLOSING = ("application.close", "application.close_failed")


def told(file: CaseFile) -> list[Section]:
    return [_conclusion(file), _refund(file), _archive(file)]


def _conclusion(file: CaseFile) -> Section:
    application = file.application
    act = next((act for act in reversed(file.acts) if act.record.transition in _CLOSING), None)
    if act is None:
        return section("结项审定", note("尚未结项审定。"))
    grade = str(Grade(application.final_grade).label) if application.final_grade in Grade.values else ""
    return section(
        "结项审定",
        facts(
            ("结论", act.label),
            ("审定时间", act.record.at),
            ("审定人", act.record.actor),
            ("结项评估得分", application.final_score),
            ("结项等级", grade),
            ("满意度指数", application.satisfaction),
            ("审定意见", act.record.reason or act.record.data.get("opinion")),
        ),
    )


def _refund(file: CaseFile) -> Section:
    refund = Refund.objects.filter(application=file.application).first()
    if refund is None:
        return section("余款退回", note("没有应退资金。"))
    return section(
        "余款退回",
        facts(
            ("应退金额", money(refund.amount)),
            ("退款凭证号", refund.voucher_number),
            ("退款时间", refund.returned_at),
            ("状态", str(refund.state.label)),
        ),
    )


def _named(row: ArchiveItem) -> str:
    """A paper by its title; an objection without the code by which its maker follows the answer (R-295)."""
    if row.reference.startswith("objection:"):
        return "异议和复核意见"
    return row.title or (f"无：{row.absent_because}" if row.absent_because else "")


def _archive(file: CaseFile) -> Section:
    items = list(
        ArchiveItem.objects.filter(application=file.application).select_related("archived_by").order_by("position")
    )
    if not items:
        return section("归档目录", note("尚未归档。"))
    kept: Block = facts(
        ("归档时间", items[0].archived_at), ("归档人", items[0].archived_by), ("保存至", items[0].keep_until)
    )
    return section(
        "归档目录",
        kept,
        table(
            ("序号", "类目", "材料", "SHA-256"),
            [
                (
                    str(row.position),
                    row.label,
                    _named(row),
                    row.sha256,
                )
                for row in items
            ],
            numbers=(0,),
            form="archive",
        ),
    )
