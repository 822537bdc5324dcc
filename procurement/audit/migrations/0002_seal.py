"""What the database itself guarantees about the journal.

- The instant and the content hash of an entry are written by the database, not by the caller.
- The chain is sealed at COMMIT by a deferred constraint trigger under an advisory lock, always the last lock taken:
  concurrent writers can neither fork the chain nor wait in a circle. The place is counted from the chain itself, so a
  commit that fails after sealing leaves no gap.
- UPDATE, DELETE and TRUNCATE are refused, also under session_replication_role = replica (ENABLE ALWAYS).
- Tests must be able to empty their own database: only there, and only while `portal.test_flush` is on.
"""

from django.db import migrations

TABLES = ("audit_event", "audit_chain", "audit_checkpoint")

SEAL = """
create function audit_field(value bytea) returns bytea language sql immutable as $$
  select case when value is null then int4send(-1) else int4send(octet_length(value)) || value end $$;

create function audit_content() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  new.at := clock_timestamp();
  new.content_hash := sha256(
       audit_field(convert_to(new.suite, 'UTF8'))
    || audit_field(convert_to(new.id::text, 'UTF8'))
    || audit_field(convert_to((extract(epoch from new.at) * 1000000)::bigint::text, 'UTF8'))
    || audit_field(convert_to(new.actor_id::text, 'UTF8'))
    || audit_field(convert_to(new.actor_label, 'UTF8'))
    || audit_field(convert_to(new.action, 'UTF8'))
    || audit_field(convert_to(new.subject, 'UTF8'))
    || audit_field(convert_to(new.case_id::text, 'UTF8'))
    || audit_field(convert_to(new.ok::text, 'UTF8'))
    || audit_field(new.body));
  return new;
end $$;

create function audit_seal() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  last audit_chain%rowtype;
begin
  perform pg_advisory_xact_lock(4711, 1);
  select * into last from audit_chain order by seq desc limit 1;
  last.seq := coalesce(last.seq, 0) + 1;
  last.hash := coalesce(last.hash, decode(repeat('00', 32), 'hex'));
  insert into audit_chain(seq, event_id, prev, hash, suite)
    values (last.seq, new.id, last.hash, sha256(last.hash || int8send(last.seq) || new.content_hash), new.suite);
  return null;
end $$;

create function audit_deny() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if current_setting('portal.test_flush', true) = 'on' and current_database() like 'test\\_%' then
    return coalesce(new, old);
  end if;
  raise exception 'append-only: % %', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;

create trigger audit_event_content before insert on audit_event for each row execute function audit_content();
create constraint trigger audit_event_seal after insert on audit_event deferrable initially deferred
  for each row execute function audit_seal();
alter table audit_event enable always trigger audit_event_content;
alter table audit_event enable always trigger audit_event_seal;
revoke all on function audit_seal() from public;
"""

UNSEAL = """
drop trigger audit_event_seal on audit_event;
drop trigger audit_event_content on audit_event;
drop function audit_deny();
drop function audit_seal();
drop function audit_content();
drop function audit_field(bytea);
"""

DENY = """
create trigger {table}_no_change before update or delete on {table} for each row execute function audit_deny();
create trigger {table}_no_truncate before truncate on {table} for each statement execute function audit_deny();
alter table {table} enable always trigger {table}_no_change;
alter table {table} enable always trigger {table}_no_truncate;
"""

ALLOW = """
drop trigger {table}_no_truncate on {table};
drop trigger {table}_no_change on {table};
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(SEAL, UNSEAL),
        *(migrations.RunSQL(DENY.format(table=table), ALLOW.format(table=table)) for table in TABLES),
    ]
