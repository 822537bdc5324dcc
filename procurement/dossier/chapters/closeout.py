"""Step 14: the contractor's own account at the end, indicator by indicator (R-222)."""

from __future__ import annotations

from procurement.dossier.blocks import Section, facts, note, plain, prose, section, table
from procurement.dossier.file import CaseFile


def told(file: CaseFile) -> list[Section]:
    closeout = getattr(file.application, "closeout", None)
    if closeout is None or closeout.submitted_at is None:
        return [section("结项报告", note("尚未提交结项报告。"))]
    results = closeout.indicator_results.select_related("indicator")
    return [
        section(
            "结项报告",
            facts(
                ("提交时间", closeout.submitted_at),
                ("自评得分", closeout.self_score),
                ("状态", str(closeout.state.label)),
            ),
            prose("项目实施情况", closeout.summary),
            prose("主要成效", closeout.results),
            prose("资金使用情况", closeout.spending_note),
            prose("服务对象确认情况", closeout.recipients_confirmation),
            prose("问题和建议", closeout.problems),
        ),
        section(
            "指标完成情况（自评）",
            table(
                ("指标", "目标值", "实际完成", "是否达到", "说明"),
                [
                    (
                        row.indicator.name,
                        f"{plain(row.indicator.target)} {row.indicator.unit}",
                        plain(row.actual),
                        "达到" if row.reached else "未达到",
                        row.note,
                    )
                    for row in results
                ],
                numbers=(1, 2),
            ),
        ),
    ]
