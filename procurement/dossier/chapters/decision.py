"""Step 6: the leading group's word and finance's, and the amount they came to (R-018, R-163)."""

from __future__ import annotations

from procurement.dossier.blocks import Section, facts, money, note, percent, section, table
from procurement.dossier.file import CaseFile

_NAMES = (
    "application.propose", "application.not_select", "application.confirm_funds", "application.refuse_funds",
)  # fmt: skip


def told(file: CaseFile) -> list[Section]:
    application = file.application
    acts = [act for act in file.acts if act.record.transition in _NAMES]
    if not acts:
        return [section("审定", note("尚未审定。"))]
    granted = application.granted_amount
    return [
        section(
            "审定",
            facts(
                ("申请资金", money(application.requested_amount)),
                ("专家建议资金", money(application.review_suggested_amount)),
                ("批复资金", money(granted)),
                ("核减", money(application.requested_amount - granted) if granted is not None else ""),
                ("批复占申请", percent(granted, application.requested_amount) if granted is not None else ""),
            ),
            table(
                ("时间", "决定", "金额", "理由", "决定人", "单位"),
                [
                    (
                        act.record.at,
                        act.label,
                        _amount(act.record.data),
                        act.record.reason or act.record.data.get("opinion") or act.record.data.get("note"),
                        act.record.actor,
                        act.record.organization_name,
                    )
                    for act in acts
                ],
                numbers=(2,),
                form="decisions",
                caption="决定记录",
            ),
        )
    ]


def _amount(data: dict[str, object]) -> str:
    found = data.get("granted_amount") or data.get("amount")
    return f"{found} 元" if found else ""
