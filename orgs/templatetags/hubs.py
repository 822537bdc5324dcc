"""Shares as people read them. ``{% load hubs %}``."""

from __future__ import annotations

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def share(value: Decimal | None) -> str:
    """0.0500 as 5%."""
    return "—" if value is None else f"{(Decimal(value) * 100).quantize(Decimal('0.01')).normalize():f}%"
