"""What the workers are told to do; the doing is in the services."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from procurement.documents.services import running, storing


@shared_task(name=running.RUN_TASK, soft_time_limit=1800, time_limit=1860)
def run_job(job_id: str) -> None:
    running.run_job(job_id=UUID(job_id))


@shared_task(name="documents.requeue_lost_jobs")
def requeue_lost_jobs() -> None:
    running.requeue_lost_jobs()


@shared_task(name="documents.sweep_orphans")
def sweep_orphans() -> None:
    storing.sweep_orphans(at=timezone.now())
