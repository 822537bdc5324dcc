"""Exactly the rows a person sees on the list page, as a workbook or as CSV; read as a stream."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.db.models import QuerySet
from django.http import QueryDict

from procurement.access import Actor
from procurement.registers.cells import disarm
from procurement.registers.columns import Column
from procurement.registers.registry import Register
from procurement.registers.workbooks import as_shown, export_workbook, in_chinese

#: Without it spreadsheets take UTF-8 for the local code page and show Chinese as garbage.
BOM = "\ufeff"
CHUNK = 2_000
#: An export of a sheet more than a spreadsheet holds would be cut silently.
XLSX_ROWS_MAX = 1_048_575


def rows_for(register: Register[Any], actor: Actor, params: QueryDict) -> QuerySet[Any]:
    """The one access policy: what ``rows`` gives, narrowed as the page narrows it."""
    rows = register.narrow(register.rows(actor), params, actor)
    return rows.select_related(*register.select_related).order_by(*register.order)


def csv_lines(register: Register[Any], actor: Actor, rows: QuerySet[Any]) -> Iterator[str]:
    columns = register.export_columns(actor)
    writer = csv.writer(_Echo())
    with in_chinese():
        heading = writer.writerow([disarm(column.label) for column in columns])
    yield BOM + heading
    for row in rows.iterator(chunk_size=CHUNK):
        with in_chinese():  # never across a yield: the language is the thread's, and the reader's page comes next
            line = writer.writerow([csv_cell(column, row) for column in columns])
        yield line


def csv_cell(column: Column, row: Any) -> str:
    value = column.write(row)
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, int) else disarm(as_shown(value))


def xlsx_file(register: Register[Any], actor: Actor, rows: QuerySet[Any]) -> tuple[IO[bytes], int]:
    """A file without a name, positioned at its start, and how many rows are in it."""
    target = tempfile.TemporaryFile()  # noqa: SIM115
    stream = rows[:XLSX_ROWS_MAX].iterator(chunk_size=CHUNK)
    with in_chinese():
        count = export_workbook(str(register.label), register.export_columns(actor), stream, target)
    target.seek(0)
    return target, count


class _Echo:
    """A file that gives back what is written: csv.writer then returns each line."""

    def write(self, line: str) -> str:
        return line
