"""What is entered to open an account and to register an organisation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.contacts import clean_phone
from orgs.forms.regions import RegionPicker
from orgs.models import LegalForm, OrganizationKind, Region, Registration
from orgs.services.registrations import refuse_filing_only
from orgs.staffing import REGISTRABLE
from orgs.uscc import EXPECTED, UsccField, problems_of, read
from procurement.access.models import User
from procurement.rules import RuleViolation


def _home(data: Mapping[str, Any] | None, chosen: Sequence[str] = ()) -> RegionPicker:
    return RegionPicker(
        data if not chosen else None,
        prefix="home",
        on=timezone.localdate(),
        chosen=chosen,
        legend=gettext_lazy("住所所在区划"),
    )


def _origin(data: Mapping[str, Any] | None, chosen: Sequence[str] = ()) -> RegionPicker:
    """Divisions of the day of first registration: 崇文区 until 2010, 闸北区 until 2015."""
    typed = str(data.get("registered_on", "")) if data is not None else ""
    return RegionPicker(
        data if not chosen else None,
        prefix="origin",
        on=_day(typed) or timezone.localdate(),
        chosen=chosen,
        deepest=Region.Level.COUNTY,
        required=False,
        legend=gettext_lazy("首次登记地（按成立时的区划；不选的按信用代码确定）"),
    )


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


PICKERS: dict[str, Callable[..., RegionPicker]] = {"home": _home, "origin": _origin}


class AccountForm(forms.Form):
    """A new account; names and passwords are judged by ``services.accounts``."""

    username = forms.CharField(
        label=gettext_lazy("账号"), max_length=64, help_text=gettext_lazy("用于登录，可用字母、数字或常用邮箱。")
    )
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=64)
    email = forms.EmailField(label=gettext_lazy("电子邮箱"))
    password = forms.CharField(
        label=gettext_lazy("密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("至少9位，不能与账号相近，不能是常见密码。"),
    )
    again = forms.CharField(
        label=gettext_lazy("再次输入密码"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean_username(self) -> str:
        username = self.cleaned_data["username"].strip()
        if User.objects.filter(username=username).exists():
            raise ValidationError(_("账号“%(name)s”已被使用，请换一个；是您本人的，请直接登录。") % {"name": username})
        return username

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", _("两次输入的密码不一致。"))
        return data


class RegistrationForm(forms.ModelForm):
    """The organisation as it will stand in the register; the two places are chosen in pickers beside it."""

    uscc = UsccField()

    class Meta:
        model = Registration
        fields = (
            "name",
            "kind",
            "legal_form",
            "uscc",
            "registered_on",
            "address",
            "head_name",
            "applicant_is_head",
            "head_email",
            "contact_name",
            "contact_phone",
            "contact_email",
        )
        help_texts = {
            "name": gettext_lazy("与登记证书或批文上的全称一致。"),
            "head_email": gettext_lazy("申请人不是负责人的必填；登记后由负责人从邮件接受任职。"),
            "contact_phone": gettext_lazy("手机号11位，或区号-号码，如010-65099999。"),
        }

    #: Each heading with its fields, as the page shows them.
    sections = (
        (gettext_lazy("单位"), ("name", "kind", "legal_form", "uscc", "registered_on")),
        (gettext_lazy("负责人"), ("head_name", "applicant_is_head", "head_email")),
        (gettext_lazy("联系人"), ("contact_name", "contact_phone", "contact_email")),
    )

    def __init__(self, *args: Any, picked: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        """``picked``: places chosen so far in a form that is not judged yet (载入下一级区划)."""
        super().__init__(*args, **kwargs)
        kinds = [(kind.value, kind.label) for kind in (*REGISTRABLE, OrganizationKind.COMMUNITY)]
        self.fields["kind"].choices = [("", _("请选择")), *kinds]
        self.fields["legal_form"].choices = [("", _("请选择")), *LegalForm.choices]
        self.fields["uscc"].widget.attrs["hx-include"] = "[name=kind]"
        bound, here = self.data if self.is_bound else picked, self.instance
        standing = here.region_id is not None
        self.home = _home(bound, RegionPicker.chain_of(here.region, here.street) if standing and not bound else ())
        self.origin = self._origin_picker(bound)

    def _origin_picker(self, bound: Any) -> RegionPicker:
        if bound is not None or self.instance.origin is None:
            return _origin(bound)
        day = self.instance.registered_on
        return _origin({"registered_on": str(day or "")}, RegionPicker.chain_of(self.instance.origin))

    @property
    def pickers(self) -> list[RegionPicker]:
        return [self.home, self.origin]

    @property
    def everything(self) -> list[forms.BaseForm]:
        return [self, *self.pickers]

    @property
    def grouped(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names]) for title, names in self.sections]

    def is_valid(self) -> bool:
        """The places are part of what is entered."""
        return all([super().is_valid(), *(picker.is_valid() for picker in self.pickers)])

    def clean_kind(self) -> str:
        kind: str = self.cleaned_data["kind"]
        try:
            refuse_filing_only(kind)
        except RuleViolation as violation:
            raise ValidationError([str(refusal) for refusal in violation.refusals]) from violation
        return kind

    def clean_registered_on(self) -> Any:
        day = self.cleaned_data["registered_on"]
        if day and day > timezone.localdate():
            raise ValidationError(_("成立登记日期不能晚于今天。"))
        return day

    def clean_contact_phone(self) -> str:
        return clean_phone(self.cleaned_data["contact_phone"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        code, kind = data.get("uscc"), data.get("kind")
        if code and kind:
            for sentence in problems_of(code, prefixes=EXPECTED[kind]):
                self.add_error("uscc", f"{sentence}。")
        if self.home.is_valid():
            self.instance.region, self.instance.street = self.home.region, self.home.street
        self.instance.origin = self.origin.region or _place_in(code)
        return data


def _place_in(code: str | None) -> Region | None:
    """The division a credit code names, dissolved or not."""
    return Region.objects.filter(pk=read(code).division).first() if code else None
