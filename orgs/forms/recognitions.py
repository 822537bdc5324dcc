"""What is entered to ask for a recognition, to check it, and to end it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import HubRecognition, HubTier, Organization, Requirement
from orgs.selectors.recognitions import applying_bodies, deciding_offices, fields_led, possible_successors
from procurement.access import Actor
from procurement.lifecycle.forms import TransitionForm


class RecognitionForm(forms.ModelForm):
    class Meta:
        model = HubRecognition
        fields = ("organization", "tier", "field", "office", "grounds")
        help_texts = {
            "field": gettext_lazy("如：志愿服务、公益慈善。同一单位在同一领域只能认定一个层级。"),
            "office": gettext_lazy("市级、区级、街道（乡镇）级枢纽分别由同级社会建设工作领导小组认定。"),
            "grounds": gettext_lazy("从政治、业务、党建、法人治理四方面说明，并写明联系的社会组织情况。"),
        }

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = applying_bodies(actor)
        self.fields["organization"].empty_label = None
        self.fields["tier"].choices = [("", _("请选择")), *HubTier.choices]
        self.fields["office"].queryset = deciding_offices(timezone.localdate())
        self.fields["office"].empty_label = _("请选择")


class ChecklistForm(TransitionForm):
    """The four requirements, each confirmed or explained (R-082)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in Requirement:
            self.fields[one.value] = forms.BooleanField(label=one.label, required=False)
            self.fields[f"{one.value}_note"] = forms.CharField(
                label=_("核对情况：%(what)s") % {"what": one.label}, max_length=200, required=False
            )

    def entered(self) -> dict[str, Any]:
        found = self.cleaned_data
        return {
            "checklist": [
                {"code": one.value, "passed": bool(found[one.value]), "note": found[f"{one.value}_note"]}
                for one in Requirement
            ]
        }


class DocumentForm(TransitionForm):
    document_number = forms.CharField(
        label=gettext_lazy("认定文号"), max_length=64, help_text=gettext_lazy("如：朝社领〔2026〕3号")
    )


class ReviewForm(TransitionForm):
    note = forms.CharField(
        label=gettext_lazy("审核意见"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class SuccessorForm(TransitionForm):
    successor = forms.ModelChoiceField(
        label=gettext_lazy("接续枢纽"),
        queryset=Organization.objects.none(),
        required=False,
        help_text=gettext_lazy("同一领导小组在同一领域认定的其他枢纽。不指定的，成员单位的联系关系终止。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hubs = possible_successors(self.obj).values("organization_id")  # type: ignore[arg-type]
        self.fields["successor"].queryset = Organization.objects.filter(pk__in=hubs)  # type: ignore[attr-defined]
        self.fields["successor"].empty_label = _("不指定")  # type: ignore[attr-defined]


class NamedSuccessorForm(SuccessorForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].required = True
        self.fields["successor"].empty_label = _("请选择")  # type: ignore[attr-defined]


class AffiliationForm(forms.Form):
    """A hub registers a member by its credit code, so that no long list of strangers is offered."""

    uscc = forms.CharField(label=gettext_lazy("成员单位的统一社会信用代码"), max_length=18)
    field = forms.ChoiceField(label=gettext_lazy("业务领域"))

    def __init__(self, *args: Any, hub: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = [(one, one) for one in fields_led(hub)]  # type: ignore[attr-defined]

    def clean_uscc(self) -> Organization:
        code = self.cleaned_data["uscc"].strip().upper()
        body = Organization.objects.social().filter(uscc=code).first()
        if body is None:
            raise forms.ValidationError(_("名录中没有信用代码为%(code)s的社会组织，请核对。") % {"code": code})
        return body


class LeaveForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("终止原因"), max_length=200)
