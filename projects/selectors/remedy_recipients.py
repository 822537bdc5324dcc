"""Who is told of a challenge or complaint beyond what the table says: exactly the people of the bodies named."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from procurement.access import Role, people_holding
from procurement.access.models import User
from projects.models import Challenge, Procedure
from projects.models.challenge import BIDDER_ROLES, REPLIER_ROLES


def people_at(seats: Iterable[tuple[Role, UUID | None]]) -> list[User]:
    """Everyone who holds one of the roles in its body, once each."""
    found = {person.pk: person for role, body in seats if body is not None for person in people_holding(role, body)}
    return list(found.values())


def suppliers_people(organization_id: UUID) -> list[User]:
    return people_at((role, organization_id) for role in BIDDER_ROLES)


def purchasers_people(procedure: Procedure) -> list[User]:
    house: list[tuple[Role, UUID | None]] = [(role, procedure.purchaser_id) for role in REPLIER_ROLES]
    return people_at([*house, (Role.AGT, procedure.agent_id)])


def both_sides(challenge: Challenge) -> list[User]:
    everyone = [*suppliers_people(challenge.challenger_id), *purchasers_people(challenge.procedure)]
    return list({person.pk: person for person in everyone}.values())
