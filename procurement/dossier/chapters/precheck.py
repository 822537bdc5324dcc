"""Step 4: every line of the formal check, who looked, what was missing, and the one correction (R-042, R-050)."""

from __future__ import annotations

from procurement.dossier.blocks import Section, facts, section, table
from procurement.dossier.file import CaseFile

_VERDICT = {True: "通过", False: "不通过", None: "未核对"}


def told(file: CaseFile) -> list[Section]:
    application = file.application
    items = application.precheck_items.select_related("checked_by").order_by("checked_at", "code")
    return [
        section(
            "初审清单",
            table(
                ("核对事项", "结论", "问题说明", "核对人", "核对时间"),
                [(row.label, _VERDICT[row.passed], row.note, row.checked_by, row.checked_at) for row in items],
                form="checks",
                empty="尚未核对。",
            ),
            facts(
                ("是否退回补正", "是，一次" if application.supplement_used else "否"),
                ("补正期限", application.supplement_due_on),
            ),
        )
    ]
