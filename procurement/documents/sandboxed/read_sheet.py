"""Reads the first sheet of a quarantined workbook: `read_sheet PATH ROWS_MAX COLUMNS_MAX`.

Answers lines of JSON: first `{"refused": code}` or `{"sheet": name, "unread": [cell, …]}`, then one `[number, [cell, …]]`
per row that is not empty. Cells: text, `["n", number]`, `["d", date]`, `["t", instant]`, `["b", truth]` or null.
`unread` are the cells whose value is a formula's or an error: what is shown there was not typed by anybody.
A sheet that claims sixteen billion cells ends this process, not the portal.
"""

import datetime
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import python_calamine

MEBIBYTE = 1024 * 1024
UNREAD_MAX = 1_000
NAME_MAX = 200
COMPUTED = re.compile(rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f[\s>/]|<(?:\w+:)?c\b([^>]*\bt=[\"']e[\"'][^>]*)>")
PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3}\d{1,7})[\"']")
OVERLAP = 2_048


class Refused(Exception):
    """The workbook cannot be taken; the code says why."""


def part_of_first_sheet(archive: zipfile.ZipFile) -> str:
    """Where the first sheet's cells are kept, by way of the workbook's relations."""
    from defusedxml import ElementTree

    workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"), forbid_dtd=True)
    sheet = next(element for element in workbook.iter() if element.tag.rpartition("}")[2] == "sheet")
    wanted = next(value for key, value in sheet.attrib.items() if key.rpartition("}")[2] == "id")
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), forbid_dtd=True)
    target = next(one.get("Target", "") for one in relations if one.get("Id") == wanted)
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def computed_cells(path: Path) -> list[str]:
    found: dict[str, None] = {}
    with zipfile.ZipFile(path) as archive, archive.open(part_of_first_sheet(archive)) as stream:
        tail = b""
        while (chunk := stream.read(MEBIBYTE)) and len(found) < UNREAD_MAX:
            text = tail + chunk
            for match in COMPUTED.finditer(text):
                place = PLACE.search(match.group(1) or match.group(2) or b"")
                found[place.group(1).decode() if place else "?"] = None
            tail = text[-OVERLAP:]
    return list(found)


def cell(value: Any) -> Any:
    if isinstance(value, bool):
        return ["b", value]
    if isinstance(value, int | float):
        return ["n", repr(value)]
    if isinstance(value, datetime.datetime):
        whole = value.time() == datetime.time()
        return ["d", value.date().isoformat()] if whole else ["t", value.isoformat()]
    if isinstance(value, datetime.date):
        return ["d", value.isoformat()]
    if isinstance(value, str):
        return value if value.strip() else None
    return str(value)


def rows_of(sheet: Any, rows_max: int, columns_max: int) -> Iterator[tuple[int, list[Any]]]:
    """Rows by their number in the sheet. Formatted but empty cells are not there."""
    if sheet.height == 0:
        raise Refused("no_rows")
    top, left = sheet.start
    if left or top:
        raise Refused("no_header")
    if sheet.width > columns_max:
        raise Refused("too_many_columns")
    seen = 0
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [cell(value) for value in row]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            seen += 1
            if seen > rows_max:
                raise Refused("too_many_rows")
            yield number, cells


def read(path: Path, rows_max: int, columns_max: int) -> list[Any]:
    workbook = python_calamine.load_workbook(str(path))
    if not workbook.sheet_names:
        raise Refused("no_rows")
    sheet = workbook.get_sheet_by_index(0)
    rows = list(rows_of(sheet, rows_max, columns_max))
    return [{"sheet": sheet.name[:NAME_MAX], "unread": computed_cells(path)}, *rows]


def main() -> None:
    try:
        answer = read(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    except Refused as refusal:
        answer = [{"refused": str(refusal)}]
    except Exception:  # whatever hostile bytes make of a parser is a refusal, not a fault
        answer = [{"refused": "unreadable"}]
    sys.stdout.write("\n".join(json.dumps(line, ensure_ascii=False) for line in answer))


if __name__ == "__main__":
    main()
