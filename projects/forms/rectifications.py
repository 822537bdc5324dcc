"""Ordering a correction and answering it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement.lifecycle.forms import TransitionForm
from projects.models import RectificationOrigin


def _text(label: object, rows: int, **kwargs: object) -> forms.CharField:
    return forms.CharField(label=label, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)  # type: ignore[arg-type]


class OrderForm(forms.Form):
    origin = forms.ChoiceField(
        label=_("来源"),
        choices=[choice for choice in RectificationOrigin.choices if choice[0] != RectificationOrigin.MIDTERM],
    )
    finding = _text(_("发现的问题"), 4, min_length=4, help_text=_("写明时间、地点和事实，对照合同约定。"))
    contract_term = forms.CharField(label=_("对应的合同约定"), min_length=4, max_length=300)
    requirement = _text(_("整改要求"), 4, min_length=4)
    due_on = forms.DateField(
        label=_("整改期限"), required=False, help_text=_("不填的，按规则规定的期限计算，遇休息日顺延。")
    )


class ResponseForm(TransitionForm):
    response = _text(_("整改情况"), 6, min_length=10)
    evidence = forms.FileField(
        label=_("佐证材料"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,.pdf,.docx,.xlsx"}),
    )
