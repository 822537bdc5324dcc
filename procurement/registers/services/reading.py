"""An uploaded workbook as rows of cells. The workbook itself is only ever opened in a child process that has nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.documents import sandbox
from procurement.registers.cells import as_text, read_cell
from procurement.registers.columns import Column
from procurement.registers.lines import Line

ROWS_MAX = 50_000
COLUMNS_MAX = 200
LIMITS = sandbox.Limits(seconds=60, memory_mb=1024, output_mb=256)
#: The column a handed-back sheet carries; it is read over, so that the corrected sheet can be sent as it is.
REASON = gettext_lazy("错误原因")

REASONS = {
    "unreadable": gettext_lazy("文件已损坏或无法读取，请在本机打开确认后另存为 xlsx 再上传。"),
    "no_rows": gettext_lazy("第一张工作表是空的，请在下载的模板中填写。"),
    "no_header": gettext_lazy("第一行第一列应为表头，请不要在表头上方或左侧留空行、空列。"),
    "too_many_rows": gettext_lazy("超过 50 000 行，请拆分后分别上传。"),
    "too_many_columns": gettext_lazy("列数过多，请使用下载的模板。"),
}


class SheetRefused(Exception):
    """The file as a whole is not taken; the sentence is for whoever sent it."""


@dataclass(frozen=True)
class Sheet:
    """``columns`` stand in the file's own order, None for a column that is read over."""

    headings: list[str]
    columns: list[Column | None]
    lines: list[Line]
    computed: frozenset[str]


def read_sheet(path: Path, columns: list[Column]) -> Sheet:
    head, *rows = _ask(path)
    number, cells = rows[0]
    if number != 1:
        raise SheetRefused(str(REASONS["no_header"]))
    headings = [as_text(read_cell(cell)) for cell in cells]
    matched = match_headings(headings, columns)
    labels = {column.name: column.label for column in columns}
    lines = [Line(number, [read_cell(cell) for cell in cells], labels) for number, cells in rows[1:]]
    if not lines:
        raise SheetRefused(_("表头之下没有数据，请填写后再上传。"))
    return Sheet(headings, matched, lines, frozenset(head["unread"]))


def _ask(path: Path) -> list[Any]:
    try:
        answer = sandbox.run("read_sheet", str(path), str(ROWS_MAX + 1), str(COLUMNS_MAX), limits=LIMITS)
    except sandbox.SandboxError:
        raise SheetRefused(str(REASONS["unreadable"])) from None
    lines = [json.loads(line) for line in answer.decode().split("\n")]
    if code := lines[0].get("refused"):
        raise SheetRefused(str(REASONS[code]))
    if len(lines) == 1:
        raise SheetRefused(str(REASONS["no_rows"]))
    return lines


def match_headings(headings: list[str], columns: list[Column]) -> list[Column | None]:
    """Which column stands where; a heading nobody knows refuses the file, for its values would be lost silently."""
    by_label = {column.label: column for column in columns}
    cleaned = [heading.rstrip("*＊ ").removesuffix("（必填）") for heading in headings]
    known: list[Column | None] = [by_label.get(heading) for heading in cleaned]
    strange = [h for h, column in zip(cleaned, known, strict=True) if h and column is None and h != str(REASON)]
    if strange:
        raise SheetRefused(_("第一行有不认识的列：%s。请使用下载的模板。") % "、".join(h[:40] for h in strange[:5]))
    present = [column for column in known if column is not None]
    if twice := {column.label for column in present if present.count(column) > 1}:
        raise SheetRefused(_("第一行的列重复：%s。") % "、".join(sorted(twice)))
    if missing := [column.label for column in columns if column.required and column not in present]:
        raise SheetRefused(_("第一行缺少必填的列：%s。请使用下载的模板。") % "、".join(missing))
    return known
