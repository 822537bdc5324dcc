"""Reads of the imports."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from procurement.access import Actor
from procurement.registers.models import ImportRun


def run_is_visible(actor: Actor, run_id: UUID) -> bool:
    return ImportRun.objects.visible_to(actor).filter(pk=run_id).exists()


def latest_runs(actor: Actor, register: str) -> QuerySet[ImportRun]:
    """The ten last uploads the person may see."""
    return ImportRun.objects.visible_to(actor).filter(register=register).select_related("requested_by")[:10]
