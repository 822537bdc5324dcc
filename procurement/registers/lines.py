"""One line of an uploaded sheet: what was given, what it means, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from procurement.registers.cells import Cell

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from procurement.registers.columns import Column

LOOKUP_BATCH = 5_000


@dataclass(slots=True)
class Line:
    """``values`` holds only filled cells, by column name: an empty cell says nothing and changes nothing."""

    number: int
    cells: Sequence[Cell]
    #: Heading of each column by its name; shared by all lines of a sheet.
    headings: Mapping[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)

    def refuse(self, column: Column | str, sentence: _StrOrPromise) -> None:
        """``column`` is a column or its name; empty when the line as a whole is wrong."""
        heading = self.headings.get(column, column) if isinstance(column, str) else column.label
        self.problems.append((heading, str(sentence)))

    @property
    def is_right(self) -> bool:
        return not self.problems

    @property
    def reasons(self) -> list[str]:
        return [
            _("第 %(number)s 行“%(column)s”：%(sentence)s")
            % {"number": self.number, "column": heading, "sentence": sentence}
            if heading
            else _("第 %(number)s 行：%(sentence)s") % {"number": self.number, "sentence": sentence}
            for heading, sentence in self.problems
        ]


def replace_by_lookup(
    lines: Iterable[Line], column: str, rows: QuerySet[Any], *, by: str, missing: _StrOrPromise
) -> dict[Any, Model]:
    """Put the stored row in the place of its code, for all lines with one query per 5 000 codes."""
    lines = list(lines)
    wanted = sorted({line.values[column] for line in lines if column in line.values})
    found: dict[Any, Model] = {}
    for start in range(0, len(wanted), LOOKUP_BATCH):
        batch = wanted[start : start + LOOKUP_BATCH]
        found |= {getattr(row, by): row for row in rows.filter(**{f"{by}__in": batch})}
    for line in lines:
        if column in line.values:
            row = found.get(line.values[column])
            if row is None:
                line.refuse(column, missing)
            else:
                line.values[column] = row
    return found
