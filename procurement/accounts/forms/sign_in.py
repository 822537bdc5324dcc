"""Signing in: the password, then a code where the account has a second factor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.access.models import User
from procurement.accounts.services.factors import check_code
from procurement.accounts.services.passwords import check_password

CODE_WIDGET = {"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false"}


class LoginForm(AuthenticationForm):
    error_messages: dict[str, Any] = {
        "invalid_login": gettext_lazy("用户名或密码不正确，请核对后重试（区分大小写）。"),
        "inactive": gettext_lazy("该账号已停用，请联系系统管理员。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = gettext_lazy("用户名")
        self.fields["password"].label = gettext_lazy("密码")

    def clean(self) -> dict[str, Any]:
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if username is not None and password:
            self.user_cache = check_password(self.request, username=username, password=password)
            if self.user_cache is None:
                raise self.get_invalid_login_error()
            self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data


class CodeForm(forms.Form):
    """The second step of signing in."""

    code = forms.CharField(
        label=gettext_lazy("动态验证码"),
        max_length=20,
        widget=forms.TextInput(attrs={**CODE_WIDGET, "autofocus": True}),
        help_text=gettext_lazy("打开手机上的验证器，输入当前显示的 6 位数字；手机不在身边时，输入一个备用码。"),
    )

    def __init__(self, request: HttpRequest, person: User, data: Any = None) -> None:
        self.request, self.person = request, person
        super().__init__(data)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not check_code(self.request, self.person, code):
            raise ValidationError(_("验证码不正确或已经用过，请等待下一个数字后重试。"))
        return code


class FirstCodeForm(forms.Form):
    """The first code of a new authenticator shows that the secret has arrived there."""

    code = forms.CharField(
        label=gettext_lazy("验证器显示的 6 位数字"), max_length=10, widget=forms.TextInput(attrs=CODE_WIDGET)
    )
