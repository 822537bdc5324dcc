"""Whether a group's filing counts today, and who keeps filings."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from orgs.models import AuthorizationLetter, CommunityFiling, Organization, OrganizationKind
from procurement.access import Actor, Role

#: Seats from which a union, a hub or a street keeps filings.
KEEPER_ROLES = (Role.UNI, Role.RU, Role.LGO)
#: Seats from which a group speaks for itself.
GROUP_ROLES = (Role.ORG_H, Role.ORG, Role.REC)


def valid_filing(group: Organization, keeper: Organization, on: date) -> CommunityFiling | None:
    """The filing under which the keeper may act for the group on the day (R-071)."""
    return CommunityFiling.objects.valid_on(on).filter(organization=group, keeper=keeper).first()


def keeping_bodies(actor: Actor) -> QuerySet[Organization]:
    """Unions, hubs and streets the person may file groups for."""
    return Organization.objects.filter(pk__in=actor.organization_ids(*KEEPER_ROLES))


def groups_kept(union: Organization, on: date) -> QuerySet[Organization]:
    """Groups with a valid filing at this union."""
    filed = CommunityFiling.objects.valid_on(on).filter(keeper=union)
    return Organization.objects.filter(kind=OrganizationKind.COMMUNITY, pk__in=filed.values("organization_id"))


def letters_to_use(actor: Actor, on: date) -> QuerySet[AuthorizationLetter]:
    """Letters in force under which the person may start something for a group."""
    held = actor.organization_ids(Role.UNI, Role.ORG, Role.ORG_H)
    return AuthorizationLetter.objects.in_force(on).filter(union__in=held).select_related("union", "executor")
