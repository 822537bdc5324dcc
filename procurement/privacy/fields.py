"""Model fields whose column holds only sealed text, and the fingerprint that stands beside one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from procurement.privacy.fingerprints import fingerprint
from procurement.privacy.sealing import Sealed, is_sealed, open_sealed, seal


class OpenedWhenRead(DeferredAttribute):
    """Opens the column when it is read; a list that never shows it pays nothing."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        held = super().__get__(instance, cls)
        return held.open() if isinstance(held, Sealed) else held

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class _SealedColumn(models.Field):  # type: ignore[type-arg]
    """What all sealed fields share. There is nothing to compare in the column: only "", NULL may be asked for."""

    descriptor_class = OpenedWhenRead

    def get_internal_type(self) -> str:
        return "TextField"

    def from_db_value(self, value: str | None, *_args: Any) -> Any:
        return Sealed(value) if value and is_sealed(value) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Keep the sealed form beside the value, so that the next save of this object repeats it."""
        held = model_instance.__dict__.get(self.attname)
        if held and not isinstance(held, Sealed):
            held = Sealed(self._sealed(held))
            model_instance.__dict__[self.attname] = held
        return held

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if hasattr(value, "as_sql"):
            return value
        return value if value in (None, "") else self._sealed(value)

    def get_prep_value(self, value: Any) -> Any:
        if value not in (None, ""):
            raise FieldError(f"{self.name} is sealed; look for its fingerprint instead")
        return value

    def _sealed(self, value: Any) -> str:
        token = getattr(value, "token", None)
        return token if isinstance(token, str) else seal(str(value))

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name in ("exact", "isnull") else None


class EncryptedCharField(_SealedColumn, models.CharField):  # type: ignore[type-arg]
    """A short text; ``max_length`` limits what is typed, not what is stored."""


class EncryptedTextField(_SealedColumn, models.TextField):  # type: ignore[type-arg]
    """A longer text."""


class EncryptedEmailField(_SealedColumn, models.EmailField):  # type: ignore[type-arg]
    """An address to write to."""


class EncryptedJSONField(models.Field):  # type: ignore[type-arg]
    """A JSON document sealed as a whole. It is opened at once, since it may be changed in place."""

    def get_internal_type(self) -> str:
        return "TextField"

    def from_db_value(self, value: str | None, *_args: Any) -> Any:
        if not value:
            return None
        return json.loads(open_sealed(value) if is_sealed(value) else value)

    def to_python(self, value: Any) -> Any:
        return value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if value is None or hasattr(value, "as_sql"):
            return value
        return seal(json.dumps(value, ensure_ascii=False))

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


class FingerprintField(models.CharField):  # type: ignore[type-arg]
    """The fingerprint of another field, kept with it at every save (``filter(phone_fingerprint=fingerprint(…))``)."""

    def __init__(self, *args: Any, source: str = "", kind: str = "exact", **kwargs: Any) -> None:
        self.source, self.kind = source, kind
        fixed = {"max_length": 64, "editable": False, "blank": True, "default": "", "db_index": True}
        super().__init__(*args, **{**kwargs, **fixed})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for given in ("max_length", "editable", "blank", "default", "db_index"):
            kwargs.pop(given, None)
        return name, path, args, {**kwargs, "source": self.source, "kind": self.kind}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = fingerprint(self.kind, getattr(model_instance, self.source) or "")
        setattr(model_instance, self.attname, value)
        return value


class FingerprintedModel(models.Model):
    """Saving some fields only saves their fingerprints with them."""

    class Meta:
        abstract = True

    def save(
        self,
        *,
        force_insert: Any = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        if update_fields is not None:
            chosen = set(update_fields)
            update_fields = chosen | {field.name for field in fingerprints_of(type(self)) if field.source in chosen}
        super().save(force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields)


def fingerprints_of(model: type[models.Model]) -> list[FingerprintField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, FingerprintField)]


def sealed_fields_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if is_sealed_field(field)]


def is_sealed_field(field: Any) -> bool:
    return isinstance(field, _SealedColumn | EncryptedJSONField)
