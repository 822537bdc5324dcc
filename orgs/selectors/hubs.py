"""Who leads whom in the network of hubs."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from orgs.models import (
    HubAffiliation,
    Organization,
)


def hub_of(organization: Organization, on: date) -> Organization | None:
    """The hub that leads the organisation on the day; the longest-standing one when several do."""
    affiliation = (
        HubAffiliation.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on)
        .filter(member=organization)
        .select_related("hub")
        .order_by("valid_from", "id")
        .first()
    )
    return affiliation.hub if affiliation else None
