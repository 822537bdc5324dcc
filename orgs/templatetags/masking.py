"""Hides the middle of what need not be read in full. ``{% load masking %}{{ organization.contact_phone|mask }}``."""

from __future__ import annotations

from django import template

register = template.Library()

HIDDEN = "*"


@register.filter
def mask(value: object, kind: str = "") -> str:
    """Phones as 138****5678; ``mask:"account"`` keeps the last four digits; ``mask:"name"`` the first character."""
    text = str(value or "")
    if not text:
        return ""
    if kind == "name":
        return text[0] + HIDDEN * max(len(text) - 1, 1)
    if kind == "account":
        return HIDDEN * 4 + text[-4:] if len(text) > 4 else HIDDEN * 4
    if len(text) < 8:
        return text[0] + HIDDEN * 4
    return text[:3] + HIDDEN * 4 + text[-4:]
