"""Who sits where, read afresh for every request."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from orgs.models import (
    Membership,
)
from procurement.access import Role, Seat
from procurement.access.models import User


def read_seats(person_id: UUID) -> list[Seat]:
    """The seats a person holds today; one query, read afresh for every request.

    A seat in a body counts in the records merged into it too: what was signed under them stays within reach.
    """
    rows = (
        Membership.objects.valid_on(timezone.localdate())
        .filter(person_id=person_id)
        .order_by("organization__sort_key", "role")
        .values_list("role", "organization_id", "organization__name", "organization__absorbed")
    )
    seats: dict[Seat, None] = {}
    for role, pk, name, absorbed in rows:
        seats[Seat(role=Role(role), organization_id=pk, organization_name=name)] = None
        if absorbed is not None:
            seats[Seat(role=Role(role), organization_id=absorbed, organization_name=name, held_in=pk)] = None
    return list(seats)


def read_holders(role: Role, organization_id: UUID | None = None) -> list[User]:
    """Active people who hold ``role`` today, in one organisation or anywhere, each once."""
    seats = Membership.objects.valid_on(timezone.localdate()).filter(role=role)
    if organization_id is not None:
        seats = seats.filter(Q(organization_id=organization_id) | Q(organization__absorbed=organization_id))
    return list(User.objects.filter(is_active=True, pk__in=seats.values("person_id")).order_by("username"))
