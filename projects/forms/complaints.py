"""A complaint as its supplier writes it, a respondent's statement, and the supervisor's acts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from procurement.lifecycle.forms import TransitionForm
from projects.models import ChallengeMatter, Finding, Outcome, Remedy, StopGround
from projects.services.complaints import Grievance

#: A ban from procurement lasts one to three years (R-187).
BAN_MONTHS = (12, 24, 36)


class ComplaintForm(forms.Form):
    request = forms.CharField(label=_("投诉请求"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    secret = forms.CharField(
        label=_("涉及商业秘密的内容"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("只有财政监督部门能看到，不随副本发送被投诉人。"),
    )


class GrievanceForm(forms.Form):
    """One challenged matter, taken up or not; or the one against the answer, when there is no ``matter``."""

    included = forms.BooleanField(label=_("就此事项投诉"), required=False)
    text = forms.CharField(label=_("投诉事项"), max_length=200, required=False)
    facts = forms.CharField(
        label=_("事实和理由"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, matter: ChallengeMatter | None, **kwargs: Any) -> None:
        self.matter = matter
        super().__init__(*args, prefix=f"matter-{matter.number}" if matter else "answer", **kwargs)
        if matter is not None:
            del self.fields["text"]
        else:
            self.fields["included"].label = _("对质疑答复内容不服")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        wanted = ["facts"] if self.matter else ["text", "facts"]
        if data.get("included") and not all(data.get(name, "").strip() for name in wanted):
            raise ValidationError(translated("请写明投诉事项、事实和理由。"))
        return data

    def grievance(self) -> Grievance | None:
        data = self.cleaned_data
        if not data.get("included"):
            return None
        return Grievance(
            text=self.matter.text if self.matter else data["text"], facts=data["facts"], challenged=self.matter
        )


class StatementForm(forms.Form):
    text = forms.CharField(
        label=_("书面说明"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("提交后不能修改。只有财政监督部门和本单位能看到。"),
    )


class TransferForm(TransitionForm):
    authority = forms.CharField(label=_("移送的部门"), max_length=100)


class StopForm(TransitionForm):
    ground = forms.ChoiceField(
        label=_("中止事由"),
        choices=[choice for choice in StopGround.choices if choice[0] != StopGround.CORRECTION],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


class DecideForm(TransitionForm):
    """The decision: a finding on each matter, the outcome, what is ordered, and the words that are published."""

    outcome = forms.ChoiceField(label=_("处理结果"), choices=Outcome.choices, widget=forms.RadioSelect)
    remedy = forms.ChoiceField(
        label=_("处理措施"),
        choices=[("", _("驳回投诉，无处理措施")), *Remedy.choices],
        required=False,
    )
    ban_months = forms.TypedChoiceField(
        label=_("禁止参加政府采购活动的期限（仅用于虚假投诉）"),
        choices=[("", _("不适用")), *[(months, months) for months in BAN_MONTHS]],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("单位为月。"),
    )
    decision_number = forms.CharField(label=_("决定文号"), max_length=64)
    decision = forms.CharField(
        label=_("处理决定（公告内容）"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("写明事实认定、依据和救济途径。不得写入商业秘密和个人信息。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for matter in self.obj.matters.all():  # type: ignore[attr-defined]
            label = translated("第 %(n)s 项：%(text)s") % {"n": matter.number, "text": matter.text}
            self.fields[f"finding-{matter.pk}"] = forms.ChoiceField(
                label=label, choices=Finding.choices, widget=forms.RadioSelect
            )
        self.order_fields([name for name in self.fields if name.startswith("finding-")])

    def entered(self) -> dict[str, Any]:
        data = super().entered()
        findings = {name.removeprefix("finding-"): data.pop(name) for name in list(data) if name.startswith("finding-")}
        return {**data, "findings": findings}
