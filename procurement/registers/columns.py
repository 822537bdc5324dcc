"""A column of a register: how its cells are read, written and explained."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.registers.cells import Cell, Number, as_text

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from procurement.access import Actor


class Kind(models.TextChoices):
    TEXT = "text", gettext_lazy("文字")
    CODE = "code", gettext_lazy("代码（文本格式）")
    INTEGER = "integer", gettext_lazy("整数")
    DECIMAL = "decimal", gettext_lazy("数字")
    DATE = "date", gettext_lazy("日期（如2026-03-01）")
    CHOICE = "choice", gettext_lazy("从可填内容中选择")
    YES_NO = "yes_no", gettext_lazy("是或否")


#: Spreadsheets keep fifteen digits of a number; a longer code typed as a number is already damaged.
EXACT_DIGITS = 15
_DATE = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$|^(\d{4})(\d{2})(\d{2})$")
_GROUPING = re.compile(r"[,，\s￥¥元]")
_YES, _NO = {"是", "有", "y", "yes", "true", "1", "√"}, {"否", "无", "n", "no", "false", "0", "×"}


@dataclass(frozen=True)
class Column:
    """Whatever is left out is taken from the model's field of the same name."""

    name: str
    heading: _StrOrPromise = ""
    kind: Kind | None = None
    required: bool | None = None
    choices: Iterable[tuple[Any, _StrOrPromise]] = ()
    max_length: int = 0
    places: int = 2
    example: str = ""
    help: _StrOrPromise = ""
    #: Text → value; a ValueError or ValidationError with a sentence refuses the cell.
    clean: Callable[[str], Any] | None = None
    #: Instance → what the export shows.
    shown: Callable[[Any], Any] | None = None
    #: Who gets the column in an export; an importer gets all of the template.
    visible: Callable[[Actor], bool] = lambda actor: True
    imported: bool = True
    exported: bool = True
    width: int = 18
    field: Any = field(default=None, repr=False)

    def of_model(self, model: type[models.Model]) -> Column:
        """Complete with what the model's field knows."""
        try:
            source: Any = model._meta.get_field(self.name)
        except FieldDoesNotExist:
            return replace(self, kind=self.kind or Kind.TEXT, required=bool(self.required))
        must = not (source.blank or source.null or source.has_default())
        return replace(
            self,
            heading=self.heading or source.verbose_name,
            kind=self.kind or _kind_of(source),
            required=must if self.required is None else self.required,
            choices=tuple(self.choices or source.choices or ()),
            max_length=self.max_length or (0 if source.is_relation else getattr(source, "max_length", None) or 0),
            places=getattr(source, "decimal_places", None) or self.places,
            help=self.help or source.help_text,
            field=source,
        )

    @property
    def label(self) -> str:
        return str(self.heading or self.name)

    @property
    def attname(self) -> str:
        return self.field.attname if self.field is not None else self.name

    @property
    def labels(self) -> list[str]:
        return [str(label) for _value, label in self.choices]

    def read(self, cell: Cell) -> Any:
        """The value of a filled cell; ValueError says what is wrong with it."""
        if self.clean is not None:
            text = self._text(cell)
            try:
                return self.clean(text)
            except ValidationError as error:
                raise ValueError("；".join(error.messages)) from None
        return _READERS[self.kind or Kind.TEXT](self, cell)

    def _text(self, cell: Cell) -> str:
        if isinstance(cell, Number) and cell.is_whole and abs(cell.value) >= 10**EXACT_DIGITS:
            raise ValueError(_("单元格是数字格式，超过15位的部分已经失真，请先把该列设为文本格式再重新填写"))
        text = as_text(cell)
        if self.max_length and len(text) > self.max_length:
            raise ValueError(
                _("不能超过 %(limit)s 字，现为 %(count)s 字") % {"limit": self.max_length, "count": len(text)}
            )
        return text

    def _decimal(self, cell: Cell) -> Decimal:
        if isinstance(cell, Number):
            value = cell.value
        else:
            try:
                value = Decimal(_GROUPING.sub("", as_text(cell)))
            except InvalidOperation:
                raise ValueError(_("“%(text)s”不是数字") % {"text": as_text(cell)[:40]}) from None
        if not value.is_finite():
            raise ValueError(_("“%(text)s”不是数字") % {"text": as_text(cell)[:40]})
        rounded = round(value, self.places)
        if rounded != value:
            raise ValueError(_("最多保留 %(places)s 位小数") % {"places": self.places})
        digits = getattr(self.field, "max_digits", None)
        if digits and abs(value) >= Decimal(10) ** (digits - self.places):
            raise ValueError(_("数值过大"))
        return rounded

    def _integer(self, cell: Cell) -> int:
        value = replace(self, places=0, field=None)._decimal(cell)
        if abs(value) >= 2**31:
            raise ValueError(_("数值过大"))
        if value < 0 and isinstance(self.field, models.PositiveIntegerField | models.PositiveSmallIntegerField):
            raise ValueError(_("不能小于 0"))
        if value >= 2**15 and isinstance(self.field, models.SmallIntegerField | models.PositiveSmallIntegerField):
            raise ValueError(_("数值过大"))
        return int(value)

    def _date(self, cell: Cell) -> date:
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        found = _DATE.match(as_text(cell))
        try:
            parts = [int(part) for part in found.groups() if part] if found else []
            return date(*parts)
        except (TypeError, ValueError):
            raise ValueError(_("“%(text)s”不是日期，请写成2026-03-01") % {"text": as_text(cell)[:40]}) from None

    def _choice(self, cell: Cell) -> Any:
        text = self._text(cell)
        for value, label in self.choices:
            if text in (str(label), str(value)):
                return value
        allowed = "、".join(self.labels)
        raise ValueError(_("“%(text)s”不在可填内容中，可填：%(allowed)s") % {"text": text[:40], "allowed": allowed})

    def _yes_no(self, cell: Cell) -> bool:
        text = as_text(cell).lower()
        if text in _YES:
            return True
        if text in _NO:
            return False
        raise ValueError(_("请填“是”或“否”"))

    def write(self, instance: Any) -> Any:
        """What an export shows: text, Decimal, int, date or nothing."""
        if self.shown is not None:
            return self.shown(instance)
        if self.kind == Kind.CHOICE and self.field is not None and self.field.choices:
            return str(getattr(instance, f"get_{self.name}_display")())
        value = getattr(instance, self.name)
        if self.kind == Kind.YES_NO:
            return _("是") if value else _("否")
        return str(value) if isinstance(value, models.Model) else value


def _kind_of(source: Any) -> Kind:
    if source.choices:
        return Kind.CHOICE
    for field_type, kind in (
        (models.BooleanField, Kind.YES_NO),
        (models.DecimalField, Kind.DECIMAL),
        (models.IntegerField, Kind.INTEGER),
        (models.DateField, Kind.DATE),
        (models.ForeignKey, Kind.CODE),
    ):
        if isinstance(source, field_type):
            return kind
    return Kind.TEXT


_READERS: dict[Kind, Callable[[Column, Cell], Any]] = {
    Kind.TEXT: Column._text,
    Kind.CODE: Column._text,
    Kind.INTEGER: Column._integer,
    Kind.DECIMAL: Column._decimal,
    Kind.DATE: Column._date,
    Kind.CHOICE: Column._choice,
    Kind.YES_NO: Column._yes_no,
}
