"""The negative list as a form: every question answered yes or no, none preselected."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogs.negative_list import SECRETS, questions_for, verdict
from orgs.models import Region

YES_NO = (("no", gettext_lazy("否")), ("yes", gettext_lazy("是")))


class NegativeListForm(forms.Form):
    """``answers()`` and ``justification`` go to ``services.purchase_checks.answer``.

    A yes is a valid answer: the form only refuses what was left open. What the answers mean is the service's.
    """

    justification = forms.CharField(
        label=gettext_lazy("对提示的说明"),
        help_text=gettext_lazy("只在回答触发提示（变相用工）时须填。"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region = region
        self.questions = questions_for(region.pk)
        for question in self.questions:
            self.fields[question.code] = forms.ChoiceField(
                label=question.text,
                choices=YES_NO,
                required=False,
                widget=forms.RadioSelect,
                help_text=question.rule_id,
            )
        self.order_fields([*(question.code for question in self.questions), "justification"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get(SECRETS) == "yes":
            return data
        for question in self.questions:
            if not data.get(question.code):
                self.add_error(question.code, _("请回答是或否。"))
        if not self.errors:
            found = verdict(self.answers(data), region_code=self.region.pk)
            if found and all(refusal.warning for refusal in found) and not data.get("justification", "").strip():
                self.add_error("justification", _("请说明理由：%(why)s。") % {"why": found[0].message})
        return data

    def answers(self, data: dict[str, Any] | None = None) -> dict[str, bool]:
        given = self.cleaned_data if data is None else data
        return {q.code: given[q.code] == "yes" for q in self.questions if given.get(q.code)}


class EligibilityForm(forms.Form):
    """Where and when something would be bought."""

    region = forms.CharField(
        label=gettext_lazy("地区"), max_length=40, help_text=gettext_lazy("名称或区划代码，如：朝阳区、110105。")
    )
    day = forms.DateField(label=gettext_lazy("计划编制日期"), widget=forms.DateInput)
    words = forms.CharField(
        label=gettext_lazy("购买事项"), max_length=60, help_text=gettext_lazy("如：居家养老、人民调解。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = timezone.localdate()

    def clean_region(self) -> Region:
        typed = self.cleaned_data["region"].strip()
        day = timezone.localdate()
        found = Region.objects.valid_on(day).filter(code=typed).first()
        if found is None:
            found = Region.objects.valid_on(day).filter(name__icontains=typed).order_by("level", "code").first()
        if found is None:
            raise forms.ValidationError(_("没有找到这个地区，请填写区划名称或代码。"))
        return found
