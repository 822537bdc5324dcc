"""Every line of a sheet against the columns, against the other lines, and against what is stored."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from procurement.access import Actor
from procurement.registers.cells import as_text
from procurement.registers.lines import Line
from procurement.registers.registry import BATCH, Register, Say, plain
from procurement.registers.services.reading import Sheet

REPORT_EVERY = 2_000


@dataclass
class Plan:
    """What an import would do. Nothing of it is done while there is a wrong line."""

    created: list[tuple[Line, Model]] = field(default_factory=list)
    updated: list[tuple[Line, Model, set[str]]] = field(default_factory=list)
    unchanged: int = 0
    wrong: list[Line] = field(default_factory=list)


def check_sheet(register: Register[Any], actor: Actor, sheet: Sheet, say: Say) -> Plan:
    lines = sheet.lines
    for number, line in enumerate(lines):
        if number % REPORT_EVERY == 0:
            say(20 + 30 * number // len(lines), _("核对第 %s 行") % line.number)
        read_line(sheet, line)
    say(50, _("核对名录和代码"))
    register.check([line for line in lines if line.is_right], actor)
    refuse_twins(register, lines)
    say(60, _("与已登记的内容比对"))
    return compare(register, actor, lines)


def read_line(sheet: Sheet, line: Line) -> None:
    for index, column in enumerate(sheet.columns):
        if column is None:
            continue
        cell = line.cells[index] if index < len(line.cells) else None
        if f"{letters(index)}{line.number}" in sheet.computed:
            line.refuse(column, _("单元格是公式或错误值，请复制后“选择性粘贴为数值”"))
        elif as_text(cell):
            try:
                line.values[column.name] = column.read(cell)
            except ValueError as error:
                line.refuse(column, str(error))
        elif column.required:
            line.refuse(column, _("必填，不能为空"))


def letters(index: int) -> str:
    """0 → A, 26 → AA: the name of a column in a spreadsheet."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def refuse_twins(register: Register[Any], lines: list[Line]) -> None:
    """The same key twice in one file: which of them is meant, nobody can know."""
    first: dict[Hashable, Line] = {}
    for line in lines:
        if not line.is_right:
            continue
        key = register.key_of(line.values)
        if key is None:
            continue
        earlier = first.setdefault(key, line)
        if earlier is not line:
            line.refuse(
                "、".join(register.column(name).label for name in register.key), _("与第 %s 行重复") % earlier.number
            )


def compare(register: Register[Any], actor: Actor, lines: list[Line]) -> Plan:
    right = [line for line in lines if line.is_right]
    stored = register.existing(right)
    mine = visible_keys(register, actor, list(stored.values()))
    plan = Plan()
    for line in right:
        row = stored.get(register.key_of(line.values))
        if row is None:
            row = register.model(**register.fields_of(line.values))
            row.given = line.values
            plan.created.append((line, row))
        elif row.pk not in mine:
            line.refuse("", _("这条内容已由其他单位登记，您无权更改"))
        else:
            place_changes(register, line, row, plan)
    plan.wrong = [line for line in lines if not line.is_right]
    return plan


def place_changes(register: Register[Any], line: Line, row: Model, plan: Plan) -> None:
    given = register.fields_of(line.values)
    changed = {
        name
        for name, value in given.items()
        if getattr(row, register.model._meta.get_field(name).attname) != plain(value)
    }
    for name in changed:
        setattr(row, name, given[name])
    if changed:
        row.given = line.values  # type: ignore[attr-defined]
        plan.updated.append((line, row, changed))
    else:
        plan.unchanged += 1


def visible_keys(register: Register[Any], actor: Actor, rows: list[Model]) -> set[Any]:
    """Keys of the stored rows the person may see and therefore change."""
    keys = [row.pk for row in rows]
    found: set[Any] = set()
    for start in range(0, len(keys), BATCH * 5):
        batch = keys[start : start + BATCH * 5]
        found |= set(register.changeable(actor).filter(pk__in=batch).values_list("pk", flat=True))
    return found
