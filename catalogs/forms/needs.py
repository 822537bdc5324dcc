"""What is entered about a need: by residents without an account, and by the officers who answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogs.models import BeneficiaryGroup, Need, NeedUrgency, ServiceField
from catalogs.models.need import LIVE_NEED_STATES, PUBLIC_NEED_STATES
from catalogs.selectors.needs import near_duplicates
from catalogs.services.needs import CODE_ALPHABET, CODE_LENGTH, normalise
from orgs.models import Region
from procurement.lifecycle.definition import lifecycle_named
from procurement.lifecycle.forms import TransitionForm

#: A letterbox shows so many other needs to choose from when none reads alike.
MOST_TARGETS = 40


def streets_of(county: str) -> Any:
    return Region.objects.streets_of(county).filter(valid_to__isnull=True).order_by("code")


class NeedForm(forms.ModelForm):
    """Five questions and nothing personal; the contact is asked last and may stay empty."""

    groups = forms.MultipleChoiceField(
        label=gettext_lazy("谁需要"),
        choices=BeneficiaryGroup.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("可多选；面向全体居民的不选。"),
    )
    contact = forms.CharField(
        label=gettext_lazy("联系方式（可不填）"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("只有受理人员能看到，不会公开。不填也能凭查询码查看答复。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    #: A field people do not see; programs fill it in.
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    class Meta:
        model = Need
        fields = ("title", "description", "field", "groups", "street", "community", "urgency")
        help_texts = {
            "title": gettext_lazy("一句话，如：独居老人夜间应急助餐。"),
            "description": gettext_lazy("什么时候、多少人需要。请不要写姓名、电话、病情等个人信息。"),
            "community": gettext_lazy("如：永安里社区。"),
        }
        widgets = {"urgency": forms.RadioSelect}

    field_order = ("title", "description", "field", "groups", "street", "community", "urgency", "contact")

    def __init__(self, *args: Any, county: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["street"].queryset = streets_of(county)
        self.fields["street"].empty_label = _("请选择")
        self.fields["field"].choices = [("", _("请选择")), *ServiceField.choices]
        self.fields["urgency"].choices = NeedUrgency.choices
        self.fields["website"].label = _("请留空")

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(_("未能提交，请刷新页面后重新填写。"))
        return ""

    @property
    def visible(self) -> list[Any]:
        """The fields people are shown; the trap is drawn apart."""
        return [bound for bound in self.visible_fields() if bound.name != "website"]


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("查询码"),
        max_length=40,
        help_text=gettext_lazy("提交需求时页面上给出的15位字符，不分大小写。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        code = normalise(self.cleaned_data["code"])
        if len(code) != CODE_LENGTH or set(code) - set(CODE_ALPHABET):
            raise ValidationError(_("查询码应为15位，请核对后再输入。"))
        return code


class NeedFilterForm(forms.Form):
    q = forms.CharField(label=gettext_lazy("关键词"), required=False, max_length=40)
    street = forms.ModelChoiceField(
        label=gettext_lazy("街道（乡镇）"),
        queryset=Region.objects.none(),
        required=False,
        empty_label=gettext_lazy("全部"),
    )
    field = forms.ChoiceField(label=gettext_lazy("服务类型"), required=False)
    group = forms.ChoiceField(label=gettext_lazy("受益群众"), required=False)
    status = forms.ChoiceField(label=gettext_lazy("办理情况"), required=False)

    def __init__(self, *args: Any, county: str, states: tuple[str, ...] = PUBLIC_NEED_STATES, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["street"].queryset = streets_of(county)
        self.fields["field"].choices = [("", _("全部")), *ServiceField.choices]
        self.fields["group"].choices = [("", _("全部")), *BeneficiaryGroup.choices]
        table = lifecycle_named("need")
        self.fields["status"].choices = [("", _("全部")), *((code, table.state(code).label) for code in states)]


class MergeForm(TransitionForm):
    """Needs that read alike come first, each with how much; then the others of the street."""

    target = forms.ModelChoiceField(
        label=gettext_lazy("并入"),
        queryset=Need.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": gettext_lazy("请选择并入哪一项需求。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        alike = near_duplicates(self.obj, least=0.05)  # type: ignore[arg-type]
        shown = {row.need.pk: row.likeness.percent for row in alike}
        others = (
            Need.objects.filter(
                street=self.obj.street_id,
                office=self.obj.office_id,
                status__in=LIVE_NEED_STATES,  # type: ignore[attr-defined]
            )
            .exclude(pk=self.obj.pk)
            .exclude(pk__in=shown)
            .order_by("-support_count", "-created_at")[: MOST_TARGETS - len(shown)]
        )
        field = self.fields["target"]
        field.queryset = Need.objects.filter(pk__in=[*shown, *(need.pk for need in others)])
        labels = {row.need.pk: _label(row.need, shown[row.need.pk]) for row in alike}
        labels |= {need.pk: _label(need, 0) for need in others}
        field.choices = [(str(key), label) for key, label in labels.items()]


def _label(need: Need, percent: int) -> str:
    words = {"title": need.title, "count": need.support_count, "percent": percent}
    if percent:
        return _("%(title)s（相似度%(percent)s%%，%(count)s人支持）") % words
    return _("%(title)s（%(count)s人支持）") % words


class ReplyForm(TransitionForm):
    reason_label = gettext_lazy("答复（公开）")
    withhold = forms.BooleanField(
        label=gettext_lazy("原文含个人信息或不当内容，不在网上公开"),
        required=False,
        help_text=gettext_lazy("勾选后只有需求人凭查询码能看到答复。"),
    )
