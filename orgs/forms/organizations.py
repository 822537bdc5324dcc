"""What people enter about their organisation and its certificates."""

from __future__ import annotations

import json
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.contacts import clean_phone
from orgs.models import HubTier, Organization, OrganizationKind, Region
from orgs.uscc import EXPECTED, UsccField
from procurement.access import Actor

_ACCOUNT = re.compile(r"^\d{8,30}$")


class OrganizationForm(forms.ModelForm):
    """The own profile: filled once, reused by every application."""

    uscc = UsccField()

    class Meta:
        model = Organization
        fields = (
            "short_name",
            "uscc",
            "registered_on",
            "legal_representative",
            "street",
            "address",
            "introduction",
            "contact_name",
            "contact_phone",
            "bank_name",
            "bank_account",
        )
        help_texts = {
            "contact_phone": gettext_lazy("手机号11位，或区号-号码，如010-65099999。只有本单位人员能看到完整号码。"),
            "bank_account": gettext_lazy("用于接收项目资金，只填数字。只有本单位人员能看到完整账号。"),
            "introduction": gettext_lazy("业务范围、服务领域和主要成果，显示在公开名录中。"),
        }

    #: Each heading with its fields, as the page shows them.
    sections = (
        (gettext_lazy("登记信息"), ("short_name", "uscc", "registered_on", "legal_representative")),
        (gettext_lazy("住所和简介"), ("street", "address", "introduction")),
        (gettext_lazy("联系方式"), ("contact_name", "contact_phone")),
        (gettext_lazy("收款账户"), ("bank_name", "bank_account")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        uscc = self.fields["uscc"]
        uscc.prefixes = EXPECTED.get(self.instance.kind, ())
        uscc.widget.attrs["hx-vals"] = json.dumps({"kind": self.instance.kind})
        uscc.required = False
        county = self.instance.region_id
        streets = Region.objects.streets_of(county) if county else Region.objects.none()
        self.fields["street"].queryset = streets.valid_on(timezone.localdate())
        self.fields["street"].empty_label = _("请选择")
        if self.instance.kind == OrganizationKind.COMMUNITY:
            del self.fields["uscc"]

    @property
    def grouped(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in self.sections]

    def clean_uscc(self) -> str | None:
        code = self.cleaned_data["uscc"] or None
        if code and Organization.objects.filter(uscc=code).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("该统一社会信用代码已由其他单位登记，请核对；确属本单位的，请联系系统管理员。"))
        return code

    def clean_registered_on(self) -> Any:
        day = self.cleaned_data["registered_on"]
        if day and day > timezone.localdate():
            raise ValidationError(_("成立登记日期不能晚于今天。"))
        return day

    def clean_contact_phone(self) -> str:
        return clean_phone(self.cleaned_data["contact_phone"])

    def clean_bank_account(self) -> str:
        account = re.sub(r"[\s\u3000\-]+", "", self.cleaned_data["bank_account"])
        if account and not _ACCOUNT.match(account):
            raise ValidationError(_("银行账号应为8至30位数字。"))
        return account

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("bank_account") and not data.get("bank_name") and "bank_name" not in self.errors:
            self.add_error("bank_name", _("填写了银行账号，还须填写开户银行。"))
        return data


class OrganizationFilterForm(forms.Form):
    """The public list's filters; an unreadable value counts as none."""

    q = forms.CharField(label=gettext_lazy("名称或信用代码"), required=False, max_length=64)
    kind = forms.ChoiceField(label=gettext_lazy("单位类型"), required=False)
    region = forms.ModelChoiceField(
        label=gettext_lazy("所在区划"), required=False, queryset=Region.objects.none(), empty_label=gettext_lazy("全部")
    )
    hub = forms.ChoiceField(label=gettext_lazy("枢纽层级"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        anything = ("", _("全部"))
        self.fields["kind"].choices = [anything, *OrganizationKind.choices]
        self.fields["hub"].choices = [anything, *HubTier.choices]
        used = Organization.objects.visible_to(actor).values("region_id")
        self.fields["region"].queryset = Region.objects.filter(pk__in=used).order_by("code")

    def narrow(self, rows: Any) -> Any:
        self.is_valid()
        asked = self.cleaned_data
        if text := asked.get("q"):
            rows = rows.filter(Q(uscc=text.upper()) | Q(name__icontains=text) | Q(short_name__icontains=text))
        if kind := asked.get("kind"):
            rows = rows.of_kinds(kind)
        if region := asked.get("region"):
            rows = rows.filter(region=region)
        if tier := asked.get("hub"):
            rows = rows.filter(hub_tier=tier)
        return rows
