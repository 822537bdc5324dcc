"""The journal under test: keys and anchors in a folder of the test, and a superuser's hand where it is needed."""

from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection, transaction

from procurement.audit import record
from procurement.audit.canonical import GENESIS, content_hash, link_hash
from procurement.audit.models import AuditChain, AuditEvent

JOURNAL = ("audit_event", "audit_chain", "audit_checkpoint")


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    """No test may read another's keys or anchors."""
    monkeypatch.setitem(settings.PORTAL, "KEY_DIR", tmp_path / "keys")
    monkeypatch.setitem(settings.PORTAL, "CHECKPOINT_DIR", tmp_path / "checkpoints")
    return tmp_path


@pytest.fixture
def anchors(own_folders):
    return own_folders / "checkpoints"


def write(number):
    """Write one entry in a transaction of its own."""
    with transaction.atomic():
        return record(action="application.submit", subject=f"projects.application:{number}", body={"number": number})


@pytest.fixture
def ten(transactional_db):
    """Ten sealed entries."""
    return [write(number) for number in range(10)]


def sql(statement, params=None):
    """Run one statement and return its rows, if it has any."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else cursor.rowcount


@contextmanager
def superuser():
    """Switch every guard of the database off, as only its superuser can, and on again."""
    for table in JOURNAL:
        sql(f"alter table {table} disable trigger all")
    try:
        yield
    finally:
        for table in JOURNAL:
            sql(f"alter table {table} enable trigger all")
            sql(f"alter table {table} enable always trigger {table}_no_change")
            sql(f"alter table {table} enable always trigger {table}_no_truncate")
        sql("alter table audit_event enable always trigger audit_event_content")
        sql("alter table audit_event enable always trigger audit_event_seal")


def rewrite_chain():
    """Forge the whole chain anew over whatever the entries now say: every hash and link is right again."""
    head, seq = GENESIS, 0
    for link in AuditChain.objects.select_related("event").order_by("seq"):
        event, seq = link.event, seq + 1
        fields = ("suite", "id", "at", "actor_id", "actor_label", "action", "subject", "case_id", "ok")
        content = content_hash(body=bytes(event.body), **{name: getattr(event, name) for name in fields})
        AuditEvent.objects.filter(pk=event.pk).update(content_hash=content)
        AuditChain.objects.filter(pk=link.pk).update(
            seq=-seq, prev=seq.to_bytes(32, "big"), hash=(-seq).to_bytes(32, "big", signed=True)
        )
        hashed = link_hash(prev=head, seq=seq, content=content)
        AuditChain.objects.filter(pk=-seq).update(seq=seq, prev=head, hash=hashed)
        head = hashed
