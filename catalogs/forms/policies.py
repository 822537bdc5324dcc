"""Searching the library, and entering a document."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogs.models import PolicyDocument
from catalogs.models.policy import PolicyKind, Validity
from orgs.models import Region


class PolicyFilterForm(forms.Form):
    words = forms.CharField(label=gettext_lazy("全文检索"), required=False, max_length=60)
    kind = forms.ChoiceField(
        label=gettext_lazy("类别"), required=False, choices=[("", gettext_lazy("全部")), *PolicyKind.choices]
    )
    validity = forms.ChoiceField(
        label=gettext_lazy("效力"), required=False, choices=[("", gettext_lazy("全部")), *Validity.choices]
    )

    def apply(self, rows: Any, *, signed_in: bool) -> Any:
        if not self.is_valid():
            return rows
        for name in ("kind", "validity"):
            if self.cleaned_data[name]:
                rows = rows.filter(**{name: self.cleaned_data[name]})
        return rows.matching(self.cleaned_data["words"], signed_in=signed_in)


class PolicyForm(forms.ModelForm):
    region_code = forms.CharField(
        label=gettext_lazy("适用地区"),
        required=False,
        max_length=9,
        help_text=gettext_lazy("区划代码，如 110105；全国的不填。"),
    )

    class Meta:
        model = PolicyDocument
        fields = (
            "title", "slug", "number", "issuer", "kind", "region_code", "issued_on", "valid_from", "valid_to",
            "validity", "is_official", "is_published", "source_note", "text",
        )  # fmt: skip
        help_texts = {
            "slug": gettext_lazy("小写字母、数字和连字符，登记后请勿改动，规则页面据此链接。"),
            "text": gettext_lazy("纯文本，条以“第一条”或“一、”起行，页面据此生成条款链接。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region_code"].initial = self.instance.region_id or ""
        self.fields["source_note"].widget.attrs["rows"] = 2

    def clean_region_code(self) -> str:
        code: str = self.cleaned_data["region_code"].strip()
        if code and not Region.objects.filter(pk=code).exists():
            raise forms.ValidationError(_("没有这个区划代码。"))
        self.instance.region_id = code or None
        return code


class AttachmentForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("附件名称"), max_length=120)
    upload = forms.FileField(label=gettext_lazy("文件"))
