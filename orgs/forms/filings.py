"""What is entered to file a group, to check it, to note its registration, and to write a letter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import AuthorizationLetter, Organization, OrganizationKind, Region
from orgs.selectors.filings import groups_kept, keeping_bodies
from procurement.access import Actor, Role
from procurement.lifecycle.forms import TransitionForm

REGISTERED_KINDS = (OrganizationKind.SOCIAL_SERVICE_AGENCY, OrganizationKind.ASSOCIATION, OrganizationKind.FOUNDATION)


class FilingForm(forms.ModelForm):
    """A group new to the portal, and what it does."""

    keeper = forms.ModelChoiceField(label=gettext_lazy("备案单位"), queryset=Organization.objects.none())
    activity = forms.CharField(
        label=gettext_lazy("活动内容"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("写明服务对象、活动方式和活动地点。"),
    )
    member_count = forms.IntegerField(label=gettext_lazy("成员人数"), min_value=3, max_value=100_000)

    class Meta:
        model = Organization
        fields = ("name", "street", "legal_representative", "contact_phone")
        labels = {"legal_representative": gettext_lazy("负责人"), "name": gettext_lazy("组织名称")}

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = keeping_bodies(actor)
        self.fields["keeper"].queryset = bodies
        self.fields["keeper"].empty_label = None
        counties = bodies.values("region_id")
        streets = Region.objects.filter(level=Region.Level.STREET, parent__in=counties)
        self.fields["street"].queryset = streets.valid_on(timezone.localdate())
        self.fields["street"].empty_label = _("请选择")
        self.fields["street"].required = self.fields["legal_representative"].required = True
        self.order_fields(["keeper", "name", "street", "legal_representative", "contact_phone"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.instance.kind = OrganizationKind.COMMUNITY
        if street := data.get("street"):
            self.instance.region_id = street.parent_id
        same = Organization.objects.filter(name=data.get("name", ""), street=data.get("street"))
        if data.get("name") and same.exists():
            self.add_error("name", _("该街道已有同名的组织。"))
        return data


class YearlyCheckForm(TransitionForm):
    note = forms.CharField(label=gettext_lazy("检查情况"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class UpgradeForm(TransitionForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("登记类型"), choices=[(kind.value, kind.label) for kind in REGISTERED_KINDS]
    )
    uscc = forms.CharField(label=gettext_lazy("统一社会信用代码"), max_length=18)
    registered_on = forms.DateField(label=gettext_lazy("成立登记日期"))

    def clean_uscc(self) -> str:
        code = str(self.cleaned_data["uscc"]).strip().upper()
        if Organization.objects.filter(uscc=code).exists():
            raise ValidationError(_("该统一社会信用代码已由其他单位登记，请核对。"))
        return code

    def clean_registered_on(self) -> Any:
        day = self.cleaned_data["registered_on"]
        if day > timezone.localdate():
            raise ValidationError(_("成立登记日期不能晚于今天。"))
        return day


class LetterForm(forms.ModelForm):
    class Meta:
        model = AuthorizationLetter
        fields = ("union", "executor", "project_title", "scope", "amount", "starts_on", "ends_on", "fee_share")
        help_texts = {
            "executor": gettext_lazy("在本单位有有效备案的社区社会组织。"),
            "scope": gettext_lazy("如：代为申报、签订合同、接收和支付项目资金。"),
            "amount": gettext_lazy("申报资金和合同金额都不得超过此数。"),
            "ends_on": gettext_lazy("不早于项目结束日期。"),
        }

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unions = Organization.objects.filter(pk__in=actor.organization_ids(Role.UNI))
        self.fields["union"].queryset = unions
        self.fields["union"].empty_label = None
        today = timezone.localdate()
        found = Organization.objects.none()
        for union in unions:
            found = found | groups_kept(union, today)
        self.fields["executor"].queryset = found.distinct()
        self.fields["executor"].empty_label = _("请选择")
