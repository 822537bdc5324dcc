"""Running numbers by series and year, gap-free under concurrency: the row lock is held to the commit."""

from __future__ import annotations

from django.db import transaction

from procurement.lifecycle.models import NumberSeries


@transaction.atomic
def next_number(series: str, *, prefix: str, year: int, width: int = 4) -> str:
    """The next number of a series, such as ``SB-2026-0007``."""
    NumberSeries.objects.get_or_create(series=series, year=year)
    row = NumberSeries.objects.select_for_update(no_key=True).get(series=series, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{prefix}-{year}-{row.last:0{width}d}"
