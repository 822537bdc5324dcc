"""What is entered about experts: the application, ties declared, rest and bar."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.models import (
    EmploymentHistory,
    ExpertAdmission,
    ExpertBar,
    ExpertKind,
    KinDeclaration,
    Organization,
    OrganizationKind,
)

_SEPARATOR = re.compile(r"[,，、;；\s]+")


class SpecialtiesField(forms.CharField):
    """Fields of work, written with any usual separator; at most six of at most thirty-two characters."""

    def clean(self, value: Any) -> list[str]:
        words = [word for word in _SEPARATOR.split(super().clean(value)) if word]
        if len(words) > 6 or any(len(word) > 32 for word in words):
            raise forms.ValidationError(_("最多填写 6 个专业领域，每个不超过 32 个字。"))
        return list(dict.fromkeys(words))

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list) else value


class PoolFilterForm(forms.Form):
    kind = forms.ChoiceField(label=_("专家类别"), required=False, choices=[("", _("全部")), *ExpertKind.choices])
    specialty = forms.CharField(label=_("专业领域"), required=False, max_length=32)
    name = forms.CharField(label=_("姓名"), required=False, max_length=32)


class AdmissionForm(forms.ModelForm):
    specialties = SpecialtiesField(label=_("专业领域"), help_text=_("用顿号隔开，例如：社会工作、为老服务。"))

    class Meta:
        model = ExpertAdmission
        fields = ("office", "kind", "specialties", "employer_text", "qualification", "years", "resume")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = Organization.objects.filter(  # type: ignore[attr-defined]
            memberships__role="LGO", memberships__valid_to=None
        ).distinct()
        self.fields["office"].empty_label = _("请选择")  # type: ignore[attr-defined]
        self.fields["years"].widget.attrs["inputmode"] = "numeric"


class EmploymentForm(forms.ModelForm):
    class Meta:
        model = EmploymentHistory
        fields = ("organization", "position", "started_on", "ended_on")
        widgets = {
            "started_on": forms.DateInput(attrs={"type": "date"}),
            "ended_on": forms.DateInput(attrs={"type": "date"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _bidders(self)


class KinForm(forms.ModelForm):
    class Meta:
        model = KinDeclaration
        fields = ("organization", "relation")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _bidders(self)


class RestForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class BarForm(forms.ModelForm):
    class Meta:
        model = ExpertBar
        fields = ("document_number", "reason", "starts_on", "ends_on")
        widgets = {
            "starts_on": forms.DateInput(attrs={"type": "date"}),
            "ends_on": forms.DateInput(attrs={"type": "date"}),
        }
        help_texts = {"ends_on": _("收受财物的不填：不得再参加评审。")}


def _bidders(form: forms.ModelForm) -> None:
    """Ties count to whoever may apply or bid."""
    field = form.fields["organization"]
    field.queryset = Organization.objects.of_kinds(*Organization.SOCIAL_KINDS, OrganizationKind.ENTERPRISE)  # type: ignore[attr-defined]
    field.empty_label = _("请选择")  # type: ignore[attr-defined]
