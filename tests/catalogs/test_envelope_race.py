"""Two deciders at once: the sum never exceeds the envelope; without the guards it would (R-018)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from catalogs.models import FundEnvelope
from catalogs.services import envelopes
from procurement.access import Role
from procurement.rules import RuleViolation, refusal_for_constraint
from tests.factories import make_actor, make_envelope

pytestmark = pytest.mark.django_db(transaction=True)
DECIDERS, SHARE = 6, Decimal(400)


def together(act: Callable[[Barrier], bool]) -> list[bool]:
    """Every decider in a thread and connection of its own, released by one barrier."""
    barrier = Barrier(DECIDERS, timeout=20)

    def run() -> bool:
        try:
            return act(barrier)
        finally:
            connection.close()

    with ThreadPoolExecutor(DECIDERS) as pool:
        return [future.result() for future in [pool.submit(run) for _each in range(DECIDERS)]]


def test_commitments_at_once_never_exceed_the_envelope() -> None:
    envelope, actor = make_envelope("1000"), make_actor(Role.LG)

    def decide(barrier: Barrier) -> bool:
        barrier.wait()
        try:
            envelopes.commit(envelope, SHARE, actor=actor)
        except RuleViolation:
            return False
        return True

    assert sum(together(decide)) == 2
    envelope.refresh_from_db()
    assert envelope.committed_total == Decimal(800)
    assert sum(entry.amount for entry in envelope.entries.all()) == Decimal(800)


def test_commitment_past_the_lock_is_stopped_by_the_database() -> None:
    envelope = make_envelope("1000")
    refused: list[str] = []

    def decide(barrier: Barrier) -> bool:
        barrier.wait()
        try:
            FundEnvelope.objects.filter(pk=envelope.pk).update(committed_total=F("committed_total") + SHARE)
        except IntegrityError as error:
            refused.append(str(refusal_for_constraint(error)))
            return False
        return True

    assert sum(together(decide)) == 2
    assert [sentence[:5] for sentence in refused] == ["R-018"] * (DECIDERS - 2)
    envelope.refresh_from_db()
    assert envelope.committed_total == Decimal(800)


def test_the_same_race_without_lock_and_check_overspends() -> None:
    """The control: what the two tests above would see if neither guard were there."""
    envelope = make_envelope("1000")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE unguarded AS SELECT amount, committed_total FROM catalogs_fundenvelope")

    def decide(barrier: Barrier) -> bool:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT amount - committed_total FROM unguarded")
            enough = cursor.fetchone()[0] >= SHARE
            barrier.wait()
            if enough:
                cursor.execute("UPDATE unguarded SET committed_total = committed_total + %s", [SHARE])
            return enough

    try:
        assert sum(together(decide)) == DECIDERS
        with connection.cursor() as cursor:
            cursor.execute("SELECT committed_total FROM unguarded")
            assert cursor.fetchone()[0] > envelope.amount
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE unguarded")
