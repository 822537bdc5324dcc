"""The task queue. Due times live in tables; the schedule only says how often somebody looks."""

import os
import time

import redis
from celery import Celery
from celery.signals import worker_ready
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procurement.settings.embedded")

app = Celery("procurement")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

#: Seconds since the epoch at which a worker last finished a scheduled task.
HEARTBEAT_KEY = "portal:heartbeat"


@app.task(name="procurement.heartbeat")
def heartbeat() -> None:
    """Carried by the scheduler, the broker and a worker: while it comes, all three work."""
    with redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=5) as client:
        client.set(HEARTBEAT_KEY, time.time())


@worker_ready.connect
def _first_heartbeat(**kwargs: object) -> None:
    heartbeat()
