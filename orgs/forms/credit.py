"""What is entered about credit records, how they are searched, and what an organisation says against one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import CreditList, CreditRecord, Organization
from orgs.models.credit import AppealKind, lists_kept_by
from procurement.access import Actor


class CreditForm(forms.ModelForm):
    """An entry before its check. The organisation is named as the register names it, or by its code."""

    body = forms.CharField(
        label=gettext_lazy("单位全称或统一社会信用代码"), max_length=128, help_text=gettext_lazy("须与单位名录一致。")
    )

    class Meta:
        model = CreditRecord
        fields = (
            "credit_list",
            "severity",
            "authority",
            "document_number",
            "reason",
            "remedy",
            "starts_on",
            "ends_on",
        )
        widgets = {"reason": forms.Textarea(attrs={"rows": 4}), "remedy": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "severity": gettext_lazy("刑事处罚、责令停产停业、吊销许可证照、较大数额罚款为“重大”。"),
            "document_number": gettext_lazy("如：朝民罚〔2026〕12号"),
            "remedy": gettext_lazy("写明单位怎样改正、向谁申请移出，以及复议、诉讼途径。"),
            "ends_on": gettext_lazy("最后一天仍然有效。名录一般不填，改正后移出；禁止参加采购的须填，一至三年。"),
        }

    field_order = ("body",)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = lists_kept_by(actor)
        self.fields["credit_list"].choices = [("", _("请选择"))] + [
            (value, label) for value, label in CreditList.choices if value in kept
        ]
        if not self.instance._state.adding:
            self.fields["body"].initial = self.instance.organization.name

    def clean_body(self) -> str:
        text = self.cleaned_data["body"].strip()
        found = Organization.objects.filter(Q(name=text) | Q(uscc=text.upper()), merged_into__isnull=True).first()
        if found is None:
            raise ValidationError(_("单位名录中没有“%(text)s”，请核对全称或信用代码。") % {"text": text})
        self.instance.organization = found
        return text

    def entered(self) -> dict[str, Any]:
        """What ``services.credit.record`` takes."""
        names = self._meta.fields or ()
        return {name: self.cleaned_data[name] for name in names} | {"organization": self.instance.organization}


class AppealForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("类型"), choices=AppealKind.choices, widget=forms.RadioSelect)
    statement = forms.CharField(
        label=gettext_lazy("事实和理由"),
        max_length=2000,
        min_length=10,
        help_text=gettext_lazy("写明哪一处有误，或者已经怎样改正；材料先登记到资质档案，在此写明编号。"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class CreditFilterForm(forms.Form):
    """Filters of the list; an unreadable value counts as none."""

    q = forms.CharField(label=gettext_lazy("单位、信用代码或文号"), required=False, max_length=64)
    credit_list = forms.ChoiceField(label=gettext_lazy("记录类别"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credit_list"].choices = [("", _("全部")), *CreditList.choices]

    def narrow(self, rows: Any) -> Any:
        self.is_valid()
        asked = self.cleaned_data
        if text := asked.get("q", "").strip():
            rows = rows.filter(
                Q(organization__name__icontains=text)
                | Q(organization__uscc=text.upper())
                | Q(document_number__icontains=text)
            )
        if name := asked.get("credit_list"):
            rows = rows.filter(credit_list=name)
        return rows
