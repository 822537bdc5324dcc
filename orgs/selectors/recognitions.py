"""Reads around recognitions: the tier a leading group stands at, who may apply, who could take a field over."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from orgs.models import HubRecognition, HubTier, Membership, Organization, Region
from procurement.access import Actor, Role

#: Seats from which a body asks to be recognised.
APPLICANT_ROLES = (Role.ORG_H, Role.UNI, Role.RU)


def tier_of_office(office: Organization) -> HubTier:
    """The tier a leading group decides for: that of the government it belongs to."""
    if office.street_id:
        return HubTier.STREET
    return HubTier.DISTRICT if office.region.level == Region.Level.COUNTY else HubTier.CITY


def deciding_offices(on: date) -> QuerySet[Organization]:
    """Bodies with a leading group: somebody sits there as a member of it."""
    seats = Membership.objects.valid_on(on).filter(role=Role.LG)
    return Organization.objects.filter(pk__in=seats.values("organization_id")).select_related("region")


def applying_bodies(actor: Actor) -> QuerySet[Organization]:
    """Registered social organisations the person may apply for."""
    return Organization.objects.social().filter(pk__in=actor.organization_ids(*APPLICANT_ROLES))


def possible_successors(recognition: HubRecognition) -> QuerySet[HubRecognition]:
    """Other hubs the same leading group recognised in the same field."""
    return (
        HubRecognition.objects.in_force()
        .filter(field=recognition.field, office=recognition.office_id)
        .exclude(organization=recognition.organization_id)
        .select_related("organization")
        .order_by("organization__sort_key")
    )


def fields_led(hub: Organization) -> list[str]:
    """The fields in which the body is a hub today."""
    return list(
        HubRecognition.objects.in_force().filter(organization=hub).order_by("field").values_list("field", flat=True)
    )
