"""Who a reminder is for, written down so that it is answered on the day it falls due.

A person may leave a post between scheduling and the due date; a rule naming the role
reaches whoever holds it then, a rule naming the person reaches that person.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

if TYPE_CHECKING:
    from procurement.access.models import User


class RecipientRule(TypedDict, total=False):
    """Either ``user`` or ``role`` (with ``organization`` where the seat is in one)."""

    user: str
    role: str
    organization: str | None


def person(user_id: UUID) -> RecipientRule:
    """This very person, whatever seats they hold later."""
    return {"user": str(user_id)}


def holders(role: str, organization_id: UUID | None = None) -> RecipientRule:
    """Everybody holding the role (in that organisation) on the due date."""
    return {"role": str(role), "organization": str(organization_id) if organization_id else None}


def resolve(rules: Iterable[RecipientRule]) -> list[User]:
    """People meant by the rules today, each once, in the order the rules name them."""
    from procurement.access import Role, people_holding
    from procurement.access.models import User

    found: dict[UUID, User] = {}
    for rule in rules:
        if "user" in rule:
            people = list(User.objects.filter(pk=rule["user"]))
        else:
            place = rule.get("organization")
            people = list(people_holding(Role(rule["role"]), organization_id=UUID(place) if place else None))
        found.update({user.pk: user for user in people})
    return list(found.values())
