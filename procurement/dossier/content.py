"""The dossier as a canonical document: what is hashed, attached, and printed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jcs
from django.utils import translation

from procurement.dossier import attachments, instructions, journal, overview
from procurement.dossier.acts import acts_section, rules_section, step_section
from procurement.dossier.blocks import Section, facts, money, section
from procurement.dossier.chapters import CHAPTERS
from procurement.dossier.file import Act, CaseFile, open_file
from procurement.dossier.placing import step_of
from procurement.lifecycle.models import Case, CaseStep, Part, StepPhase

FORMAT = "procurement-dossier/1"
_PARTS = list(Part.values)

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Dossier:
    """The document, its RFC 8785 bytes and their hash."""

    content: dict[str, Any]
    data: bytes

    @property
    def content_hash(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def build(case: Case, *, tell: Tell | None = None) -> Dossier:
    """Read the whole case; ``tell`` hears the title of each chapter as it begins. Raises NoDossier.

    Reads only. Chinese whoever asks, so that the hash does not depend on the reader's language.
    """
    with translation.override("zh-hans"):
        file = open_file(case)
        content = _content(file, tell or (lambda _title: None))
    return Dossier(content=content, data=jcs.canonicalize(content))


def _content(file: CaseFile, tell: Tell) -> dict[str, Any]:
    tell("案卷概要")
    cover = _cover(file)
    chapters = [{"code": "overview", "number": "", "title": "案卷概要", "phase": "", "sections": overview.told(file)}]
    placed: dict[str, list[Act]] = {}
    for act in file.acts:
        placed.setdefault(step_of(act, file), []).append(act)
    for row in file.steps:
        tell(row.step.title)
        chapters.append(_chapter(row, placed.get(row.step.code, []), file))
    if placed.get(""):
        chapters.append(_others(placed[""], file))
    for code, title, chapter in _ANNEXES:
        tell(title)
        chapters.append({"code": code, "number": "", "title": title, "phase": "附录", "sections": chapter(file)})
    return {
        "format": FORMAT,
        "case": {"id": str(file.case.pk), "number": file.case.number},
        "issuer": file.guide.office.name,
        "cover": cover,
        "chapters": chapters,
    }


_ANNEXES: tuple[tuple[str, str, Callable[[CaseFile], list[Section]]], ...] = (
    ("attachments", "附录一 附件目录", attachments.told),
    ("journal", "附录二 审计日志和检查点", journal.told),
    ("instructions", "附录三 核验办法", instructions.told),
)


def _chapter(row: CaseStep, acts: list[Act], file: CaseFile) -> dict[str, Any]:
    step = row.step
    told = CHAPTERS.get(step.code)
    sections = [
        step_section(row, file),
        acts_section(acts, file),
        rules_section(acts, step.rule_ids),
        *(told(file) if told else ()),
    ]
    return {
        "code": step.code,
        "number": str(step.number),
        "title": step.title,
        "phase": str(StepPhase(step.phase).label) if step.phase else "",
        "sections": [part for part in sections if part is not None],
    }


def _others(acts: list[Act], file: CaseFile) -> dict[str, Any]:
    """Acts that belong to no step of this template, so that none is lost."""
    found = [acts_section(acts, file), rules_section(acts, ())]
    return {
        "code": "others",
        "number": "",
        "title": "其他办理记录",
        "phase": "",
        "sections": [part for part in found if part is not None],
    }


def _cover(file: CaseFile) -> Section:
    application, contract = file.application, file.contract
    first, last = (contract or application).starts_on, (contract or application).ends_on
    return section(
        str(application),
        facts(
            ("案卷编号", file.case.number),
            *((str(row.label), row.name) for row in sorted(file.parties, key=lambda row: _PARTS.index(row.part))),
            ("申请资金", money(application.requested_amount)),
            ("批复资金", money(application.granted_amount)),
            ("合同金额", money(contract.amount) if contract else ""),
            ("实施期限", f"{first} 至 {last}" if first and last else ""),
            ("项目状态", str(application.state.label)),
            ("依据的检查点", journal.checkpoint_line(file.case.pk)),
        ),
    )
