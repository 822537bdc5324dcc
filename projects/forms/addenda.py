"""A change to an issued document."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class AddendumForm(forms.Form):
    changed = forms.CharField(
        label=_("变更了什么"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("逐条写明原文和变更后的内容。"),
    )
    reason = forms.CharField(
        label=_("变更的原因"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    affects_bids = forms.BooleanField(
        label=_("可能影响投标（响应）文件编制"),
        required=False,
        initial=True,
        help_text=_("勾选的，须留足法定时间，已递交的投标（响应）文件须重新确认。"),
    )
    new_deadline_at = forms.DateTimeField(
        label=_("截止时间延长至"), required=False, help_text=_("留空则不变；只能延长，不能提前。")
    )
