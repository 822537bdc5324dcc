"""The journal under test: keys and anchors in a folder of the test, and a superuser's hand where it is needed."""

from contextlib import contextmanager
from urllib.parse import urlsplit

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
def guarded(transactional_db):
    """The journal as it is in service: the switch that lets tests empty their database is off meanwhile."""
    sql("set portal.test_flush = 'off'")
    yield
    sql("set portal.test_flush = 'on'")


@pytest.fixture
def ten(guarded):
    """Ten sealed entries."""
    return [write(number) for number in range(10)]


def sql(statement, params=None):
    """Run one statement and return its rows, if it has any."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else cursor.rowcount


@contextmanager
def undone():
    """A transaction of which nothing stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def connected_as(url):
    """Let the ORM's own connection be another role's for a while; guards stay as they were for everybody."""
    role, standing = urlsplit(url), connection.settings_dict.copy()
    connection.close()
    connection.settings_dict.update(USER=role.username, PASSWORD=role.password)
    sql("set portal.test_flush = 'off'")
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(standing)
        sql("set portal.test_flush = 'off'")


@contextmanager
def superuser():
    """Act as the superuser of the database, guards still on."""
    with connected_as(settings.TEST_SERVICES.database_admin_url):
        yield


@contextmanager
def guards_off():
    """Act as the superuser with every guard of the journal switched off, and on again at the end."""
    with superuser():
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
