"""Deadlines as people read them: to the second, in Beijing time."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone


def second(at: datetime) -> str:
    """2026-02-06 17:00:01."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S")
