"""The chapter 流程 of the written handbook: one table per lifecycle, straight from the tables the engine performs."""

from __future__ import annotations

from collections.abc import Iterable

from procurement.lifecycle.definition import Lifecycle, lifecycles
from procurement.lifecycle.diagram import HandbookRow, rows_of
from procurement.rules.handbook import table

HEAD = ("办理", "从", "到", "谁办", "依据规则", "通知", "步骤")


def lifecycles_chapter() -> str:
    tables = sorted(lifecycles(), key=lambda one: one.name)
    overview = [(f"[{one.label}](#{one.name})", str(len(one.states)), str(len(one.transitions))) for one in tables]
    return "\n".join(["# 流程\n", table(("流程", "状态数", "办理事项数"), *overview), *map(_section, tables)])


def _section(one: Lifecycle) -> str:
    states = "、".join(f"{state.label}{'（终）' if state.final else ''}" for state in one.states)
    note = f"{one.note}\n\n" if one.note else ""
    rows = table(HEAD, *(_row(row) for row in rows_of(one)))
    return f'<a id="{one.name}"></a>\n\n## {one.label}\n\n{note}状态：{states}\n\n{rows}'


def _row(row: HandbookRow) -> tuple[str, ...]:
    act = row.transition
    marks = ["自动"] * act.automatic + ["须写明理由"] * act.reason_required + ["重新确认身份"] * bool(act.step_up)
    return (
        f"{act.label} `{act.name}`" + (f"（{'，'.join(marks)}）" if marks else ""),
        _joined(state.label for state in row.sources),
        str(row.target.label),
        _joined(row.roles),
        " ".join(rule.id for rule in row.rules),
        _joined(row.told),
        "；".join([f"办结：{title}" for title in row.completes] + [f"开始：{title}" for title in row.opens]),
    )


def _joined(words: Iterable[object]) -> str:
    return "、".join(map(str, words))
