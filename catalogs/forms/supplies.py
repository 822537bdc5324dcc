"""What an organisation says of its service, and what the verifier notes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogs.models import BeneficiaryGroup, ServiceField, SupplyItem
from catalogs.models.supply import SUPPLIERS
from orgs.models import Membership, Organization, Region
from procurement.access import Actor, Role
from procurement.lifecycle.forms import TransitionForm


class SupplyForm(forms.ModelForm):
    groups = forms.MultipleChoiceField(
        label=gettext_lazy("服务人群"),
        choices=BeneficiaryGroup.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    areas = forms.ModelMultipleChoiceField(
        label=gettext_lazy("服务区域"),
        queryset=Region.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("能服务全区的勾选区，不必逐个勾选街道。"),
    )

    class Meta:
        model = SupplyItem
        fields = (
            "title",
            "organization",
            "field",
            "groups",
            "description",
            "unit_price",
            "unit",
            "capacity",
            "staff",
            "verifier",
            "areas",
        )
        help_texts = {
            "description": gettext_lazy("写明怎样服务、由谁服务、有什么条件；以往成效由平台按合同自动统计，不必填写。")
        }

    def __init__(self, *args: Any, actor: Actor, county: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = Organization.objects.filter(pk__in=actor.organization_ids(*SUPPLIERS))
        self.fields["organization"].empty_label = None
        self.fields["verifier"].queryset = verifiers()
        self.fields["verifier"].empty_label = _("请选择")
        self.fields["field"].choices = [("", _("请选择")), *ServiceField.choices]
        above = [county, f"{county[:4]}00", f"{county[:2]}0000"]
        self.fields["areas"].queryset = Region.objects.filter(
            Q(pk__in=above) | Q(parent=county, level=Region.Level.STREET), valid_to__isnull=True
        ).order_by("level", "code")
        if not self.instance._state.adding:
            self.fields["areas"].initial = list(self.instance.areas.values_list("pk", flat=True))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("unit_price") is not None and not data.get("unit"):
            self.add_error("unit", _("填写单价的须写明计价单位。"))
        return data


def verifiers() -> Any:
    """Civil affairs authorities and streets where somebody is seated who may verify."""
    seated = Membership.objects.filter(role__in=(Role.CIV, Role.PU_REV), valid_from__lte=timezone.localdate())
    return Organization.objects.filter(pk__in=seated.values("organization")).order_by("sort_key")


class VerifyForm(TransitionForm):
    note = forms.CharField(
        label=gettext_lazy("核实情况"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("如：核对登记证书、年检结论，实地查看服务场所。"),
    )
