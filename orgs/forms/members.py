"""What is entered to seat a person and to end a seat."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.access import Role
from procurement.access.models import User


class GrantForm(forms.Form):
    """Give a seat to a person who already has an account."""

    username = forms.CharField(label=gettext_lazy("账号"), max_length=64)
    role = forms.ChoiceField(label=gettext_lazy("岗位"))
    valid_from = forms.DateField(label=gettext_lazy("任职起始"))
    valid_to = forms.DateField(
        label=gettext_lazy("任职终止"), required=False, help_text=gettext_lazy("自该日起不再任职；长期任职的不填。")
    )

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]
        self.fields["valid_from"].initial = timezone.localdate()

    def clean_username(self) -> User:
        name = self.cleaned_data["username"].strip()
        person = User.objects.filter(username=name, is_active=True, is_system=False).first()
        if person is None:
            raise ValidationError(_("没有账号“%(name)s”，或该账号已停用。") % {"name": name})
        return person

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        start, end = data.get("valid_from"), data.get("valid_to")
        if start and end and end <= start:
            self.add_error("valid_to", _("任职终止日期须晚于起始日期。"))
        return data


class RevokeForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("免职理由"), max_length=200)


class InvitationForm(forms.Form):
    """Offer a seat to a person who may not have an account yet."""

    name = forms.CharField(label=gettext_lazy("受邀人姓名"), max_length=64)
    email = forms.EmailField(
        label=gettext_lazy("受邀人电子邮箱"), help_text=gettext_lazy("邀请链接发到该邮箱，14天内有效。")
    )
    role = forms.ChoiceField(label=gettext_lazy("岗位"))
    valid_from = forms.DateField(
        label=gettext_lazy("任职起始"), required=False, help_text=gettext_lazy("不填的自接受之日起。")
    )
    valid_to = forms.DateField(
        label=gettext_lazy("任职终止"), required=False, help_text=gettext_lazy("自该日起不再任职；长期任职的不填。")
    )

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]

    def clean_valid_to(self) -> Any:
        day = self.cleaned_data["valid_to"]
        if day and day <= timezone.localdate():
            raise ValidationError(_("任职终止日期须晚于今天。"))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        start, end = data.get("valid_from"), data.get("valid_to")
        if start and end and end <= start:
            self.add_error("valid_to", _("任职终止日期须晚于起始日期。"))
        return data
