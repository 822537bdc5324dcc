"""``{% load revealing %}{% masked_number "organization-phone" organization %}``: masked, with the way to the whole."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from procurement.accounts.revealing import revealable_named
from procurement.privacy.masking import masked

register = template.Library()


@register.inclusion_tag("accounts/masked_number.html", takes_context=True)
def masked_number(context: Any, name: str, obj: Any) -> dict[str, Any]:
    """The masked value, and for whom the whole is needed the link that asks for the reason."""
    what = revealable_named(name)
    if what is None:
        raise template.TemplateSyntaxError(f"no revealable number is called {name}")
    value, actor = getattr(obj, what.field), context.get("actor")
    may = bool(value) and actor is not None and actor.user is not None and what.may(actor, obj)
    return {
        "shown": masked(value, what.kind),
        "label": what.label,
        "url": reverse("reveal", args=[name, obj.pk]) if may else "",
    }
