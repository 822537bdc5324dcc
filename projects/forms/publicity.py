"""Raising an objection, named or not."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.models import Publicity


class PublicityForm(forms.Form):
    contact = forms.CharField(label=_("异议受理方式"), max_length=200)
    body = forms.CharField(
        label=_("公示说明"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )


class ObjectionForm(forms.Form):
    item = forms.ModelChoiceField(label=_("有异议的项目"), queryset=None, empty_label=_("请选择"))
    text = forms.CharField(
        label=_("异议的事实和理由"), min_length=10, max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )
    name = forms.CharField(
        label=_("姓名或单位"), required=False, max_length=80, help_text=_("可以不留名；留名的，复核结论书面告知。")
    )
    contact = forms.CharField(label=_("联系方式"), required=False, max_length=120)

    def __init__(self, *args: object, publicity: Publicity, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["item"].queryset = publicity.items.all()  # type: ignore[attr-defined]
