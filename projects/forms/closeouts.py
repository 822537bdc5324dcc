"""Closeout report, acceptance, audit and refund as people enter them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement.lifecycle.forms import TransitionForm
from projects.models import AcceptanceResult, AuditOpinion, Closeout, Recipient


class CloseoutForm(forms.ModelForm):
    class Meta:
        model = Closeout
        fields = ("summary", "results", "spending_note", "recipients_confirmation", "problems", "self_score")
        help_texts = {"self_score": _("满分 100 分，按预算执行、产出、效果、满意度自评。")}


class IndicatorResultForm(forms.Form):
    actual = forms.DecimalField(label=_("实际完成"), max_digits=12, decimal_places=2, min_value=0)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


class RecipientForm(forms.ModelForm):
    class Meta:
        model = Recipient
        fields = ("masked_name", "notified_by")
        help_texts = {"masked_name": _("只写姓氏，如“张*”；不登记证件号和住址。")}


class OpinionOfRecipientForm(forms.Form):
    """What a recipient says, on a phone, without an account."""

    satisfied = forms.TypedChoiceField(
        label=_("您对这项服务满意吗？"),
        coerce=int,
        choices=Recipient._meta.get_field("satisfied").flatchoices,
        widget=forms.RadioSelect,
    )
    opinion = forms.CharField(label=_("您的意见"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))


class StandardForm(forms.Form):
    met = forms.TypedChoiceField(
        label=_("是否达到"),
        coerce=lambda value: {"yes": True, "no": False}.get(value),
        choices=[("", _("未验")), ("yes", _("达到")), ("no", _("未达到"))],
        required=False,
        empty_value=None,
    )
    evidence = forms.CharField(label=_("核验依据"), max_length=300, required=False)


class VisitForm(TransitionForm):
    visited_on = forms.DateField(label=_("现场验收日期"))
    place = forms.CharField(label=_("现场地点"), max_length=200)
    findings = forms.CharField(
        label=_("验收情况"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )


class OpinionForm(TransitionForm):
    result = forms.ChoiceField(label=_("验收结论"), choices=AcceptanceResult.choices, widget=forms.RadioSelect)
    opinion = forms.CharField(label=_("验收意见"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))


class AnswerForm(TransitionForm):
    reason_label = _("答复内容")
    result = forms.ChoiceField(
        label=_("更正结论"), choices=[("", _("维持原结论")), *AcceptanceResult.choices], required=False
    )


class IndependenceForm(TransitionForm):
    declared = forms.BooleanField(
        label=_("本机构与项目各方不存在利害关系，未为本项目提供过咨询，审计费用不由承接主体支付")
    )
    independence = forms.CharField(
        label=_("补充说明"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class AuditLineForm(forms.Form):
    spent = forms.DecimalField(label=_("实际支出"), max_digits=14, decimal_places=2, min_value=0)
    ineligible = forms.DecimalField(label=_("其中不合规"), max_digits=14, decimal_places=2, min_value=0, required=False)
    reason = forms.CharField(label=_("不合规原因"), max_length=300, required=False)
    resolved = forms.BooleanField(label=_("已整改或同意退回"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["ineligible"] = cleaned.get("ineligible") or 0
        if cleaned["ineligible"] > (cleaned.get("spent") or 0):
            self.add_error("ineligible", _("不合规支出不能大于实际支出"))
        return cleaned


class AuditOpinionForm(TransitionForm):
    opinion = forms.ChoiceField(label=_("审计意见"), choices=AuditOpinion.choices, widget=forms.RadioSelect)
    conclusion = forms.CharField(label=_("审计结论"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
    report_number = forms.CharField(label=_("报告文号"), max_length=60, required=False)


class RefundForm(TransitionForm):
    voucher_number = forms.CharField(label=_("退款凭证号"), max_length=40)
