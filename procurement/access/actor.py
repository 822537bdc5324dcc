"""Who is acting: a person and the seats they hold today.

Organisations and memberships live above this room; they register how seats are read
(``register_seats``) and who holds a role (``register_holders``), so nothing here imports upward.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from procurement.access.proof import Proof, StepUp
from procurement.access.roles import OVERSIGHT, Role

if TYPE_CHECKING:
    from procurement.access.models import User


@dataclass(frozen=True, slots=True)
class Seat:
    """One role held in one organisation during a period that covers today."""

    role: Role
    organization_id: UUID
    organization_name: str = ""


@dataclass(frozen=True)
class Actor:
    """A person with their seats. Anonymous visitors have no user and no seats."""

    user: User | None
    seats: tuple[Seat, ...] = ()
    #: None outside a session: the clock, commands and background work have nobody to ask again.
    proof: Proof | None = None

    @property
    def id(self) -> UUID | None:
        return self.user.pk if self.user else None

    @property
    def person(self) -> User:
        """The signed-in person. Asking it of an anonymous visitor is a programming error and fails loudly."""
        if self.user is None:
            raise PermissionError("an anonymous visitor acts for nobody")
        return self.user

    @property
    def label(self) -> str:
        return str(self.user.name or self.user.username) if self.user else ""

    def with_proof(self, proof: Proof) -> Actor:
        return replace(self, proof=proof)

    def has_proven(self, demand: StepUp | None) -> bool:
        """Whether an act with this demand may go on without asking the person again (S-20)."""
        return demand is None or self.proof is None or self.proof.satisfies(demand)

    @cached_property
    def roles(self) -> frozenset[Role]:
        return frozenset(seat.role for seat in self.seats)

    @property
    def sees_everything(self) -> bool:
        """Audit, discipline and finance supervision read all records (R-284)."""
        return bool(self.roles & OVERSIGHT)

    def holds(self, role: Role, organization_id: UUID | None = None) -> bool:
        return self.seat(role, organization_id) is not None

    def seat(self, role: Role, organization_id: UUID | None = None) -> Seat | None:
        """The seat that entitles to act as ``role`` (in that organisation when one is given)."""
        return next(
            (
                seat
                for seat in self.seats
                if seat.role == role and (organization_id is None or seat.organization_id == organization_id)
            ),
            None,
        )

    def organization_ids(self, *roles: Role) -> frozenset[UUID]:
        """Organisations in which the person holds one of ``roles`` (any role when none is named)."""
        return frozenset(s.organization_id for s in self.seats if not roles or s.role in roles)


ANONYMOUS = Actor(user=None)

_read_seats: Callable[[UUID], Iterable[Seat]] | None = None
_read_holders: Callable[[Role, UUID | None], list[User]] | None = None


def register_seats(reader: Callable[[UUID], Iterable[Seat]]) -> None:
    """Called once by the app that owns memberships."""
    global _read_seats
    _read_seats = reader


def register_holders(reader: Callable[[Role, UUID | None], list[User]]) -> None:
    global _read_holders
    _read_holders = reader


def actor_for(user: User) -> Actor:
    """The actor of a signed-in person; reads the seats valid now (one query)."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return ANONYMOUS
    return Actor(user=user, seats=tuple(_read_seats(user.pk)) if _read_seats else ())


def people_holding(role: Role, organization_id: UUID | None = None) -> list[User]:
    """Active people who hold ``role`` today, in one organisation or anywhere."""
    return _read_holders(role, organization_id) if _read_holders else []
