"""Two people, or two clicks, at the same moment: one acts, the other is told who did."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from catalogs.models import FundEnvelope
from procurement.access import Role
from procurement.audit.models import AuditEvent
from procurement.lifecycle.engine import perform
from procurement.lifecycle.models import TransitionRecord
from procurement.rules import RuleViolation
from tests.factories import make_actor
from tests.lifecycle.conftest import make_desk

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], str]) -> list[str]:
    """Each act in a thread and connection of its own, released by one barrier."""
    barrier = Barrier(len(acts), timeout=20)

    def run(act: Callable[[], str]) -> str:
        try:
            barrier.wait()
            return act()
        except RuleViolation as violation:
            return "；".join(str(refusal) for refusal in violation.refusals)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_second_officer_is_told_who_acted_and_when() -> None:
    desk = make_desk()
    other = make_actor(Role.FIN, desk.envelope.finance)

    def approve() -> str:
        fresh = FundEnvelope.objects.get(pk=desk.envelope.pk)
        perform(fresh, "envelope.approve", actor=desk.approver, approval_number="朝财预〔2026〕18号")
        return ""

    def send_back() -> str:
        fresh = FundEnvelope.objects.get(pk=desk.envelope.pk)
        perform(fresh, "envelope.return", actor=other, reason="测算依据不足")
        return ""

    said = together(approve, send_back)
    record = TransitionRecord.objects.filter(object_id=desk.envelope.pk).exclude(transition="envelope.submit").get()
    assert sorted(map(bool, said)) == [False, True]
    sentence = next(filter(None, said))
    assert sentence.startswith("S-01 当前状态为")
    assert f"最近一次由{record.actor}于" in sentence
    assert f"办理“{record.label}”" in sentence


def test_double_click_at_the_same_moment_acts_once_and_both_succeed() -> None:
    desk, click = make_desk(), uuid4()

    def approve() -> str:
        fresh = FundEnvelope.objects.get(pk=desk.envelope.pk)
        record = perform(
            fresh, "envelope.approve", actor=desk.approver, request_id=click, approval_number="朝财预〔2026〕18号"
        )
        return str(record.pk)

    records = together(*[approve] * 4)
    assert len(set(records)) == 1
    assert TransitionRecord.objects.filter(transition="envelope.approve").count() == 1
    assert AuditEvent.objects.filter(action="envelope.approve").count() == 1


def test_clicks_without_an_id_would_be_told_apart() -> None:
    """Control: it is the id that makes the second click a repetition instead of a refusal."""
    desk = make_desk()

    def approve() -> str:
        fresh = FundEnvelope.objects.get(pk=desk.envelope.pk)
        perform(fresh, "envelope.approve", actor=desk.approver, approval_number="朝财预〔2026〕18号")
        return ""

    assert sorted(answer[:4] for answer in together(approve, approve)) == ["", "S-01"]
