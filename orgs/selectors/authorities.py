"""Which civil affairs authority answers for a place."""

from __future__ import annotations

from django.utils import timezone

from orgs.models import Membership, Organization, Region
from procurement.access import Role


def places_above(region: Region) -> list[str]:
    """The codes of a place and of every place it lies in, nearest first."""
    codes: list[str] = []
    here: Region | None = region
    while here is not None:
        codes.append(here.pk)
        here = here.parent
    return codes


def civil_authority_for(region: Region) -> Organization | None:
    """The authority with a civil affairs seat in the place itself, or in the nearest place above it."""
    codes = places_above(region)
    seated = Membership.objects.valid_on(timezone.localdate()).filter(role=Role.CIV).values("organization_id")
    found = Organization.objects.filter(pk__in=seated, region_id__in=codes, merged_into__isnull=True)
    return min(found, key=lambda body: (codes.index(body.region_id), body.sort_key), default=None)
