"""Forms of the lifecycle rows of steps 2 to 4, and the filters of the lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.lifecycle.forms import TransitionForm
from projects.lifecycle.application import APPLICATION
from projects.models import Guide, GuideCategory


class SubmitForm(TransitionForm):
    """Nothing to enter but the final yes; leads to the receipt."""

    def next_url(self) -> str:
        receipt = self.obj.receipts.last()  # type: ignore[attr-defined]
        if receipt is None:
            return super().next_url()
        return reverse("application-receipt", args=[self.obj.pk, receipt.number])


class EndorseForm(TransitionForm):
    opinion = forms.CharField(
        label=_("推荐意见"),
        max_length=1000,
        min_length=10,
        help_text=_("说明对申报单位和项目的了解、推荐理由，不少于 10 个字。"),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    seal = forms.CharField(
        label=_("印章文字"),
        max_length=128,
        help_text=_("输入本单位全称，视同加盖公章；须与登记名称一致。"),
    )

    def clean_seal(self) -> str:
        seal: str = self.cleaned_data["seal"].strip()
        name = self.obj.hub.name  # type: ignore[attr-defined]
        if seal != name:
            raise forms.ValidationError(_("印章文字与本单位登记名称“%(name)s”不一致。") % {"name": name})
        return seal


class ReturnForm(TransitionForm):
    reason_label = _("需要补正的内容")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        failed = self.obj.precheck_items.filter(passed=False)  # type: ignore[attr-defined]
        lines = [f"{item.label}：{item.note}" for item in failed]
        if lines:
            self.fields["reason"].initial = "\n".join(lines)


class ApplicationFilter(forms.Form):
    """Filters of a list; they live in the URL."""

    q = forms.CharField(label=_("编号、项目或单位"), required=False, max_length=60)
    status = forms.ChoiceField(label=_("状态"), required=False)
    guide = forms.ModelChoiceField(
        label=_("申报指南"), required=False, queryset=Guide.objects.none(), empty_label=_("全部")
    )
    category = forms.ModelChoiceField(
        label=_("申报类别"), required=False, queryset=GuideCategory.objects.none(), empty_label=_("全部")
    )

    def __init__(self, *args: Any, guides: Any, guide: Guide | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [("", _("全部")), *APPLICATION.choices]  # type: ignore[attr-defined]
        if guide is None:
            self.fields["guide"].queryset = guides  # type: ignore[attr-defined]
            del self.fields["category"]
        else:
            del self.fields["guide"]
            self.fields["category"].queryset = GuideCategory.objects.filter(area__guide=guide)  # type: ignore[attr-defined]
