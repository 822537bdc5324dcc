"""The scheduler anchors the journal."""

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from procurement.audit import JournalBroken
from procurement.audit.models import Checkpoint
from procurement.audit.tasks import checkpoint
from tests.audit.conftest import guards_off, sql

pytestmark = pytest.mark.django_db(transaction=True)


def test_task_anchors_the_journal_outside_the_database(ten, anchors):
    checkpoint()
    assert Checkpoint.objects.get().size == 10
    assert [path.name for path in anchors.glob("*.json")] == ["checkpoint-000000000010.json"]


def test_task_fails_loudly_and_signs_nothing_when_the_journal_is_broken(ten, anchors):
    with guards_off():
        sql("update audit_event set ok = false")
    with pytest.raises(JournalBroken, match="自第 1 条起不可信"):
        checkpoint()
    assert not anchors.exists()


def test_scheduler_calls_the_task_every_ten_minutes():
    entry = settings.CELERY_BEAT_SCHEDULE["audit-checkpoint"]
    assert import_string(entry["task"]) is checkpoint
    assert entry["schedule"] == 600
