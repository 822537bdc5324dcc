"""Drafting, signing and filing a contract."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement.lifecycle.forms import TransitionForm
from projects.models import Contract


class ContractForm(forms.ModelForm):
    class Meta:
        model = Contract
        fields = (
            "subject_matter", "scope", "quantity", "quality", "amount", "starts_on", "ends_on", "long_term_reason",
            "renewable_yearly", "assessment_cycle", "assessment_terms", "rights_and_duties", "breach_terms",
            "dispute_terms", "no_assignment", "beneficiary_body", "account_bank", "account_number",
        )  # fmt: skip
        help_texts = {
            "amount": _("不得超过批复资金；零价格合同填 0。"),
            "ends_on": _("最长不超过三年；超过一年须说明理由。"),
            "account_number": _("项目资金单独核算的专账账号。"),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end <= start:
            self.add_error("ends_on", _("履行结束日期须晚于开始日期"))
        return cleaned


class SignForm(TransitionForm):
    """What was seen is bound to what is signed; the row itself asks for the password again (S-20)."""

    seen_sha256 = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen_sha256"].initial = self.obj.content_sha256  # type: ignore[attr-defined]

    def entered(self) -> dict[str, Any]:
        """What goes on record is that the signer confirmed; the proof itself stays at the door."""
        return {**super().entered(), "confirmed": True}


class FileForm(TransitionForm):
    filing_number = forms.CharField(
        label=_("备案号"), required=False, max_length=40, help_text=_("留空则由系统按年度顺序编号。")
    )


class RevisionLineForm(forms.Form):
    item = forms.CharField(widget=forms.HiddenInput)
    description = forms.CharField(label=_("用途"), max_length=200)
    unit = forms.CharField(label=_("单位"), max_length=20)
    quantity = forms.DecimalField(label=_("数量"), max_digits=10, decimal_places=2, min_value=0)
    unit_price = forms.DecimalField(label=_("单价"), max_digits=14, decimal_places=2, min_value=0)


RevisionFormSet = forms.formset_factory(RevisionLineForm, extra=0, can_delete=True)


class RevisedSchemeForm(forms.Form):
    scheme = forms.CharField(
        label=_("方案调整说明"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("批复资金少于申请资金的，说明压减了哪些内容、服务范围如何相应调整。"),
    )
