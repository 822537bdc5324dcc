"""`/healthz`: whether the portal does its work, not whether its processes exist.

Public, so it says which check fails and never why; the reason goes to the log.
"""

import logging
import time
from collections.abc import Callable

import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from procurement import audit
from procurement.celery import HEARTBEAT_KEY, app
from procurement.notices.selectors import outbox_age_seconds

logger = logging.getLogger(__name__)

#: The heartbeat comes every ten seconds; later than this the worker is asked directly.
HEARTBEAT_LATE = 45.0
#: A worker may be busy with tasks of up to five minutes; silent for longer, it does nothing.
HEARTBEAT_LOST = 360.0
OUTBOX_LIMIT = 300.0


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when every check is ok, 503 otherwise."""
    checks: dict[str, object] = {
        "database": verdict(database_answers),
        "broker": verdict(broker_answers),
        "worker": verdict(worker_works),
        "outbox_age_s": outbox_age(),
        "audit": verdict(journal_is_whole),
    }
    age = checks["outbox_age_s"]
    healthy = isinstance(age, float) and age <= OUTBOX_LIMIT and "failed" not in checks.values()
    return JsonResponse(
        {"status": "ok" if healthy else "failed", "checks": checks},
        status=200 if healthy else 503,
    )


def verdict(check: Callable[[], bool]) -> str:
    """`ok` or `failed`. Whatever a check raises is a failure of what it checks."""
    try:
        return "ok" if check() else "failed"
    except Exception:
        logger.warning("health check %s failed", check.__name__, exc_info=True)
        return "failed"


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def broker_answers() -> bool:
    with _broker() as client:
        return bool(client.ping())


def worker_works() -> bool:
    """A fresh heartbeat, or an answer to a ping from a worker that is busy with something long."""
    with _broker() as client:
        value = client.get(HEARTBEAT_KEY)
    age = time.time() - float(value) if isinstance(value, bytes) else float("inf")
    if age <= HEARTBEAT_LATE:
        return True
    return age <= HEARTBEAT_LOST and bool(app.control.ping(timeout=1.0, limit=1))


def outbox_age() -> float | None:
    """Seconds the oldest due notice has waited; None when even that cannot be read."""
    try:
        return round(outbox_age_seconds(), 1)
    except Exception:
        logger.warning("the outbox cannot be read", exc_info=True)
        return None


def journal_is_whole() -> bool:
    return audit.status().whole


def _broker() -> "redis.Redis":
    return redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=2, socket_connect_timeout=2)
