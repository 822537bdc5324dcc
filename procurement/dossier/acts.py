"""Who did what, when, as whom and why, and on which rule: the table every chapter begins with."""

from __future__ import annotations

from collections.abc import Iterable

from procurement.access import Role
from procurement.dossier.blocks import NOTHING, Section, facts, instant, section, table
from procurement.dossier.file import Act, CaseFile
from procurement.lifecycle.definition import lifecycle_named, rules_of
from procurement.lifecycle.models import CaseStep, StepState
from procurement.lifecycle.steps import local_day
from procurement.rules import registry

#: Members of a panel act as members until all have signed (R-157).
_OF_MEMBERS = ("seat", "sheet")


def step_section(row: CaseStep, file: CaseFile) -> Section:
    """Whose step it is, by when it was due and when it was done."""
    step = row.step
    return section(
        "责任与期限",
        facts(
            ("责任单位", file.party(step.party) or [str(label) for label in step.role_labels]),
            ("承办角色", [str(label) for label in step.role_labels]),
            ("产出", step.result),
            ("状态", StepState(row.state).label),
            ("开始时间", row.opened_at),
            ("办理期限", row.due_on or row.due_note or "本步骤未规定固定期限"),
            ("完成时间", row.done_at),
            ("办结人", _done_by(row, file)),
            ("期限执行", _punctuality(row)),
        ),
    )


def acts_section(acts: list[Act], file: CaseFile) -> Section:
    return section(
        "办理记录",
        table(
            ("序号", "时间", "事项", "办理人", "状态变化", "理由、说明和依据"),
            [_line(number, act, file) for number, act in enumerate(acts, start=1)],
            form="acts",
            empty="本步骤没有办理记录。",
        ),
    )


def rules_section(acts: Iterable[Act], own: Iterable[str]) -> Section | None:
    """Every rule the step and its acts rest on, with its article; 待核 where only general knowledge vouches for it."""
    cited = {rule_id for act in acts if act.row for rule_id in rules_of(act.row)} | set(own)
    rules = [registry[rule_id] for rule_id in sorted(cited) if rule_id in registry]
    if not rules:
        return None
    return section(
        "依据",
        table(
            ("规则", "要求", "出处"),
            [(rule.id, f"{rule.title}：{rule.text}", _authority(rule)) for rule in rules],
            form="rules",
        ),
    )


def name_of(act: Act, file: CaseFile) -> str:
    """The person, unless who sits in the panel is still to be kept from everybody."""
    if act.record.lifecycle in _OF_MEMBERS and file.review_is_open and act.record.role == Role.EXP:
        return "评审专家（签署前不公开）"
    return str(act.record.actor)


def _line(number: int, act: Act, file: CaseFile) -> tuple[str, ...]:
    record = act.record
    return (
        str(number),
        instant(record.at),
        act.label,
        "\n".join(part for part in (name_of(act, file), _seat(act)) if part),
        _change(act),
        _why(act) or NOTHING,
    )


def _seat(act: Act) -> str:
    role = str(Role(act.record.role).label) if act.record.role else ""
    return "\n".join(part for part in (act.record.organization_name, role) if part)


def _change(act: Act) -> str:
    record = act.record
    try:
        table_ = lifecycle_named(record.lifecycle)
        before, after = str(table_.state(record.from_state).label), str(table_.state(record.to_state).label)
    except (KeyError, StopIteration):
        before, after = record.from_state, record.to_state
    return before if before == after else f"{before} → {after}"


def _why(act: Act) -> str:
    """Reason, the warnings that held, how going on was justified, and the rules of the row."""
    record = act.record
    parts = [record.reason, *(f"提示：{warning}" for warning in record.warnings)]
    if record.justification:
        parts.append(f"说明：{record.justification}")
    if act.row and (rules := rules_of(act.row)):
        parts.append(f"依据 {'、'.join(rules)}")
    return "\n".join(part for part in parts if part)


def _authority(rule: object) -> str:
    citation = str(getattr(rule, "citation", ""))
    return citation if getattr(rule, "verified", True) else f"{citation}（待核）"


def _done_by(row: CaseStep, file: CaseFile) -> str:
    return str(row.done_by) if row.done_by else ""


def _punctuality(row: CaseStep) -> str:
    if row.done_at is None or row.due_on is None:
        return ""
    late = (local_day(row.done_at) - row.due_on).days
    return "按期完成" if late <= 0 else f"逾期 {late} 天"
