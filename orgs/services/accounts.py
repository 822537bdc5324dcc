"""A person opens an account; what it may do comes from seats alone."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from procurement import audit
from procurement.access.models import User


@transaction.atomic
def open_account(*, username: str, name: str, email: str, password: str) -> User:
    """An account without any seat.

    Raises:
        ValidationError: when the name is taken or the password too weak.
    """
    person = User(username=username.strip(), name=name.strip(), email=email.strip())
    validate_password(password, person)
    person.set_password(password)
    person.full_clean()
    person.save(force_insert=True)
    audit.record(
        actor_id=person.pk,
        actor_label=person.username,
        action="account.open",
        subject=f"access.user:{person.pk}",
        personal={"name": person.name, "email": person.email},
    )
    return person
