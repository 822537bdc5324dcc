"""How every form of the portal looks: one renderer, so that ``{{ form }}`` is accessible anywhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from procurement.ui.widgets import ClockInput, CountedTextarea, DayInput, InstantInput, MoneyInput

#: Django's plain widgets and what stands in for them. Only exact types are replaced: who chose a widget keeps it.
HOUSE_WIDGETS: dict[type[forms.Widget], type[forms.Widget]] = {
    forms.DateInput: DayInput,
    forms.DateTimeInput: InstantInput,
    forms.TimeInput: ClockInput,
    forms.Textarea: CountedTextarea,
}


class HouseBoundField(BoundField):
    """Puts the house's widgets in place and knows which element a label or an error link points at."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        field.widget = house_widget(field)

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
    widget = field.widget
    replacement = MoneyInput if _is_amount(field) else HOUSE_WIDGETS.get(type(widget))
    if replacement is None:
        return widget
    attrs = {name: value for name, value in widget.attrs.items() if name not in {"step", "cols"}}
    if replacement is CountedTextarea and attrs.get("rows") == "10":
        attrs.pop("rows")
    made = replacement(attrs)
    made.is_required, made.is_localized = widget.is_required, widget.is_localized
    return made


def _is_amount(field: forms.Field) -> bool:
    """numeric(14,2) is what money is everywhere in this portal (procurement.money)."""
    return (
        isinstance(field, forms.DecimalField)
        and (field.max_digits, field.decimal_places) == (14, 2)
        and type(field.widget) in {forms.NumberInput, forms.TextInput}
    )


class HouseFormRenderer(TemplatesSetting):
    """Templates in ``templates/django/forms``; the project's own engine, so components work inside."""

    bound_field_class = HouseBoundField


class LoginForm(AuthenticationForm):
    error_messages: dict[str, Any] = {
        "invalid_login": _("用户名或密码不正确，请核对后重试（区分大小写）。"),
        "inactive": _("该账号已停用，请联系系统管理员。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("用户名")
        self.fields["password"].label = _("密码")
        self.fields["username"].error_messages["required"] = _("请填写用户名。")
        self.fields["password"].error_messages["required"] = _("请填写密码。")
