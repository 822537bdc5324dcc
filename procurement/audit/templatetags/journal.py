"""`{% load journal %}`: the journal's codes in words."""

from django import template

from procurement.audit.labels import action_label, subject_label

register = template.Library()
register.filter("action_label", action_label)
register.filter("subject_label", subject_label)


@register.filter
def hex_of(digest: bytes | memoryview | None) -> str:
    """Show a digest in hexadecimal."""
    return bytes(digest).hex() if digest else ""


@register.filter
def address_of(event: object) -> str:
    """Show the network address of an act while it is kept; reads the prefetched salts."""
    return next((salt.value for salt in event.salts.all() if salt.field == "ip"), "")  # type: ignore[attr-defined]
