"""Linking accounts to the sign-in service, and finding whom it names."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from procurement import audit
from procurement.access.models import User
from procurement.accounts.models import ExternalIdentity


@transaction.atomic
def link(person: User, *, issuer: str, subject: str) -> ExternalIdentity:
    """Raises IntegrityError when the subject is another account's already."""
    identity = ExternalIdentity.objects.create(person=person, issuer=issuer, subject=subject)
    audit.record(
        action="identity.link",
        subject=f"access.user:{person.pk}",
        body={"issuer": issuer},
        personal={"subject": subject},
    )
    return identity


def person_of(claims: Any, *, issuer: str) -> User | None:
    """The active account linked to the subject of checked claims; nobody is created and nothing is guessed."""
    if claims.get("iss") != issuer:
        return None
    identity = (
        ExternalIdentity.objects.select_related("person")
        .filter(issuer=issuer, subject=str(claims.get("sub", "")), person__is_active=True, person__is_system=False)
        .first()
    )
    return identity.person if identity else None
