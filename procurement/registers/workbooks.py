"""Workbooks the portal hands out: the template to fill in, the wrong lines with their reasons, the export."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.utils import translation
from django.utils.translation import gettext as _

from procurement.registers.cells import Number, as_text, quoted
from procurement.registers.columns import Column, Kind
from procurement.registers.lines import Line
from procurement.registers.registry import Register
from procurement.registers.services.reading import REASON

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Nothing a cell holds is taken for a formula, a link or a number.
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
CHOICES_IN_LIST = 250
TEMPLATE_ROWS = 5_000
SHEET_NAME_MAX = 31


def in_chinese() -> Any:
    """Sheets are Chinese whatever language their reader uses the portal in: a heading must be known again."""
    return translation.override("zh-hans")


class Book:
    """A workbook with the portal's few formats; codes and text are text cells, quoted as Excel itself would."""

    def __init__(self, target: IO[bytes]) -> None:
        self.book = xlsxwriter.Workbook(target, OPTIONS)
        self.text = self.book.add_format({"num_format": "@", "quote_prefix": True})
        self.wrapped = self.book.add_format(
            {"num_format": "@", "quote_prefix": True, "text_wrap": True, "valign": "top"}
        )
        self.head = self.book.add_format({"bold": True, "bg_color": "#E7EEF7", "bottom": 1, "num_format": "@"})
        self.must = self.book.add_format(
            {"bold": True, "bg_color": "#E7EEF7", "bottom": 1, "num_format": "@", "font_color": "#B3261E"}
        )
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.amount = self.book.add_format({"num_format": "#,##0.00"})

    def sheet(self, title: str, widths: Sequence[int]) -> Any:
        made = self.book.add_worksheet("".join(c for c in title if c not in "[]:*?/\\")[:SHEET_NAME_MAX])
        for index, width in enumerate(widths):
            made.set_column(index, index, width, self.text)
        made.freeze_panes(1, 0)
        return made

    def put(self, sheet: Any, row: int, column: int, value: Any, text: Any = None) -> None:
        if value is None or value == "":
            return
        if isinstance(value, Number):
            sheet.write_number(row, column, float(value.value))
        elif isinstance(value, Decimal):
            self._put_decimal(sheet, row, column, value)
        elif isinstance(value, int) and not isinstance(value, bool):
            sheet.write_number(row, column, value)
        elif isinstance(value, date) and not isinstance(value, datetime):
            sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), self.day)  # noqa: DTZ001
        else:
            sheet.write_string(row, column, quoted(as_shown(value)), text or self.text)

    def _put_decimal(self, sheet: Any, row: int, column: int, value: Decimal) -> None:
        """A number of more than fifteen digits would be rounded by the spreadsheet: it goes out as text."""
        if len(value.as_tuple().digits) > 15:
            sheet.write_string(row, column, f"{value:f}", self.text)
        else:
            sheet.write_number(row, column, float(value), self.amount)


def as_shown(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return as_text(value) if isinstance(value, bool) else str(value)


def template_workbook(register: Register[Any]) -> bytes:
    """The sheet to fill in, and a sheet of notes: what each column takes, and an example."""
    with in_chinese():
        return _template(register)


def _template(register: Register[Any]) -> bytes:
    columns = register.import_columns
    target = io.BytesIO()
    made = Book(target)
    sheet = made.sheet(str(register.label), [column.width for column in columns])
    for index, column in enumerate(columns):
        sheet.write_string(
            0,
            index,
            f"{column.label}*" if column.required else column.label,
            made.must if column.required else made.head,
        )
        add_list(sheet, index, column)
    add_notes(made, columns)
    made.book.close()
    return target.getvalue()


def add_list(sheet: Any, index: int, column: Column) -> None:
    """A list to choose from, where it fits what spreadsheets allow."""
    labels = [_("是"), _("否")] if column.kind == Kind.YES_NO else column.labels
    if labels and len(",".join(labels)) <= CHOICES_IN_LIST:
        sheet.data_validation(
            1, index, TEMPLATE_ROWS, index, {"validate": "list", "source": labels, "error_type": "warning"}
        )


def add_notes(made: Book, columns: Sequence[Column]) -> None:
    sheet = made.sheet(_("填写说明"), [24, 8, 22, 48, 48, 32])
    for index, title in enumerate((_("列"), _("必填"), _("格式"), _("可填内容"), _("说明"), _("示例"))):
        sheet.write_string(0, index, title, made.head)
    for row, column in enumerate(columns, start=1):
        kind = column.kind or Kind.TEXT
        cells = (
            column.label,
            _("是") if column.required else _("否"),
            str(kind.label),
            "、".join(column.labels),
            str(column.help),
            column.example or next(iter(column.labels), ""),
        )
        for index, cell in enumerate(cells):
            made.put(sheet, row, index, cell, made.wrapped)
    rules = (
        _("填在第一张工作表，从第二行起，一行一条；不要改动表头，不要填公式。"),
        _("空着的单元格表示不填：已登记的内容保持不变。"),
        _("有一行不符合要求，整份文件都不写入；错误行连同原因会退回给您，改好后可直接再次上传。"),
        _("同一份文件重复上传不会产生重复内容。"),
    )
    for row, sentence in enumerate(rules, start=len(columns) + 2):
        made.put(sheet, row, 0, sentence)


def wrong_lines_workbook(title: str, headings: Sequence[str], lines: Iterable[Line]) -> bytes:
    """The wrong lines as they were sent, the reason in the last column."""
    kept = [index for index, heading in enumerate(headings) if heading.rstrip("*＊ ") != str(REASON)]
    target = io.BytesIO()
    made = Book(target)
    sheet = made.sheet(title, [18] * len(kept) + [80])
    for place, index in enumerate(kept):
        sheet.write_string(0, place, headings[index], made.head)
    sheet.write_string(0, len(kept), str(REASON), made.must)
    for row, line in enumerate(lines, start=1):
        for place, index in enumerate(kept):
            made.put(sheet, row, place, line.cells[index] if index < len(line.cells) else None)
        made.put(sheet, row, len(kept), "；".join(line.reasons), made.wrapped)
    made.book.close()
    return target.getvalue()


def export_workbook(title: str, columns: Sequence[Column], rows: Iterable[Any], target: IO[bytes]) -> int:
    """Write the rows as they come; memory stays that of one row. Returns how many there were."""
    made = Book(target)
    sheet = made.sheet(title, [column.width for column in columns])
    for index, column in enumerate(columns):
        sheet.write_string(0, index, column.label, made.head)
    number = 0
    for number, row in enumerate(rows, start=1):
        for index, column in enumerate(columns):
            made.put(sheet, number, index, column.write(row))
    made.book.close()
    return number
