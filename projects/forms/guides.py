"""Writing a guide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogs.models import FundEnvelope, GuideCategoryPreset
from orgs.models import Organization
from projects.guards.guide import forbidden_phrases
from projects.models import Guide
from projects.selectors.guides import BODIES, authorities_near


class GuideForm(forms.ModelForm):
    """Content of a draft. Forbidden conditions are named at the field; the rule itself is the guard's (R-057)."""

    class Meta:
        model = Guide
        fields = (
            "title", "year", "envelope", "opens_at", "closes_at", "project_ends_by", "summary", "requirements", "contact",
        )  # fmt: skip
        help_texts = {
            "closes_at": _("北京时间，到秒截止；发布后只能延长。"),
            "requirements": _("不得对注册地址和成立年限作硬性规定（R-057）。"),
            "summary": _("写明服务标准、服务要求和评价方式。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["envelope"].queryset = FundEnvelope.objects.approved().order_by("-fiscal_year")  # type: ignore[attr-defined]
        for name in ("opens_at", "closes_at"):
            self.fields[name].required = True

    def clean_requirements(self) -> str:
        text: str = self.cleaned_data["requirements"]
        found = [phrase for _kind, phrase in forbidden_phrases(text)]
        if found:
            raise forms.ValidationError(
                _("R-057 申报条件不得对注册地址和成立年限作硬性规定：“%(phrase)s”"), params={"phrase": found[0]}
            )
        return text


class NewGuideForm(GuideForm):
    finance = forms.ModelChoiceField(label=_("财政部门"), queryset=None, empty_label=_("请选择"))
    treasury = forms.ModelChoiceField(label=_("支付机构"), queryset=None, empty_label=_("请选择"))
    civil = forms.ModelChoiceField(label=_("民政部门"), queryset=None, empty_label=_("请选择"))
    preset = forms.ChoiceField(label=_("领域和类别"), required=False)

    def __init__(self, *args: Any, office: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in BODIES:
            self.fields[part].queryset = authorities_near(office)  # type: ignore[attr-defined]
        names = GuideCategoryPreset.objects.values_list("preset", flat=True).distinct().order_by("preset")
        self.fields["preset"].choices = [  # type: ignore[attr-defined]
            *((name, _("五大方面 40 个类别（示例）") if name == "guide_demo" else name) for name in names),
            ("", _("暂不设置")),
        ]


class AddendumForm(forms.Form):
    text = forms.CharField(label=_("补充内容"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
    new_closes_at = forms.DateTimeField(
        label=_("延长申报截止至"), required=False, help_text=_("留空则不变；只能延长，不能提前。")
    )
