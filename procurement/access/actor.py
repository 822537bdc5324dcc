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
    #: The body the seat is really held in, when ``organization_id`` is a record merged into it.
    held_in: UUID | None = None

    @property
    def hat(self) -> UUID:
        """The organisation a person acts for when they use this seat."""
        return self.held_in or self.organization_id


@dataclass(frozen=True, slots=True)
class Hat:
    """An organisation a person may choose to act for."""

    organization_id: UUID
    organization_name: str


@dataclass(frozen=True)
class Actor:
    """A person with their seats. Anonymous visitors have no user and no seats.

    Somebody with several organisations may put one hat on: then only its seats count, in every list and every act,
    until it is taken off. A hat never gives anything; duties that exclude each other follow the person all the same.
    """

    user: User | None
    seats: tuple[Seat, ...] = ()
    #: None outside a session: the clock, commands and background work have nobody to ask again.
    proof: Proof | None = None
    #: All seats of today, when a hat narrows ``seats`` to those of one organisation.
    every_seat: tuple[Seat, ...] = ()
    hat: UUID | None = None

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

    def wearing(self, hat: UUID | None) -> Actor:
        """This person acting for one organisation only; a hat they have no seat for changes nothing."""
        worn = tuple(seat for seat in self.seats if seat.hat == hat)
        return replace(self, seats=worn, every_seat=self.seats, hat=hat) if worn else self

    @cached_property
    def hats(self) -> list[Hat]:
        """Every organisation the person may act for, in the order of their seats."""
        names = {seat.hat: seat.organization_name for seat in self.every_seat or self.seats}
        return [Hat(key, name) for key, name in names.items()]

    @property
    def hat_name(self) -> str:
        """The organisation acted for: the one chosen, or the only one; empty while all of several count."""
        if self.hat is None and len(self.hats) > 1:
            return ""
        return next((each.organization_name for each in self.hats if self.hat in (None, each.organization_id)), "")

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
