"""Reads of the demand catalogue: terms, feedback, what a plan line may rest on."""

from __future__ import annotations

from datetime import date

from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Length

from catalogs.models import DemandItem
from catalogs.models.demand import DemandItemQuerySet
from orgs.models import Organization
from procurement.access import Actor
from procurement.calendars import CalendarNotAnnounced, Period
from procurement.rules.models import RuleSet


def consultation_due(item: DemandItem, today: date) -> date:
    """The first day on which a consultation begun today may end (R-046, ``demand_consultation_days``)."""
    rule_set = RuleSet.objects.in_force(jurisdiction=item.street_id, regime=item.regime, on=today)
    period = Period.parse(str(rule_set.value("demand_consultation_days")))
    try:
        return period.due(today)
    except CalendarNotAnnounced:  # counted in calendar days, the period itself is known without the rest days
        return period.nominal(today)


def unanswered_feedback(item: DemandItem) -> int:
    return item.feedback.filter(answered_at__isnull=True).count()


def suppliers_named_in(words: str) -> list[str]:
    """Registered social organisations whose full or short name stands in the words (R-039).

    Short names under four characters are common words too often to accuse anybody by them.
    """
    found = (
        Organization.objects.social()
        .annotate(words=Value(words, output_field=CharField()), short_length=Length("short_name"))
        .filter(Q(words__contains=F("name")) | Q(words__contains=F("short_name"), short_length__gte=4))
        .values_list("name", flat=True)
    )
    return sorted(found)[:20]


def plannable_demands(actor: Actor) -> DemandItemQuerySet:
    """Demands of the actor's bodies that a plan line may rest on: confirmed or already in the catalogue."""
    return (
        DemandItem.objects.visible_to(actor)
        .plannable()
        .filter(office__in=actor.organization_ids())
        .select_related("street", "office")
    )
