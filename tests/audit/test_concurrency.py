"""Many writers, real commits, rollbacks and savepoints: one chain, no fork, no gap."""

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from procurement.audit import make_checkpoint, verify
from procurement.audit.canonical import GENESIS
from procurement.audit.models import AuditChain, AuditEvent
from tests.audit.conftest import guards_off, sql, write

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, ROUNDS = 8, 25


class Undone(Exception):
    """A business that fails after writing."""


def attempt(dice, number):
    """Write one to three entries and fail in one case of four; returns how many stay."""
    count = dice.choice([1, 1, 2, 3])
    try:
        with transaction.atomic():
            for _ in range(count):
                write(number)
            try:
                with transaction.atomic():
                    write(number)
                    raise Undone
            except Undone:
                pass
            if dice.random() < 0.25:
                raise Undone
    except Undone:
        return 0
    return count


def writer(seed, barrier):
    try:
        dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
        barrier.wait()
        return sum(attempt(dice, seed) for _ in range(ROUNDS))
    finally:
        connection.close()


def in_parallel(task):
    barrier = Barrier(WRITERS)
    with ThreadPoolExecutor(WRITERS) as pool:
        return [future.result() for future in [pool.submit(task, seed, barrier) for seed in range(WRITERS)]]


def test_eight_writers_make_one_chain_without_fork_or_gap():
    written = sum(in_parallel(writer))
    links = list(AuditChain.objects.values_list("seq", "prev", "hash"))
    assert [seq for seq, _, _ in links] == list(range(1, written + 1))
    assert [bytes(prev) for _, prev, _ in links] == [GENESIS, *[bytes(hash_) for _, _, hash_ in links[:-1]]]
    assert AuditEvent.objects.count() == written
    assert verify().whole


def anchoring_writer(seed, barrier):
    try:
        barrier.wait()
        for number in range(5):
            write(number)
            make_checkpoint()
    finally:
        connection.close()


def test_checkpoints_made_while_others_write_all_hold():
    in_parallel(anchoring_writer)
    report = verify()
    assert report.whole
    assert report.anchors >= 5


UNLOCKED = """
create or replace function audit_probe() returns trigger language plpgsql as $$
declare p bytea;
begin
  select hash into p from audit_probe order by id desc limit 1;
  perform pg_sleep(0.002);
  insert into audit_probe(prev, hash) values (p, sha256(convert_to(new.id::text, 'UTF8')));
  return new;
end $$;
"""


def test_control_sealing_without_the_lock_forks_the_chain():
    """The obvious trigger, which reads the last link at insert, gives several entries the same predecessor."""
    sql("create table audit_probe(id bigserial primary key, prev bytea, hash bytea)")
    sql(UNLOCKED)
    sql("create trigger audit_probe before insert on audit_event for each row execute function audit_probe()")
    try:
        in_parallel(writer)
        forks = sql("select count(*) from (select prev from audit_probe group by prev having count(*) > 1) as forks")
        assert forks[0][0] > 0
    finally:
        sql("drop trigger audit_probe on audit_event")
        sql("drop function audit_probe()")
        sql("drop table audit_probe")


def test_fork_is_refused_by_the_table_itself(ten):
    """Not even a superuser with every trigger off gives two links the same predecessor."""
    with guards_off(), pytest.raises(IntegrityError, match="audit_chain_prev"):
        sql("update audit_chain set prev = (select prev from audit_chain where seq = 5) where seq = 6")
    assert verify().whole
