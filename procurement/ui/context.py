"""What every page frame needs; lazy, so that a fragment or an error page pays only for what it shows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from procurement.ui import furniture

CARE_COOKIE = "care"


def page_furniture(request: HttpRequest) -> dict[str, Any]:
    actor = getattr(request, "actor", None)
    return {
        "portal_name": settings.PORTAL["SITE_NAME"],
        "portal_foot": settings.PORTAL.get("SITE", {}),
        "is_demo": settings.PORTAL["DEMO"],
        "demo_accounts": SimpleLazyObject(furniture.demo_accounts),
        "actor": actor,
        "nav_links": SimpleLazyObject(lambda: furniture.nav_links(request, actor)),
        "section_links": SimpleLazyObject(lambda: furniture.section_links(request, actor)),
        "unread_count": SimpleLazyObject(lambda: furniture.unread_count(actor)),
        "care_mode": request.COOKIES.get(CARE_COOKIE) == "1",
        "server_now": timezone.localtime(),
    }
