"""Arguing for a single source, and objecting to it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.models import SourceArgument


class ArgumentForm(forms.ModelForm):
    class Meta:
        model = SourceArgument
        fields = ("argument", "expert_opinions")
        help_texts = {"expert_opinions": _("专业人员与供应商没有利害关系；写明姓名、工作单位、职称和意见。")}


class SourceObjectionForm(forms.Form):
    text = forms.CharField(label=_("异议内容"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))
    objector_name = forms.CharField(label=_("姓名或单位"), max_length=80)
    objector_contact = forms.CharField(label=_("联系方式"), max_length=120)
