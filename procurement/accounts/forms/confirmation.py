"""Who are you, once more: the password, or a code where the account has a second factor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.access import prove
from procurement.accounts.forms.sign_in import CODE_WIDGET
from procurement.accounts.selectors.factors import has_factor
from procurement.accounts.services.factors import check_code
from procurement.accounts.services.passwords import check_password


class ConfirmationForm(forms.Form):
    """Stands inside the form of a grave act, so nothing typed there is lost. Wrong tries count towards the lock-out."""

    password = forms.CharField(
        label=gettext_lazy("登录密码"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    code = forms.CharField(
        label=gettext_lazy("动态验证码或备用码"), max_length=20, widget=forms.TextInput(attrs=CODE_WIDGET)
    )
    summary_elsewhere = True

    def __init__(self, request: HttpRequest, data: Mapping[str, Any] | None = None, *, each: bool = False) -> None:
        self.request: Any = request
        super().__init__(data)
        asked, spared = ("code", "password") if has_factor(self.request.user) else ("password", "code")
        del self.fields[spared]
        self.fields[asked].help_text = (
            _("签署前请再次输入，表示本人核对并同意全文。")
            if each
            else _("这项办理关系重大，请再次输入，表示本人核对并同意。五分钟内办理同类事项不再询问。")
        )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        person = self.request.user
        if check_password(self.request, username=person.get_username(), password=password) != person:
            raise ValidationError(_("密码不正确，请重新输入"))
        return password

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not check_code(self.request, self.request.user, code):
            raise ValidationError(_("验证码不正确或已经用过，请等待下一个数字后重试。"))
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            prove(self.request)
        return data
