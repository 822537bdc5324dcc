"""What the leading group and the office enter when they decide and approve."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement.lifecycle.forms import TransitionForm


class ProposeForm(TransitionForm):
    granted_amount = forms.DecimalField(label=_("批复资金"), max_digits=14, decimal_places=2, min_value=0)
    opinion = forms.CharField(
        label=_("审定意见"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suggested = self.obj.review_suggested_amount or self.obj.requested_amount  # type: ignore[attr-defined]
        self.fields["granted_amount"].initial = suggested


class ApproveForm(TransitionForm):
    approval_number = forms.CharField(
        label=_("批复文号"), required=False, max_length=60, help_text=_("留空则由系统按年度顺序编号。")
    )


class DecisionLineForm(forms.Form):
    """One row of the meeting's table: grant an amount, decline with a reason, or leave for later."""

    verdict = forms.ChoiceField(
        label=_("审定结论"),
        choices=[("", _("暂不决定")), ("grant", _("拟立项")), ("decline", _("不予立项"))],
        required=False,
    )
    granted_amount = forms.DecimalField(
        label=_("批复资金"), max_digits=14, decimal_places=2, min_value=0, required=False
    )
    reason = forms.CharField(label=_("意见或理由"), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("verdict") == "grant" and not cleaned.get("granted_amount"):
            self.add_error("granted_amount", _("请填写批复资金"))
        if cleaned.get("verdict") == "decline" and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("不予立项须写明理由"))
        return cleaned
