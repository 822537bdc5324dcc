"""What is entered for the keys: who keeps the shares, three passphrases, and a share to be checked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import Membership, Organization
from procurement.access.models import User
from projects.models import CustodianBody, KeyCustodian, Procedure
from projects.selectors.sealing import seats_for_shares

PASSPHRASE_MIN = 12
SECRET_WIDGET = {"autocomplete": "new-password"}


class SeatField(forms.ModelChoiceField):
    def label_from_instance(self, seat: Membership) -> str:
        return f"{seat.person.name} · {seat.organization.display_name}（{seat.get_role_display()}）"


class CustodiansForm(forms.Form):
    """One person from each of three bodies."""

    def __init__(self, *args: Any, procedure: Procedure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for body in CustodianBody:
            self.fields[body.value] = SeatField(label=body.label, queryset=seats_for_shares(procedure, body))

    def people(self) -> dict[str, tuple[User, Organization]]:
        return {body: (seat.person, seat.organization) for body, seat in self.cleaned_data.items()}


class CeremonyForm(forms.Form):
    """Each custodian types their own passphrase, twice; it is used in this request and kept nowhere."""

    def __init__(self, *args: Any, custodians: list[KeyCustodian], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in custodians:
            name = {"number": each.number, "name": each.person.name}
            self.fields[f"passphrase_{each.number}"] = forms.CharField(
                label=_("第 %(number)s 份 %(name)s：设置口令") % name,
                strip=False,
                min_length=PASSPHRASE_MIN,
                max_length=200,
                help_text=_("由本人输入，不少于 12 个字符，最好是一句只有自己知道的话。忘记后无法找回。"),
                widget=forms.PasswordInput(attrs=SECRET_WIDGET),
            )
            self.fields[f"again_{each.number}"] = forms.CharField(
                label=_("第 %(number)s 份 %(name)s：再次输入") % name,
                strip=False,
                max_length=200,
                widget=forms.PasswordInput(attrs=SECRET_WIDGET),
            )
        self.numbers = [each.number for each in custodians]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        chosen = [data.get(f"passphrase_{number}") for number in self.numbers]
        for number in self.numbers:
            if data.get(f"passphrase_{number}") != data.get(f"again_{number}"):
                self.add_error(f"again_{number}", _("两次输入的口令不一致"))
        if None not in chosen and len(set(chosen)) < len(chosen):
            raise ValidationError(_("三名保管人的口令不得相同"))
        return data

    def passphrases(self) -> dict[int, str]:
        return {number: self.cleaned_data[f"passphrase_{number}"] for number in self.numbers}


class CheckShareForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("密钥份额文件"), widget=forms.FileInput(attrs={"accept": ".json,application/json"})
    )
    passphrase = forms.CharField(
        label=gettext_lazy("口令"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class DiscardForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("作废理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
