"""How an organisation is reached."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_PHONE = re.compile(r"^(1\d{10}|0\d{2,3}-?\d{7,8}(-\d{1,6})?|400-?\d{3}-?\d{4})$")


def clean_phone(text: str) -> str:
    """A mobile or fixed number without blanks; ValidationError says how it should look."""
    phone = re.sub(r"[\s\u3000]+", "", text).replace("－", "-").replace("—", "-")
    if phone and not _PHONE.match(phone):
        raise ValidationError(_("请填写11位手机号，或“区号-号码”形式的固定电话，如010-65099999。"))
    return phone
