"""Whether a page may offer its reader the way to the case file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import template
from django.template import Context

from procurement.lifecycle.models import Case

register = template.Library()


@register.simple_tag(takes_context=True)
def may_open_case(context: Context, case_id: UUID | None) -> bool:
    """A link to a page that would answer 404 is no link; experts read applications, not case files."""
    request: Any = context.get("request")
    if case_id is None or request is None:
        return False
    return Case.objects.visible_to(request.actor).filter(pk=case_id).exists()
