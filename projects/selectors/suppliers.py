"""Who may be drawn for an invited tender: bodies that offer such a service in the published supply catalogue (R-094)."""

from __future__ import annotations

from django.db.models import QuerySet

from catalogs.models import SupplyItem
from orgs.models import Organization, RegistrationStatus
from projects.models import Procedure


def draw_candidates(procedure: Procedure) -> QuerySet[Organization]:
    """Verified offers in the fields of the plan's demands, or any field where the plan names none; in good standing."""
    offers = SupplyItem.objects.filter(status="published")
    fields = list(procedure.plan.demands.values_list("field", flat=True))
    if fields:
        offers = offers.filter(field__in=fields)
    return (
        Organization.objects.standing()
        .social()
        .filter(pk__in=offers.values("organization"), registration_status=RegistrationStatus.NORMAL)
        .order_by("name")
    )
