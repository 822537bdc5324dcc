"""What the officer concludes about a shared ground."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.models import CollusionVerdict


class ConclusionForm(forms.Form):
    verdict = forms.ChoiceField(label=_("结论"), choices=CollusionVerdict.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("核实情况"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写明向谁核实、依据什么材料。申报单位看不到本页。"),
    )
