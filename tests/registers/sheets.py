"""Workbooks as people send them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import python_calamine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from procurement.demo.codes import synthetic_code

HEADINGS = ("单位名称*", "单位类型*", "统一社会信用代码", "所在区划*", "成立登记日期", "联系电话")


def workbook(rows: Sequence[Sequence[Any]], change: Callable[[Any, Any], None] | None = None) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("单位名录")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    if change:
        change(book, sheet)
    book.close()
    return out.getvalue()


def organizations(count: int, start: int = 1) -> list[list[Any]]:
    """``count`` social service agencies of 朝阳区, with codes that pass every check."""
    return [
        [f"第{n}社会工作事务所", "社会服务机构", synthetic_code("52", "110105", n), "北京市朝阳区", "2015-06-01", ""]
        for n in range(start, start + count)
    ]


def upload(content: bytes, name: str = "名录.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def read(content: bytes) -> list[list[Any]]:
    return python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
