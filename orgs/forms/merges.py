"""Which of two records stands, and why; or why they are two bodies after all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from orgs.models import Organization, SuspectPair


class MergeForm(forms.Form):
    target = forms.ChoiceField(label=gettext_lazy("保留哪一个单位"), widget=forms.RadioSelect)
    grounds = forms.CharField(
        label=gettext_lazy("合并依据"),
        max_length=1000,
        widget=forms.Textarea,
        help_text=gettext_lazy("写明查证的材料，如登记证书、变更批文。"),
    )

    def __init__(self, *args: Any, pair: SuspectPair, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = {str(body.pk): body for body in (pair.first, pair.second)}
        self.fields["target"].choices = [(key, body.name) for key, body in self.bodies.items()]

    @property
    def chosen(self) -> tuple[Organization, Organization]:
        """(what is merged, what stands) of a valid form."""
        target = self.bodies[self.cleaned_data["target"]]
        source = next(body for body in self.bodies.values() if body.pk != target.pk)
        return source, target


class DismissForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("确认不是同一单位的理由"), max_length=200)
