"""What is entered about a consortium, its members, its ballots and its later changes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.models import (
    ChangeDirection,
    Consortium,
    ConsortiumChange,
    ConsortiumKind,
    ConsortiumMember,
    MemberPart,
    Organization,
    OrganizationKind,
)
from procurement.access import Actor, Role


class ConsortiumFilterForm(forms.Form):
    kind = forms.ChoiceField(label=_("形式"), required=False, choices=[("", _("全部")), *ConsortiumKind.choices])


class ConsortiumForm(forms.ModelForm):
    class Meta:
        model = Consortium
        fields = (
            "kind",
            "title",
            "purchaser",
            "civil",
            "procedure",
            "purpose",
            "terms",
            "representatives",
            "party_branch",
        )
        help_texts = {
            "procedure": _("联合体必填：所参加采购项目的编号。组团长期运行的可不填。"),
            "terms": _("写明权利义务、资金分配和退出办法；各成员的工作和份额在成员名单中填写。"),
            "representatives": _("成员单位推选进入指导小组的代表人数，例如 16 家推选 4 家。"),
            "party_branch": _("只作登记，不影响申报。"),
            "civil": _("参加指导小组的民政部门；联合体不填。"),
        }

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        authorities = Organization.objects.of_kinds(OrganizationKind.AUTHORITY, OrganizationKind.PURCHASER)
        self.fields["purchaser"].queryset = authorities  # type: ignore[attr-defined]
        self.fields["purchaser"].empty_label = _("请选择")  # type: ignore[attr-defined]
        self.fields["civil"].queryset = Organization.objects.of_kinds(OrganizationKind.AUTHORITY)  # type: ignore[attr-defined]
        self.fields["civil"].empty_label = _("请选择")  # type: ignore[attr-defined]
        leads = Organization.objects.filter(pk__in=actor.organization_ids(Role.ORG, Role.ORG_H)).select_related(
            "region"
        )
        self.lead = leads.first()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("kind") == ConsortiumKind.JOINT_VENTURE and not data.get("procedure"):
            self.add_error("procedure", _("联合体须写明参加的采购项目编号。"))
        return data


class MemberForm(forms.ModelForm):
    class Meta:
        model = ConsortiumMember
        fields = ("organization", "part", "work", "share")
        help_texts = {"share": _("只有服务组织填写，合计 100%；支持性组织和协作单位填 0。")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = Organization.objects.social()  # type: ignore[attr-defined]
        self.fields["organization"].empty_label = _("请选择")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("part") != MemberPart.PROVIDER and data.get("share"):
            self.add_error("share", _("只有服务组织承担金额份额。"))
        return data


class BallotForm(forms.Form):
    candidates = forms.ModelMultipleChoiceField(
        label=_("推选的成员单位"), queryset=ConsortiumMember.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, consortium: Consortium, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["candidates"]
        field.queryset = consortium.members.providers().select_related("organization")  # type: ignore[attr-defined]
        field.label_from_instance = lambda member: member.organization.name  # type: ignore[attr-defined]
        field.help_text = _("最多 %(count)d 家；一家一票，投出后不能更改。") % {"count": consortium.representatives}


class SupportContractForm(forms.Form):
    number = forms.CharField(label=_("支持性服务合同编号"), max_length=64)
    amount = forms.DecimalField(
        label=_("支持性服务合同金额（元）"), max_digits=14, decimal_places=2, min_value=0, required=False
    )


class ConsortiumChangeForm(forms.ModelForm):
    class Meta:
        model = ConsortiumChange
        fields = ("part", "work", "share", "counterpart", "grounds")
        help_texts = {
            "share": _("新加入的服务组织如分得份额，须有成员让出相同份额；不分得的填 0。"),
            "counterpart": _("让出或承接份额的成员；没有份额变动的不选。"),
        }

    def __init__(self, *args: Any, consortium: Consortium, direction: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["counterpart"]
        field.queryset = consortium.members.providers().select_related("organization")  # type: ignore[attr-defined]
        field.empty_label = _("不涉及")  # type: ignore[attr-defined]
        field.label_from_instance = lambda member: f"{member.organization.name}（{member.share.normalize():f}%）"  # type: ignore[attr-defined]
        if direction == ChangeDirection.LEAVE:
            for name in ("part", "work", "share"):
                del self.fields[name]
        else:
            self.fields["work"].required = True
            self.fields["part"].choices = [  # type: ignore[attr-defined]
                (part.value, part.label) for part in (MemberPart.PARTNER, MemberPart.PROVIDER)
            ]


class VoteForm(forms.Form):
    agrees = forms.TypedChoiceField(
        label=_("表决"),
        choices=[("1", _("同意")), ("0", _("不同意"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(label=_("意见"), max_length=300, required=False)
