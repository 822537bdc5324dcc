"""How every form of the portal looks: one renderer, so that ``{{ form }}`` is accessible anywhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.functional import keep_lazy_text
from django.utils.translation import gettext_lazy as _

from procurement.ui.widgets import ClockInput, CountedTextarea, DayInput, InstantInput, MoneyInput

#: Django's plain widgets and what stands in for them. Only exact types are replaced: who chose a widget keeps it.
HOUSE_WIDGETS: dict[type[forms.Widget], type[forms.Widget]] = {
    forms.DateInput: DayInput,
    forms.DateTimeInput: InstantInput,
    forms.TimeInput: ClockInput,
    forms.Textarea: CountedTextarea,
}

#: What the validators of Django say in general terms, with the field's name.
LIMIT_SENTENCES = {
    "max_length": _("%(label)s不能超过 %(limit_value)s 字，现为 %(show_value)s 字。"),
    "min_length": _("%(label)s不能少于 %(limit_value)s 字，现为 %(show_value)s 字。"),
    "max_value": _("%(label)s不能大于 %(limit_value)s。"),
    "min_value": _("%(label)s不能小于 %(limit_value)s。"),
    "max_decimal_places": _("%(label)s最多保留 %(max)s 位小数。"),
}


class HouseBoundField(BoundField):
    """Puts the house's widgets in place and knows which element a label or an error link points at."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        field.widget = house_widget(field)
        self._name_the_field_in_errors()

    def _name_the_field_in_errors(self) -> None:
        """请填写项目名称, not 这个字段是必填项: an error summary stands far from the field."""
        messages, label = self.field.error_messages, str(self.label)
        if messages.get("required") is forms.Field.default_error_messages["required"]:
            messages["required"] = _naming(_required_sentence(self.field), label)
        if _is_amount(self.field) and messages.get("invalid") is forms.DecimalField.default_error_messages["invalid"]:
            messages["invalid"] = _naming(_("%(label)s须为金额，例如 12345.60。"), label)
        for code, sentence in LIMIT_SENTENCES.items():
            messages.setdefault(code, _naming(sentence, label))

    @property
    def focus_id(self) -> str:
        """The element an error link moves to; of a group of choices the first one."""
        if not self.use_fieldset:
            return self.id_for_label or str(self.auto_id)
        first = next(iter(self.subwidgets), None)
        return first.id_for_label if first else str(self.auto_id)

    @property
    def is_checkbox(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxInput)


def house_widget(field: forms.Field) -> forms.Widget:
    """The widget that should render ``field``: amounts as money, dates as date pickers, else its own."""
    widget: forms.Widget = field.widget
    is_plain = type(widget) in {forms.NumberInput, forms.TextInput}
    replacement = MoneyInput if is_plain and _is_amount(field) else HOUSE_WIDGETS.get(type(widget))
    if replacement is None:
        return widget
    attrs = {name: value for name, value in widget.attrs.items() if name not in {"step", "cols"}}
    if replacement is CountedTextarea and attrs.get("rows") == "10":
        attrs.pop("rows")
    made = replacement(attrs)
    made.is_required, made.is_localized = widget.is_required, widget.is_localized
    return made


def _required_sentence(field: forms.Field) -> Any:
    if isinstance(field, forms.FileField):
        return _("请上传%(label)s。")
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return _("请选择%(label)s。")
    if isinstance(field, forms.BooleanField):
        return _("请勾选“%(label)s”。")
    return _("请填写%(label)s。")


@keep_lazy_text
def _naming(sentence: Any, label: str) -> str:
    """Other placeholders (limit_value …) stay for the validator to fill."""
    return str(sentence).replace("%(label)s", label.replace("%", "%%"))


def _is_amount(field: forms.Field) -> bool:
    """numeric(14,2) is what money is everywhere in this portal (procurement.money)."""
    return isinstance(field, forms.DecimalField) and (field.max_digits, field.decimal_places) == (14, 2)


class HouseFormRenderer(TemplatesSetting):
    """Templates in ``templates/django/forms``; the project's own engine, so components work inside."""

    bound_field_class = HouseBoundField
