"""What an organisation has done under contract, for the supply catalogue and its matching."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q, Sum

from catalogs.records import TrackRecord, register_track_records
from projects.models import PUBLIC_APPLICATION_STATES, Application

UNDER_CONTRACT = tuple(state for state in PUBLIC_APPLICATION_STATES if state not in ("approved", "ready_to_sign"))


def register() -> None:
    register_track_records(records_of)


def records_of(organization_ids: Collection[UUID]) -> dict[UUID, TrackRecord]:
    """Projects the public may know of, counted in one query."""
    rows = (
        Application.objects.filter(applicant__in=organization_ids, status__in=UNDER_CONTRACT)
        .order_by()
        .values("applicant_id")
        .annotate(
            contracts=Count("pk"),
            closed=Count("pk", filter=Q(status__in=("closed", "archived"))),
            failed=Count("pk", filter=Q(status__in=("closed_failed", "terminated"))),
            amount=Sum("granted_amount"),
        )
    )
    return {
        row["applicant_id"]: TrackRecord(
            contracts=row["contracts"],
            closed=row["closed"],
            failed=row["failed"],
            amount=row["amount"] or Decimal(0),
        )
        for row in rows
    }
