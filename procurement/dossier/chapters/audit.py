"""Step 16: the audit firm's findings line by line, and what of the money goes back (R-255, R-266)."""

from __future__ import annotations

from procurement.dossier.blocks import Section, facts, money, note, prose, section, table
from procurement.dossier.file import CaseFile
from projects.models import FinancialAudit

#: Until the draft is sent the firm's working figures are its own.
_WORKING = ("engaged", "fieldwork")


def told(file: CaseFile) -> list[Section]:
    audits = (
        FinancialAudit.objects.filter(application=file.application)
        .exclude(status="cancelled")
        .select_related("firm")
        .order_by("created_at", "pk")
    )
    return [part for row in audits for part in _audit(row, file)] or [section("财务审计", note("尚未委托审计。"))]


def _audit(row: FinancialAudit, file: CaseFile) -> list[Section]:
    engaged = section(
        "财务审计",
        facts(
            ("审计机构", row.firm.name),
            ("状态", str(row.state.label)),
            ("报告文号", row.report_number),
            ("审计意见", row.get_opinion_display() if row.opinion else ""),
            ("说明期限", row.response_due_on),
        ),
        prose("独立性声明", row.independence),
        prose("审计范围和抽查情况", row.scope),
    )
    if row.status in _WORKING:
        return [engaged, section("审计结果", note("征求意见稿尚未送出。"))]
    paid = file.contract.paid_total if file.contract else row.paid_total
    return [
        engaged,
        section(
            "审计结果",
            table(
                ("用途", "预算", "实际支出", "其中不合规", "不合规原因", "处理"),
                [
                    (
                        line.budget_line.description,
                        money(line.budget_line.amount),
                        money(line.spent),
                        money(line.ineligible),
                        line.reason,
                        ("已整改或同意退回" if line.resolved else "未处理") if line.ineligible else "",
                    )
                    for line in row.lines.select_related("budget_line").order_by("budget_line__position")
                ],
                numbers=(1, 2, 3),
                form="audit",
                total=("合计", "", money(row.spent_total), money(row.ineligible_total), "", ""),
            ),
            facts(
                ("批复资金", money(row.granted_total)),
                ("审计时已拨资金", money(row.paid_total)),
                ("合规支出", money(row.eligible_total)),
                ("按现已拨付应退", money(row.refund_due_of(paid))),
            ),
            prose("承接主体说明", row.response),
            prose("审计结论", row.conclusion),
        ),
    ]
