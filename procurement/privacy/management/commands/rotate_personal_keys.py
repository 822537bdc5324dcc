"""``manage.py rotate_personal_keys``: every sealed column again under the newest key, every fingerprint anew.

Values change in form only, so the triggers that freeze rows step aside inside this one transaction per table.
Run by the owner of the schema, after a new first line in ``personal-data.keys`` or a new ``personal-index.key``.
"""

from typing import Any

import pgtrigger
from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection, models, transaction

from procurement.privacy.fields import fingerprints_of, sealed_fields_of
from procurement.privacy.fingerprints import fingerprint
from procurement.privacy.sealing import is_sealed, open_sealed, reseal


class Command(BaseCommand):
    help = "Seal personal data under the newest key and compute fingerprints anew."

    def handle(self, *args: Any, **options: Any) -> None:
        for model in apps.get_models():
            if sealed_fields_of(model):
                self.stdout.write(f"{model._meta.label}: {rotate(model)}")


def rotate(model: type[models.Model]) -> int:
    """The number of rows written."""
    with transaction.atomic(), pgtrigger.ignore():
        rows = _raw_rows(model)
        for key, stored in rows:
            _write(model, key, stored)
    return len(rows)


def _raw_rows(model: type[models.Model]) -> list[tuple[Any, dict[str, str]]]:
    """Primary key and the columns as they are stored, under a lock."""
    fields, quote = sealed_fields_of(model), connection.ops.quote_name
    pk = quote(str(model._meta.pk.column))
    names = ", ".join(quote(str(field.column)) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(f"select {pk}, {names} from {quote(model._meta.db_table)} order by {pk} for no key update")  # noqa: S608  # names from models only
        found = cursor.fetchall()
    return [
        (key, {field.name: value for field, value in zip(fields, values, strict=True) if value})
        for key, *values in found
    ]


def _write(model: type[models.Model], key: Any, stored: dict[str, str]) -> None:
    columns: dict[str, str] = {name: reseal(value) for name, value in stored.items()}
    for field in fingerprints_of(model):
        value = stored.get(field.source, "")
        columns[field.name] = fingerprint(field.kind, open_sealed(value) if is_sealed(value) else value)
    if not columns:
        return
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(str(model._meta.get_field(name).column))} = %s" for name in columns)  # type: ignore[union-attr]
    pk = quote(str(model._meta.pk.column))
    with connection.cursor() as cursor:
        cursor.execute(f"update {quote(model._meta.db_table)} set {sets} where {pk} = %s", [*columns.values(), key])  # noqa: S608  # names from models only
