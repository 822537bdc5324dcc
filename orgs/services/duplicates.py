"""Keeps the list of suspect pairs in step with the register."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from orgs.models import SuspectPair
from orgs.selectors.duplicates import find_pairs

#: The sweep looks at what changed in two days, so that a scheduler that slept a night misses nothing.
LOOKS_BACK = timedelta(days=2)


@transaction.atomic
def refresh(now: datetime, *, everything: bool = False) -> int:
    """Write down the pairs found; one seen before keeps its dismissal. Says how many there are now among them."""
    found = find_pairs(None if everything else now - LOOKS_BACK)
    SuspectPair.objects.bulk_create(
        [
            SuspectPair(
                first_id=pair.first,
                second_id=pair.second,
                grounds=pair.grounds,
                weight=len(pair.grounds),
                found_at=now,
            )
            for pair in found
        ],
        update_conflicts=True,
        unique_fields=["first", "second"],
        update_fields=["grounds", "weight"],
    )
    if everything:
        # What no longer looks alike leaves the list, unless somebody wrote down why it never was.
        standing = {(pair.first, pair.second) for pair in found}
        gone = [
            pair.pk
            for pair in SuspectPair.objects.filter(dismissed_at__isnull=True)
            if (pair.first_id, pair.second_id) not in standing
        ]
        SuspectPair.objects.filter(pk__in=gone).delete()
    return len(found)
