"""Reads that several parts of this room share."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from procurement.access import Actor
from procurement.documents.models import Document, Job
from procurement.documents.models.job import ACTIVE
from procurement.documents.subjects import subject_is_visible

LISTED_FOR = timedelta(days=7)


def document_visible_to(document: Document, actor: Actor) -> bool:
    """Public files are everybody's; of all others only the app that owns the subject decides."""
    return document.is_public or subject_is_visible(actor, document.subject)


def job_visible_to(actor: Actor, job_id: UUID) -> bool:
    return Job.objects.visible_to(actor).filter(pk=job_id).exists()


def own_jobs(actor: Actor, at: datetime) -> QuerySet[Job]:
    """What the person asked for: still under way, or finished within the last seven days."""
    recent = Q(state__in=ACTIVE) | Q(finished_at__gte=at - LISTED_FOR)
    return Job.objects.filter(recent, requested_by=actor.user).select_related("result")
