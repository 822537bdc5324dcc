"""Reads for the warning board."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from projects.models import EarlyWarning, WarningLevel


@dataclass(frozen=True)
class LevelCount:
    level: WarningLevel
    count: int


def level_counts(rows: QuerySet[EarlyWarning]) -> list[LevelCount]:
    """Open warnings by colour, worst first; one query."""
    open_rows = rows.filter(status__in=("raised", "assigned", "handling", "escalated"))
    counted = dict(open_rows.order_by().values_list("level").annotate(n=Count("pk")))
    return [LevelCount(level, counted.get(level.value, 0)) for level in reversed(WarningLevel)]
