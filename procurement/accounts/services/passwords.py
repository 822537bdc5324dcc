"""The one way a password is checked: one try at a time for an account, so that the lock-out counts exactly.

Twenty tries at once would otherwise all be let in before the first is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth import authenticate
from django.db import connection, transaction
from django.http import HttpRequest

from procurement.access.models import User
from procurement.privacy import fingerprint

#: Namespace of the advisory lock; the second number is the account's.
LOCK = 7_301


def check_password(request: HttpRequest, *, username: str, password: str) -> User | None:
    """The person, or None for a wrong password, a locked or a closed account."""
    with one_try_at_a_time(username):
        found: User | None = authenticate(request, username=username, password=password)  # type: ignore[assignment]
    return found


@contextmanager
def one_try_at_a_time(username: str) -> Iterator[None]:
    """Tries for one account stand in line; the lock goes with the transaction that counts the try."""
    with transaction.atomic():
        number = int(fingerprint("exact", f"try:{username}")[:8], 16) - 2**31
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s, %s)", [LOCK, number])
        yield
