"""Widgets whose browser form fits how people here write dates, money and long text."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from django import forms


class DayInput(forms.DateInput):
    """``type=date`` needs ISO text whatever the page's language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class InstantInput(forms.DateTimeInput):
    """``type=datetime-local``; the typed time is Beijing time, as the site's time zone is."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class AffixInput(forms.TextInput):
    """A short text input with its unit behind it: 元, %, 人次."""

    template_name = "django/forms/widgets/affix.html"

    def __init__(self, suffix: str, attrs: dict[str, Any] | None = None) -> None:
        self.suffix = suffix
        super().__init__(attrs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["suffix"] = self.suffix
        return context


class MoneyInput(AffixInput):
    """Yuan. Not ``type=number``: a mouse wheel must not change an amount.

    Takes what people paste (``１２，３４５.６０ 元``, ``¥12,345.60``) and hands the field plain digits.
    """

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__("元", {"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        if not isinstance(value, str):
            return value
        plain = unicodedata.normalize("NFKC", value)
        return plain.replace(",", "").replace(" ", "").lstrip("¥").removesuffix("元")


class CountedTextarea(forms.Textarea):
    """A text area that says how many characters are allowed, and, with scripts, how many are left."""

    template_name = "django/forms/widgets/counted_textarea.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 5, **(attrs or {})})
