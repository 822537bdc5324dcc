"""What a notice form is: parts, fields, the period it runs for; and the codes the open data needs."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise

Text = str | Promise
TYPES = Path(__file__).parent.parent / "data" / "notice_types.csv"


class FieldKind(TextChoices):
    LINE = "line"
    LONG = "long"
    ROWS = "rows"


@dataclass(frozen=True)
class Field:
    """One blank of a form. ``rows`` is a table with ``columns`` of (name, label); its value a list of dicts."""

    name: str
    label: Text
    kind: FieldKind = FieldKind.LINE
    required: bool = True
    columns: tuple[tuple[str, Text], ...] = ()

    def printed(self, value: Any) -> Any:
        """The text, or for a table its lines as lists of (column, text)."""
        if self.kind != FieldKind.ROWS:
            return value or ""
        return [[(label, row.get(name, "")) for name, label in self.columns] for row in value or ()]

    def missing(self, value: Any) -> bool:
        if not self.required:
            return False
        if self.kind == FieldKind.ROWS:
            return not value or any(
                not str(row.get(name, "")).strip() for row in value for name, _label in self.columns
            )
        return not str(value or "").strip()


@dataclass(frozen=True)
class Part:
    """一、二、三 … of the form."""

    title: Text
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class NoticeForm:
    """One form. ``period`` is the rule-set parameter of its publicity period; empty where it runs for no counted time."""

    kind: str
    label: Text
    parts: tuple[Part, ...]
    period: str = ""
    #: Issued by the supervising finance authority, not by the purchaser.
    by_supervisor: bool = False

    @property
    def fields(self) -> Iterator[Field]:
        return (field for part in self.parts for field in part.fields)

    def missing(self, values: Mapping[str, Any]) -> list[Text]:
        """Labels of the required blanks left empty."""
        return [field.label for field in self.fields if field.missing(values.get(field.name))]

    @property
    def number(self) -> str:
        """The form's number in the standard; empty for a kind the standard has no form for."""
        return _types()[self.kind]["form_no_2020_50"]

    @property
    def release_tag(self) -> str:
        return _types()[self.kind]["ocds_release_tag"]

    @property
    def document_type(self) -> str:
        return _types()[self.kind]["ocds_document_type"]


@cache
def _types() -> dict[str, dict[str, str]]:
    with TYPES.open(encoding="utf-8") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


@cache
def notice_forms() -> dict[str, NoticeForm]:
    """Every form by its kind, in the order of the standard."""
    rooms = ("calls", "outcomes", "supervision")
    return {form.kind: form for room in rooms for form in import_module(f"projects.notice_forms.{room}").FORMS}


def notice_form(kind: str) -> NoticeForm:
    """Raises KeyError for a kind there is no form for."""
    return notice_forms()[kind]


def notice_kinds() -> list[tuple[str, Text]]:
    return [(form.kind, form.label) for form in notice_forms().values()]
