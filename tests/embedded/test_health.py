"""/healthz tells the truth about each part."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.db import connection
from django.test import Client

from procurement.celery import HEARTBEAT_KEY


@pytest.fixture
def broker(settings: Any) -> Iterator["redis.Redis"]:
    client = redis.Redis.from_url(settings.CELERY_BROKER_URL)
    client.set(HEARTBEAT_KEY, time.time())
    yield client
    client.delete(HEARTBEAT_KEY)


@pytest.mark.django_db
def test_healthz_is_ok_when_everything_works(client: Client, broker: "redis.Redis") -> None:
    answer = client.get("/healthz")
    assert answer.json() == {
        "status": "ok",
        "checks": {"database": "ok", "broker": "ok", "worker": "ok", "outbox_age_s": 0.0, "audit": "ok"},
    }
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_healthz_fails_when_no_worker_was_heard_of(client: Client, broker: "redis.Redis") -> None:
    broker.set(HEARTBEAT_KEY, time.time() - 3_600)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["worker"] == "failed"
    assert answer.json()["checks"]["broker"] == "ok"


@pytest.mark.django_db
def test_healthz_fails_when_the_broker_is_away(client: Client, settings: Any) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["broker"] == "failed"
    assert answer.json()["checks"]["database"] == "ok"


@pytest.mark.django_db
def test_healthz_fails_when_a_table_cannot_be_read(client: Client, broker: "redis.Redis") -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_chain RENAME TO audit_chain_elsewhere")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["audit"] == "failed"


def test_healthz_only_reads(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
