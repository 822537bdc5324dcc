"""Write many model instances with one COPY; row triggers and constraints apply as to any insert."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from io import StringIO
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import NOT_PROVIDED

from procurement.privacy.fields import FingerprintField, is_sealed_field

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NULL = "\\N"


def copy_in(model: type[models.Model], rows: Sequence[models.Model]) -> int:
    """Insert ``rows`` with the values they carry; columns the database fills in itself are left to it."""
    if not rows:
        return 0
    columns = [field for field in model._meta.concrete_fields if not _filled_by_database(field)]
    writers = [(_reader(field), _writer(field)) for field in columns]
    text = StringIO()
    for row in rows:
        values = []
        for read, write in writers:
            value = read(row)
            values.append(_NULL if value is None else write(value))
        text.write("\t".join(values) + "\n")
    text.seek(0)
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in columns)
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(f"COPY {connection.ops.quote_name(model._meta.db_table)} ({names}) FROM STDIN", text)
    return len(rows)


def _filled_by_database(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, models.AutoField) or field.db_default is not NOT_PROVIDED


def _reader(field: models.Field[Any, Any]) -> Callable[[models.Model], Any]:
    computed = isinstance(field, FingerprintField) or getattr(field, "auto_now", False)
    if computed or getattr(field, "auto_now_add", False):
        return lambda row: field.pre_save(row, add=True)
    name = field.attname
    return lambda row: getattr(row, name)


def _writer(field: models.Field[Any, Any]) -> Callable[[Any], str]:
    """How a value of this column reads in COPY's text format."""
    if is_sealed_field(field):
        return lambda value: str(field.get_db_prep_save(value, connection)).translate(_ESCAPES)
    if isinstance(field, ArrayField):
        return _array
    if isinstance(field, models.JSONField):
        return lambda value: json.dumps(value, ensure_ascii=False, cls=field.encoder).translate(_ESCAPES)
    if isinstance(field, models.CharField | models.TextField):
        return lambda value: str(value).translate(_ESCAPES)
    if isinstance(field, models.DateTimeField | models.DateField):
        return lambda value: value.isoformat()
    return str


def _array(values: Sequence[str]) -> str:
    quoted = (json.dumps(str(value), ensure_ascii=False) for value in values)
    return f"{{{','.join(quoted)}}}".translate(_ESCAPES)
