"""The database refuses; every refusal has its control: guard off, and the same act goes through."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from procurement.audit import make_checkpoint, verify
from procurement.audit.models import AuditChain, AuditEvent
from procurement.audit.services.rights import restrict_app_role
from tests.audit.conftest import guards_off, sql, superuser, undone, write

CHANGES = {
    "update entry": "update audit_event set action = 'x'",
    "delete entry": "delete from audit_event",
    "truncate entries": "truncate audit_event, audit_chain, audit_salt",
    "update link": "update audit_chain set hash = prev",
    "delete link": "delete from audit_chain",
    "truncate links": "truncate audit_chain",
    "update checkpoint": "update audit_checkpoint set size = 1",
    "delete checkpoint": "delete from audit_checkpoint",
    "truncate checkpoints": "truncate audit_checkpoint",
}
LINK = "insert into audit_chain(seq, event_id, prev, hash, suite) values (99, '{event}', '\\x01', '\\x02', 'INTL')"


@pytest.fixture
def journal(guarded):
    events = [write(number) for number in range(3)]
    make_checkpoint()
    return events


def refused(statement, match):
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        sql(statement)


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES)
def test_owner_is_refused(journal, statement):
    refused(statement, "append-only")
    assert verify().whole


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES)
def test_superuser_in_replica_mode_is_refused(journal, statement):
    with superuser():
        refused(f"set local session_replication_role = replica; {statement}", "append-only")


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES)
def test_control_without_triggers_the_change_goes_through(journal, statement):
    with guards_off(), undone():
        sql(statement)


def test_control_plain_triggers_are_skipped_in_replica_mode(journal):
    """Why they are ENABLE ALWAYS."""
    with superuser(), undone():
        sql("alter table audit_event enable trigger audit_event_no_change")
        sql("set local session_replication_role = replica")
        assert sql("update audit_event set action = 'x'") == 3


def test_entry_cannot_slip_past_the_chain_in_replica_mode(journal):
    with superuser(), transaction.atomic():
        sql("set local session_replication_role = replica")
        write(4)
    assert AuditChain.objects.count() == 4


def test_flush_switch_works_only_in_a_test_database(journal):
    body = sql("select prosrc from pg_proc where proname = 'audit_deny'")[0][0]
    assert r"current_database() like 'test\_%'" in body
    with undone():
        sql("set local portal.test_flush = 'on'")
        assert sql("delete from audit_chain") == 3


@pytest.fixture
def as_app(journal):
    """Act as the restricted role for the length of a statement."""

    def act(statement):
        with transaction.atomic():
            sql("set local role portal_app")
            return sql(statement)

    return act


@pytest.mark.parametrize("statement", [*CHANGES.values(), LINK.format(event=uuid4())], ids=[*CHANGES, "insert link"])
def test_app_role_has_no_right_to_change(as_app, statement):
    with pytest.raises(DatabaseError, match="permission denied"):
        as_app(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "alter table audit_event disable trigger all",
        "alter table audit_chain disable trigger audit_chain_no_change",
        "drop trigger audit_event_seal on audit_event",
        "drop table audit_chain",
        "set local session_replication_role = replica",
        "update audit_salt set salt = '\\x00'",
    ],
)
def test_app_role_cannot_switch_a_guard_off(as_app, statement):
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
        as_app(statement)


def test_app_role_writes_entries_that_are_sealed_for_it(as_app):
    as_app(
        "insert into audit_event(id, actor_label, action, subject, ok, body, suite, content_hash)"
        f" values ('{uuid4()}', '', 'a', 's', true, '{{}}', 'INTL', '')"
    )
    assert AuditChain.objects.count() == 4
    assert verify().whole


def test_app_role_erases_salts(as_app):
    assert as_app("delete from audit_salt") == 0


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES)
def test_control_app_role_with_rights_and_without_triggers_changes_the_journal(as_app, statement):
    with guards_off(), undone():
        sql("grant all on audit_event, audit_chain, audit_checkpoint, audit_salt to portal_app")
        sql("set local role portal_app")
        sql(statement)


def test_control_app_role_with_rights_inserts_a_link(as_app):
    with undone():
        sql("grant all on audit_chain to portal_app")
        unsealed = AuditEvent.objects.create(action="a", subject="s", ok=True, body=b"{}")
        sql("set local role portal_app")
        assert sql(LINK.format(event=unsealed.pk)) == 1


def test_rights_given_by_mistake_are_taken_back_at_the_next_migration(as_app):
    with undone():
        sql("grant all on audit_event to portal_app")
        assert restrict_app_role()
        assert sql("select has_table_privilege('portal_app', 'audit_event', 'UPDATE')") == [(False,)]
