"""How a project differs from those it resembles, and why finance should make an exception."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.models import Application


class DifferenceForm(forms.Form):
    statement = forms.CharField(
        label=_("区别说明"),
        max_length=1000,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写明服务内容、对象、地点或时间上与上述项目的区别。"),
    )


class ExceptionForm(forms.Form):
    other = forms.ChoiceField(label=_("已获资助的项目"))
    grounds = forms.CharField(
        label=_("申请理由"),
        max_length=1000,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("说明为何同一或相近的项目仍需资助，由财政部门决定。"),
    )

    def __init__(self, *args: Any, funded: list[Application], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].choices = [(str(one.pk), f"{one.number} {one.title}") for one in funded]  # type: ignore[attr-defined]
