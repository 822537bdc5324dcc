"""Who are you, once more: the password, or a code where the account has a second factor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.access import prove


class ConfirmationForm(forms.Form):
    """Stands inside the form of a grave act, so nothing typed there is lost. Wrong tries count towards the lock-out."""

    password = forms.CharField(
        label=gettext_lazy("登录密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=gettext_lazy("这项办理关系重大，请再次输入密码，表示本人核对并同意。五分钟内办理同类事项不再询问。"),
    )
    summary_elsewhere = True

    def __init__(self, request: HttpRequest, data: Mapping[str, Any] | None = None, *, each: bool = False) -> None:
        self.request = request
        super().__init__(data)
        if each:
            self.fields["password"].help_text = _("签署前请再次输入密码，表示本人核对并同意全文。")

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        person = self.request.user
        if authenticate(self.request, username=person.get_username(), password=password) != person:
            raise ValidationError(_("密码不正确，请重新输入"))
        return password

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            prove(self.request)
        return data
