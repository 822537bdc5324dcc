"""Write what a checked sheet says: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, connection, transaction

from procurement.access import Actor
from procurement.registers.lines import Line
from procurement.registers.registry import Register
from procurement.registers.services.checking import Plan
from procurement.registers.signals import rows_written
from procurement.rules import RuleViolation


class LinesRefused(Exception):
    """The database or a service refused lines that looked right; each now says why."""


@contextmanager
def alone(register: Register[Any]) -> Iterator[None]:
    """Two imports into one register follow each other: what one compared the other must not change meanwhile.

    A lock of the session, not of a transaction: it goes with the connection when a worker is lost.
    """
    key = [f"register:{register.name}"]
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(hashtextextended(%s, 0))", key)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", key)


def write_plan(register: Register[Any], actor: Actor, plan: Plan) -> None:
    """Inside the caller's transaction. Raises LinesRefused after asking the database about each suspicious line."""
    try:
        with transaction.atomic():
            register.write(
                actor=actor,
                created=[row for _line, row in plan.created],
                updated=[(row, changed) for _line, row, changed in plan.updated],
            )
    except (IntegrityError, RuleViolation) as error:
        blame(register, actor, plan, error)
        raise LinesRefused from None
    keys = [row.pk for _line, row in plan.created] + [row.pk for _line, row, _changed in plan.updated]
    rows_written.send(sender=register.model, keys=keys)


def blame(register: Register[Any], actor: Actor, plan: Plan, error: Exception) -> None:
    """Which lines does the database or the service refuse? Halve until each stands alone; nothing of it stays."""
    halves: list[list[tuple[Line, Any, set[str] | None]]] = [
        [(line, row, None) for line, row in plan.created]
        + [(line, row, changed) for line, row, changed in plan.updated]
    ]
    with transaction.atomic():
        while halves:
            part = halves.pop()
            try:
                with transaction.atomic():
                    register.write(
                        actor=actor,
                        created=[row for _line, row, changed in part if changed is None],
                        updated=[(row, changed) for _line, row, changed in part if changed is not None],
                    )
            except (IntegrityError, RuleViolation) as refused:
                if len(part) == 1:
                    for sentence in sentences_of(register, refused):
                        part[0][0].refuse("", sentence)
                else:
                    middle = len(part) // 2
                    halves += [part[middle:], part[:middle]]
        transaction.set_rollback(True)
    suspects = [line for line, _row in plan.created] + [line for line, _row, _changed in plan.updated]
    plan.wrong = [line for line in suspects if not line.is_right]
    if not plan.wrong:
        raise error


def sentences_of(register: Register[Any], refused: IntegrityError | RuleViolation) -> list[str]:
    if isinstance(refused, RuleViolation):
        return [str(refusal) for refusal in refused.refusals]
    return [register.sentence_of(constraint_of(refused))]


def constraint_of(error: IntegrityError) -> str:
    diagnosis = getattr(error.__cause__, "diag", None)
    return str(getattr(diagnosis, "constraint_name", "") or "")
