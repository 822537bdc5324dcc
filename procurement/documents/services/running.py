"""Background work from the table: ask, claim, report, finish; and pick up what a lost worker dropped.

The message to the worker is only a hint. If it is lost, or the worker dies in the middle, the sweeper
finds the row and sends the hint again, up to three runs. A run holds its job by a heartbeat and a number
(`attempts`); when the heartbeat falls silent another worker may take over, and whatever the first one
still writes finds no row to write to.
"""

import hashlib
import json
import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from celery import current_app
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError as BrokerUnavailable

from procurement.access import Actor
from procurement.audit import record
from procurement.documents.kinds import JobCancelled, job_kind
from procurement.documents.models import Document, Job, JobState
from procurement.documents.services.generating import RenderFailed

logger = logging.getLogger(__name__)

ATTEMPTS_MAX = 3
HEARTBEAT = timedelta(seconds=5)
LEASE = timedelta(seconds=30)
MESSAGE_LOST_AFTER = timedelta(seconds=30)
RUN_TASK = "documents.run_job"

#: Sent with `job` inside the transaction that finishes it (done or failed); notices listen.
job_finished = Signal()


def start_job(
    *,
    kind: str,
    actor: Actor,
    case_id: UUID | None = None,
    params: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Job:
    """Ask for background work; the page `/jobs/<id>/` shows how far it is.

    Asking again for the same work while it is under way gives the job that is already there. The caller
    has checked that the actor may have the result.
    """
    job_kind(kind)
    at = at or timezone.now()
    wanted = {"kind": kind, "requested_by": actor.user, "fingerprint": fingerprint(case_id, params)}
    try:
        with transaction.atomic():
            job = Job.objects.create(
                **wanted, case_id=case_id, params=dict(params or {}), requested_at=at, queued_at=at
            )
            journal(job, "job.start", actor)
            transaction.on_commit(partial(dispatch, job.pk))
    except IntegrityError:
        return Job.objects.active().get(**wanted)
    return job


def fingerprint(case_id: UUID | None, params: Mapping[str, Any] | None) -> str:
    """Two requests with the same fingerprint ask for the same work."""
    asked = json.dumps([case_id, dict(params or {})], cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(asked.encode()).hexdigest()


def dispatch(job_id: UUID) -> None:
    """Hint to a worker. A broker that is away is no error to the asker: the sweeper hints again."""
    try:
        current_app.signature(RUN_TASK, args=[str(job_id)]).apply_async(retry=False)
    except BrokerUnavailable:
        logger.warning("broker away, job %s waits for the sweeper", job_id)


def cancel_job(*, actor: Actor, job: Job, at: datetime | None = None) -> bool:
    """Stop the work at its next step. False when it was already finished."""
    with transaction.atomic():
        stopped = (
            Job.objects.active()
            .filter(pk=job.pk)
            .update(state=JobState.CANCELLED, step="", finished_at=at or timezone.now())
        )
        if stopped:
            journal(job, "job.cancel", actor)
    return bool(stopped)


@dataclass(frozen=True)
class Run:
    """One worker's hold on one job. All its writes go through `row`, which is empty once the hold is lost."""

    job: Job
    attempt: int

    def write(self, **values: Any) -> bool:
        row = Job.objects.filter(pk=self.job.pk, attempts=self.attempt, state=JobState.RUNNING)
        return bool(row.update(**values))

    def progress(self, percent: int, step: str) -> None:
        """The last percent belongs to `finish`."""
        if not self.write(percent=max(0, min(99, percent)), step=step[:200], heartbeat_at=timezone.now()):
            raise JobCancelled


def run_job(*, job_id: UUID) -> None:
    """Do the work, if it is there to be done. Safe to call any number of times, from anywhere."""
    run = claim(job_id)
    if run is None:
        return
    try:
        with heartbeat(run):
            document = job_kind(run.job.kind).handler(run.job, run.progress)
        finish(run, document)
    except JobCancelled:
        logger.info("job %s was cancelled or taken over", job_id)
    except OperationalError:
        raise  # the database went away: the row still says running, the sweeper will take it up
    except RenderFailed as failure:
        logger.error("job %s: %s", job_id, failure)
        fail(run, failure.message)
    except Exception:
        logger.exception("job %s failed", job_id)
        fail(run, _("处理时发生错误，已记录（编号 %(number)s）。请稍后重试。") % {"number": str(job_id)[:8]})


def claim(job_id: UUID) -> Run | None:
    """Take the job if it waits, or if the worker that held it has fallen silent."""
    now = timezone.now()
    free = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, heartbeat_at__lt=now - LEASE)
    taken = Job.objects.filter(free, pk=job_id, attempts__lt=ATTEMPTS_MAX).update(
        state=JobState.RUNNING, attempts=F("attempts") + 1, percent=0, step="", started_at=now, heartbeat_at=now
    )
    if not taken:
        return None
    job = Job.objects.select_related("requested_by").get(pk=job_id)
    return Run(job, job.attempts)


@contextmanager
def heartbeat(run: Run) -> Iterator[None]:
    """Say every few seconds that this worker lives, also while one step takes long."""
    over = threading.Event()

    def beat() -> None:
        try:
            while not over.wait(HEARTBEAT.total_seconds()):
                try:
                    run.write(heartbeat_at=timezone.now())
                except DatabaseError:
                    logger.warning("heartbeat of job %s missed", run.job.pk)
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"heartbeat-{run.job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def finish(run: Run, document: Document | None) -> None:
    with transaction.atomic():
        if not run.write(
            state=JobState.DONE, percent=100, step="", result=document, error="", finished_at=timezone.now()
        ):
            raise JobCancelled
        run.job.refresh_from_db()
        journal(run.job, "job.done")
        job_finished.send(sender=Job, job=run.job)


def fail(run: Run, sentence: str) -> None:
    with transaction.atomic():
        if run.write(state=JobState.FAILED, error=sentence[:500], finished_at=timezone.now()):
            run.job.refresh_from_db()
            journal(run.job, "job.fail", ok=False)
            job_finished.send(sender=Job, job=run.job)


def requeue_lost_jobs(*, at: datetime | None = None) -> int:
    """Send again what waits without a message, take back what a silent worker held; give up after three runs."""
    at = at or timezone.now()
    forgotten = Q(state=JobState.QUEUED, queued_at__lt=at - MESSAGE_LOST_AFTER)
    silent = Q(state=JobState.RUNNING, heartbeat_at__lt=at - LEASE)
    with transaction.atomic():
        lost = list(Job.objects.select_for_update(skip_locked=True, no_key=True).filter(forgotten | silent))
        for job in lost:
            take_back(job, at)
    return len(lost)


def take_back(job: Job, at: datetime) -> None:
    if job.attempts >= ATTEMPTS_MAX:
        sentence = _("处理进程连续 %(times)d 次中断，已停止重试。请稍后重新申请。") % {"times": job.attempts}
        Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, error=sentence, finished_at=at)
        job.refresh_from_db()
        journal(job, "job.fail", ok=False)
        job_finished.send(sender=Job, job=job)
    else:
        Job.objects.filter(pk=job.pk).update(
            state=JobState.QUEUED, queued_at=at, step=_("处理进程中断，正在重新开始") if job.attempts else ""
        )
        transaction.on_commit(partial(dispatch, job.pk))


def journal(job: Job, action: str, actor: Actor | None = None, *, ok: bool = True) -> None:
    """Whoever asked stands for what the background does in their name."""
    record(
        actor_id=actor.id if actor else job.requested_by_id,
        actor_label=actor.label if actor else str(job.requested_by),
        action=action,
        subject=f"documents.job:{job.pk}",
        case_id=job.case_id,
        ok=ok,
        body={
            "kind": job.kind,
            "attempts": job.attempts,
            "result": str(job.result_id) if job.result_id else None,
            "error": job.error,
        },
    )
