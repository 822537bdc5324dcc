"""Step 8: the approval, with its number and the money granted (R-176)."""

from __future__ import annotations

from procurement.dossier.blocks import Section, facts, money, note, section
from procurement.dossier.file import CaseFile


def told(file: CaseFile) -> list[Section]:
    act = next((act for act in file.acts if act.record.transition == "application.approve"), None)
    if act is None:
        return [section("立项批复", note("尚未批复。"))]
    data = act.record.data
    return [
        section(
            "立项批复",
            facts(
                ("批复文号", data.get("approval_number") or data.get("number")),
                ("批复时间", act.record.at),
                ("批复单位", act.record.organization_name),
                ("经办人", act.record.actor),
                ("批复资金", money(file.application.granted_amount)),
                ("批复意见", act.record.reason or data.get("opinion")),
            ),
        )
    ]
