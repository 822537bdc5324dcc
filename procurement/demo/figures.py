"""Part of the demo world: the published yearly totals behind the statistics page."""

from __future__ import annotations

from datetime import datetime

from procurement.statistics.services.importing import import_statistics


def seed(now: datetime) -> None:
    """Safe to repeat: the importer changes only what differs."""
    import_statistics()
