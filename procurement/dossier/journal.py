"""Annex B: the part of the hash-chained journal the case rests on, and the signed checkpoint above it (R-291).

Reading a case changes nothing in it: entries about looking at files and about work in the background are left out,
so that a dossier made after somebody has read the last one is the same.
"""

from __future__ import annotations

from uuid import UUID

from procurement.audit import JournalBroken, make_checkpoint
from procurement.audit.labels import action_label
from procurement.audit.selectors import CaseJournal, case_changes, case_journal
from procurement.dossier.blocks import Section, facts, instant, note, section, table
from procurement.dossier.file import CaseFile


def ensure_checkpoint(case_id: UUID) -> None:
    """Have the journal verified and signed up to the case's last entry; a broken one is never signed over."""
    rests_on = case_journal(case_id)
    if rests_on is None or rests_on.checkpoint is not None:
        return
    try:
        make_checkpoint()
    except JournalBroken:
        return


def told(file: CaseFile) -> list[Section]:
    rests_on = case_journal(file.case.pk)
    if rests_on is None:
        return [section("审计日志", note("本案卷没有审计日志记录。"))]
    return [_range(rests_on), _checkpoint(rests_on), _listing(file.case.pk)]


def checkpoint_line(case_id: UUID) -> str:
    """The one line of the cover that says as of when the dossier stands."""
    rests_on = case_journal(case_id)
    if rests_on is None or rests_on.checkpoint is None:
        return "尚无检查点覆盖"
    standing = rests_on.checkpoint
    return f"第 {standing.size} 条，{instant(standing.at)} 签署"


def _range(rests_on: CaseJournal) -> Section:
    return section(
        "记录区间",
        facts(
            ("首条序号", str(rests_on.first)),
            ("末条序号", str(rests_on.last)),
            ("本案卷记录数", str(rests_on.count)),
            ("末条链值 SHA-256", rests_on.head),
        ),
        note(
            "阅览、下载文件和后台任务的记录不改变案卷，不计入本区间。审计日志按序号逐条相链，任何改动都会使其后的链值不符。"
        ),
    )


def _checkpoint(rests_on: CaseJournal) -> Section:
    standing = rests_on.checkpoint
    if standing is None:
        return section("依据的检查点", note("尚无检查点覆盖上述区间，本卷宗所列记录暂不能由检查点证明。"))
    return section(
        "依据的检查点",
        facts(
            ("覆盖记录数", str(standing.size)),
            ("签署时间", standing.at),
            ("默克尔根", bytes(standing.root).hex()),
            ("链首摘要", bytes(standing.head).hex()),
            ("算法套件", standing.suite),
            ("签名", standing.signature),
            ("检查点文件", f"checkpoint-{standing.size:012d}.json"),
        ),
    )


def _listing(case_id: UUID) -> Section:
    rows = case_changes(case_id).oldest_first()
    return section(
        "逐条节录",
        table(
            ("序号", "时间", "操作", "结果", "内容摘要 SHA-256"),
            [
                (
                    str(row.chain.seq),
                    row.at,
                    action_label(row.action),
                    "成功" if row.ok else "未成功",
                    bytes(row.content_hash).hex(),
                )
                for row in rows
            ],
            numbers=(0,),
            form="journal",
        ),
    )
