"""Step 3: the responsible unit's opinion, as its act recorded it (R-061)."""

from __future__ import annotations

from procurement.dossier.blocks import Section, facts, note, prose, section
from procurement.dossier.file import CaseFile

_NAMES = ("application.endorse", "application.decline_endorsement")


def told(file: CaseFile) -> list[Section]:
    given = [act for act in file.acts if act.record.transition in _NAMES]
    if not given:
        return [section("主责单位意见", note("主责单位尚未提出意见。"))]
    hub = file.application.hub
    return [
        section(
            "主责单位意见",
            facts(
                ("主责单位", hub.name if hub else ""),
                ("结论", act.label),
                ("用章", act.record.data.get("seal")),
                ("出具时间", act.record.at),
            ),
            prose("意见", act.record.data.get("opinion") or act.record.reason),
        )
        for act in given
    ]
