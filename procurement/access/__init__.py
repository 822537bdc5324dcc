"""Roles, the acting person, row scopes and segregation of duties.

Models are imported lazily: this package is read while apps are still loading.
"""

from procurement.access.actor import (
    ANONYMOUS,
    Actor,
    Hat,
    Seat,
    actor_for,
    people_holding,
    register_holders,
    register_seats,
)
from procurement.access.duties import Duty, conflict_for, conflicts_of, record_duty
from procurement.access.middleware import SESSION_HAT, ActorRequest
from procurement.access.proof import Proof, StepUp, prove, withdraw_proof
from procurement.access.roles import OVERSIGHT, Role
from procurement.access.scope import ScopedQuerySet, get_visible_or_404

#: Which code carries out which rule; `procurement.rules` reads it, which this room cannot import.
IMPLEMENTS = {
    "R-040": "procurement.access.duties.conflict_for",
    "R-084": "procurement.access.duties.conflict_for",
    "R-247": "procurement.access.duties.conflict_for",
    "R-254": "procurement.access.duties.conflict_for",
}

__all__ = [
    "ANONYMOUS",
    "IMPLEMENTS",
    "OVERSIGHT",
    "SESSION_HAT",
    "Actor",
    "ActorRequest",
    "Duty",
    "Hat",
    "Proof",
    "Role",
    "ScopedQuerySet",
    "Seat",
    "StepUp",
    "actor_for",
    "conflict_for",
    "conflicts_of",
    "get_visible_or_404",
    "people_holding",
    "prove",
    "record_duty",
    "register_holders",
    "register_seats",
    "withdraw_proof",
]
