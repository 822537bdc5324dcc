"""What a resident tells or staff take down, how it is handed on, answered and rated (R-190)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogs.forms.needs import streets_of
from orgs.models import Organization
from procurement.lifecycle.forms import TransitionForm
from projects.models import Application, CallChannel, CallRating, HotlineCall
from projects.selectors.hotline import bodies_to_handle, projects_to_name


class CallForm(forms.ModelForm):
    """Four questions and nothing personal; the contact comes last and may stay empty."""

    contact = forms.CharField(
        label=gettext_lazy("联系方式（可不填）"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("只有受理人员能看到，不会公开，也不会给承办单位。不填也能凭查询码查看答复。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    #: A field people do not see; programs fill it in.
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    class Meta:
        model = HotlineCall
        fields = ("channel", "topic", "street", "application", "text")
        help_texts = {
            "text": gettext_lazy("什么时间、什么地点、什么服务、怎么回事。请不要写姓名、证件号、病情等个人信息。"),
            "application": gettext_lazy("知道是哪个项目的请选择；不知道的可以不选。"),
        }

    field_order = ("channel", "topic", "street", "application", "text", "contact")

    def __init__(self, *args: Any, county: str, by_staff: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["street"].queryset = streets_of(county)
        self.fields["street"].empty_label = _("请选择")
        self.fields["application"].queryset = projects_to_name()
        self.fields["application"].empty_label = _("不清楚")
        self.fields["website"].label = _("请留空")
        if by_staff:
            self.fields["channel"].choices = [each for each in CallChannel.choices if each[0] != CallChannel.WEB]
        else:
            del self.fields["channel"]

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(_("未能提交，请刷新页面后重新填写。"))
        return ""

    @property
    def visible(self) -> list[Any]:
        return [bound for bound in self.visible_fields() if bound.name != "website"]


class DispatchForm(TransitionForm):
    handler = forms.ModelChoiceField(
        label=gettext_lazy("承办单位"), queryset=Organization.objects.none(), empty_label=gettext_lazy("请选择")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        call = self.obj
        self.fields["handler"].queryset = bodies_to_handle(call)  # type: ignore[attr-defined,arg-type]
        application = call.application  # type: ignore[attr-defined]
        if isinstance(application, Application):
            self.fields["handler"].initial = application.applicant_id


class CallAnswerForm(TransitionForm):
    answer = forms.CharField(
        label=gettext_lazy("答复"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("反映人凭查询码看到。写明核实的情况和处理结果，不写个人信息。"),
    )


class RatingForm(forms.Form):
    rating = forms.ChoiceField(
        label=gettext_lazy("您对答复和处理是否满意"), choices=CallRating.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("说明（可不填）"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("不满意的，会重新办理一次。"),
    )
