"""The task queue. Due times live in tables; the schedule only says how often somebody looks."""

import os
import time

import redis
from celery import Celery, Task
from celery.signals import task_postrun, worker_ready
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procurement.settings.embedded")

app = Celery("procurement")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

#: Seconds since the epoch at which a worker last finished a task.
HEARTBEAT_KEY = "portal:heartbeat"


@app.task(name="procurement.heartbeat")
def heartbeat() -> None:
    """Carried by the scheduler, the broker and a worker: while it comes, all three work."""


@worker_ready.connect
def _worker_is_ready(**kwargs: object) -> None:
    beat_heart()


@task_postrun.connect
def _task_is_done(task: Task, **kwargs: object) -> None:
    # any finished task counts, so that a queue of long ones does not look like a dead worker
    if not task.request.is_eager:
        beat_heart()


def beat_heart() -> None:
    with redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=5) as client:
        client.set(HEARTBEAT_KEY, time.time())
