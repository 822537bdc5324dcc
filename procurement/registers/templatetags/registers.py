"""Links of a register for its list page."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from procurement.registers.registry import registers

library = register = template.Library()


@library.inclusion_tag("registers/actions.html", takes_context=True)
def register_actions(context: Any, name: str) -> dict[str, Any]:
    """``{% register_actions "organizations" %}``: export what the page shows; import, for whoever keeps the register."""
    request, found = context["request"], registers()[name]
    query = request.GET.copy()
    for cursor in ("after", "before"):
        query.pop(cursor, None)
    suffix = f"?{query.urlencode()}" if query else ""
    return {
        "xlsx_url": reverse("register-export-xlsx", args=[name]) + suffix,
        "csv_url": reverse("register-export-csv", args=[name]) + suffix,
        "import_url": reverse("register-import", args=[name]) if found.may_import(request.actor) else "",
        "label": found.label,
    }
