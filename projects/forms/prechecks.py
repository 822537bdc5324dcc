"""The checklist of the formal check as a form: a verdict and a note per line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import PrecheckItem
from projects.services.prechecks import Verdict

CHOICES = [("yes", gettext_lazy("通过")), ("no", gettext_lazy("未通过")), ("", gettext_lazy("未核对"))]
READ = {"yes": True, "no": False, "": None}


@dataclass(frozen=True)
class Line:
    """One line for the page: what is checked, by whom so far, and the fields where this person may tick."""

    item: PrecheckItem
    verdict: BoundField | None
    note: BoundField | None


class PrecheckForm(forms.Form):
    use_required_attribute = False

    def __init__(self, *args: Any, items: Iterable[PrecheckItem], allowed: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items, self.allowed = list(items), set(allowed)
        for item in self.items:
            if item.code not in self.allowed:
                continue
            verdict = {True: "yes", False: "no", None: ""}[item.passed]
            self.fields[item.code] = forms.ChoiceField(
                label=item.label, choices=CHOICES, required=False, initial=verdict, widget=forms.RadioSelect
            )
            self.fields[f"{item.code}-note"] = forms.CharField(
                label=_("“%(what)s”的说明") % {"what": item.label}, required=False, max_length=300, initial=item.note
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for code in self.allowed:
            if cleaned.get(code) == "no" and not (cleaned.get(f"{code}-note") or "").strip():
                self.add_error(f"{code}-note", _("未通过的项目须写明问题。"))
        return cleaned

    def verdicts(self) -> dict[str, Verdict]:
        return {
            item.code: Verdict(READ[self.cleaned_data[item.code]], self.cleaned_data[f"{item.code}-note"])
            for item in self.items
            if item.code in self.allowed
        }

    def lines(self) -> list[Line]:
        return [
            Line(
                item,
                self[item.code] if item.code in self.allowed else None,
                self[f"{item.code}-note"] if item.code in self.allowed else None,
            )
            for item in self.items
        ]
