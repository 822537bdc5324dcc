"""What a register is, and which there are."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from django.db.models import DateTimeField, Model, QuerySet
from django.utils.translation import gettext_lazy as _

from procurement.registers.columns import Column
from procurement.registers.lines import Line

if TYPE_CHECKING:
    from django.http import QueryDict
    from django.utils.functional import _StrOrPromise

    from procurement.access import Actor

Row = TypeVar("Row", bound=Model)
BATCH = 1_000


class Register(Generic[Row]):
    """A list people also keep in spreadsheets. Subclass it in an app's ``offers``; see the package for an example."""

    name: ClassVar[str]
    label: ClassVar[_StrOrPromise]
    model: type[Row]
    columns: ClassVar[Sequence[Column]]
    #: Column names; several lines with the same key are a mistake, a stored row with it is updated.
    key: ClassVar[tuple[str, ...]]
    list_url_name: ClassVar[str] = ""
    #: A sentence or two above the upload: who fills it in, from which source.
    introduction: ClassVar[_StrOrPromise] = ""
    order: ClassVar[tuple[str, ...]] = ("pk",)
    select_related: ClassVar[tuple[str, ...]] = ()

    @cached_property
    def full_columns(self) -> tuple[Column, ...]:
        return tuple(column.of_model(self.model) for column in self.columns)

    @property
    def import_columns(self) -> list[Column]:
        return [column for column in self.full_columns if column.imported]

    def export_columns(self, actor: Actor) -> list[Column]:
        return [column for column in self.full_columns if column.exported and column.visible(actor)]

    def column(self, name: str) -> Column:
        return next(column for column in self.full_columns if column.name == name)

    # --- permission ---------------------------------------------------------------------------------------------

    def may_import(self, actor: Actor) -> bool:
        """Whether this person keeps the register. Asked again when the work runs; must not query."""
        return False

    def rows(self, actor: Actor) -> QuerySet[Row]:
        """What the person sees: the only source of the export, and the limit of what an import may change."""
        manager: Any = self.model._default_manager
        return manager.visible_to(actor)  # type: ignore[no-any-return]

    def changeable(self, actor: Actor) -> QuerySet[Row]:
        """The stored rows an import may meet; default what the person sees. Whether it may change them, ``write`` says."""
        return self.rows(actor)

    def narrow(self, rows: QuerySet[Row], params: QueryDict, actor: Actor) -> QuerySet[Row]:
        """The rows the list page shows for these parameters."""
        return rows

    # --- import -------------------------------------------------------------------------------------------------

    def check(self, lines: Sequence[Line], actor: Actor) -> None:
        """What only the database knows, for all lines at once: look up, put in place, ``line.refuse``."""

    def key_of(self, values: Mapping[str, Any]) -> Hashable:
        """The natural key of a line; None while a part of it is missing."""
        parts = tuple(plain(values.get(name)) for name in self.key)
        return None if None in parts else parts

    def existing(self, lines: Sequence[Line]) -> dict[Hashable, Row]:
        """Stored rows by ``key_of`` of the lines; default: the key columns are fields of the model."""
        fields = [self.column(name).attname for name in self.key]
        found: dict[Hashable, Row] = {}
        for start in range(0, len(lines), BATCH):
            batch = [line.values for line in lines[start : start + BATCH]]
            wanted = {
                f"{attname}__in": {plain(values[name]) for values in batch if values.get(name) is not None}
                for name, attname in zip(self.key, fields, strict=True)
            }
            for row in self.model._default_manager.filter(**wanted):
                found[tuple(getattr(row, attname) for attname in fields)] = row
        return found

    def fields_of(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The model's fields a line fills; default: the columns that are fields."""
        return {name: value for name, value in values.items() if self.column(name).field is not None}

    def prepare(self, instance: Row) -> Iterable[str]:
        """Last touch before saving, for what ``save`` would do; names the further fields it set."""
        return ()

    def write(self, *, actor: Actor, created: Sequence[Row], updated: Sequence[tuple[Row, set[str]]]) -> None:
        """Save all of it; runs in one transaction with everything else of the import. Default: in bulk.

        Services may refuse by RuleViolation: the line gets the sentence. ``row.given`` holds what the line said.
        """
        for row in created:
            self.prepare(row)
        self.model._default_manager.bulk_create(created, batch_size=BATCH)
        fields: set[str] = set()
        for row, changed in updated:
            followers = [f for f in self.model._meta.fields if follows(f, changed)]
            for follower in followers:
                follower.pre_save(row, add=False)
            fields |= changed | set(self.prepare(row)) | {follower.name for follower in followers}
        if updated:
            self.model._default_manager.bulk_update([row for row, _changed in updated], sorted(fields), batch_size=500)

    #: Sentences for what the database refuses, by constraint, where the constraint itself has none.
    refusals: ClassVar[Mapping[str, _StrOrPromise]] = {}

    def sentence_of(self, constraint: str) -> str:
        """What to tell people when the database refuses a line."""
        own = {one.name: one.violation_error_message for one in self.model._meta.constraints}
        return str(self.refusals.get(constraint) or own.get(constraint) or _("与已登记的内容冲突（%s）") % constraint)


def follows(field: Any, changed: set[str]) -> bool:
    """Whether ``save`` would set this field anew: bulk updating does not ask fields for their value."""
    from procurement.privacy.fields import FingerprintField  # holds a model, and this module is read while apps load

    if isinstance(field, FingerprintField):
        return field.source in changed
    return isinstance(field, DateTimeField) and field.auto_now


def plain(value: Any) -> Any:
    """What is compared: of a related row its key."""
    return value.pk if isinstance(value, Model) else value


_registers: dict[str, Register[Any]] = {}


def register(one: Register[Any]) -> None:
    _registers[one.name] = one


def registers() -> dict[str, Register[Any]]:
    return dict(_registers)


def importable_by(actor: Actor) -> list[Register[Any]]:
    return [one for one in _registers.values() if one.may_import(actor)]


Say = Callable[[int, str], None]
