"""Which district's streets a page is about."""

from __future__ import annotations

from django.http import HttpRequest

from orgs.models import Organization, OrganizationKind, Region


def county_of(request: HttpRequest) -> str:
    """The district asked for, else that of the first purchaser registered here; its six-digit code."""
    asked = request.GET.get("district", "") or request.GET.get("street", "")[:6]
    if len(asked) == 6 and asked.isdigit() and Region.objects.filter(pk=asked, level=Region.Level.COUNTY).exists():
        return asked
    return home_county()


def home_county() -> str:
    purchaser = Organization.objects.of_kinds(OrganizationKind.PURCHASER).order_by("created_at").first()
    return purchaser.region_id[:6] if purchaser else ""
