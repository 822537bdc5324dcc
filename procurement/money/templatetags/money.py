"""`{% load money %}`: amounts as people read them."""

from decimal import Decimal

from django import template

from procurement.money import format_wan, format_yuan

register = template.Library()


@register.filter
def yuan(amount: Decimal | int | str | None) -> str:
    """Show 1,234.50 元."""
    return "" if amount == "" else format_yuan(amount)


@register.filter
def wan(amount: Decimal | int | str | None) -> str:
    """Show 15.60 万元."""
    return "" if amount == "" else format_wan(amount)
