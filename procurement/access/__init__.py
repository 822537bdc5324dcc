"""Roles, the acting person, row scopes and segregation of duties.

Models are imported lazily: this package is read while apps are still loading.
"""

from procurement.access.actor import (
    ANONYMOUS,
    Actor,
    Seat,
    actor_for,
    people_holding,
    register_holders,
    register_seats,
)
from procurement.access.duties import Duty, conflict_for, conflicts_of, record_duty
from procurement.access.roles import OVERSIGHT, Role
from procurement.access.scope import ScopedQuerySet, get_visible_or_404

__all__ = [
    "ANONYMOUS",
    "OVERSIGHT",
    "Actor",
    "Duty",
    "Role",
    "ScopedQuerySet",
    "Seat",
    "actor_for",
    "conflict_for",
    "conflicts_of",
    "get_visible_or_404",
    "people_holding",
    "record_duty",
    "register_holders",
    "register_seats",
]
