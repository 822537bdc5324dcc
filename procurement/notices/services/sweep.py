"""Every period of every job exactly once, however many schedulers run, late ones caught up."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from procurement.notices.models import SweepRun
from procurement.notices.registry import Sweep, sweeps

log = logging.getLogger(__name__)
KEEP_RUNS = timedelta(days=7)


def sweep_due(now: datetime | None = None) -> list[str]:
    """Run the jobs whose period has not been done yet; names of those that ran.

    A job that fails is rolled back together with its mark, reported, and tried again at the
    next call; the other jobs run all the same.
    """
    now = now or timezone.now()
    ran = []
    for sweep in sweeps():
        try:
            with transaction.atomic():
                if _run(sweep, now):
                    ran.append(sweep.job)
        except Exception:
            log.exception("sweep %s failed and will be tried again", sweep.job)
    return ran


def _run(sweep: Sweep, now: datetime) -> bool:
    """The lock keeps the losers from waiting; the unique row keeps them from repeating."""
    if not _have_lock(sweep.job):
        return False
    periods = _missing_periods(sweep, now)
    for period in periods:
        _row, fresh = SweepRun.objects.get_or_create(job=sweep.job, period=period, defaults={"ran_at": now})
        if fresh:
            sweep.handler(period if sweep.each_period else now)
    SweepRun.objects.filter(job=sweep.job, period__lt=now - KEEP_RUNS).delete()
    return bool(periods)


def _have_lock(job: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"notices.sweep:{job}"])
        return bool(cursor.fetchone()[0])


def _missing_periods(sweep: Sweep, now: datetime) -> list[datetime]:
    """The current period if not done; with ``each_period`` every one since the last done, oldest first."""
    current = sweep.period_at(now)
    last = SweepRun.objects.filter(job=sweep.job).order_by("-period").values_list("period", flat=True).first()
    if last is not None and last >= current:
        return []
    if last is None or not sweep.each_period:
        return [current]
    since = timezone.localtime(last)
    return [since + sweep.every * step for step in range(1, (current - since) // sweep.every + 1)]
