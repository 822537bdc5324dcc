"""Reads of the register of needs: who receives them, which are alike, how they cluster."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalogs.models import Need
from catalogs.similarity import NEAR, Likeness, likeness
from orgs.models import Organization, OrganizationKind, Region
from procurement.access import Actor
from procurement.rules import Refusal, RuleViolation

#: No officer reads more than this many at once, and no page compares more.
MOST_COMPARED = 200
MOST_SUGGESTED = 8


@dataclass(frozen=True)
class Alike:
    """A need that reads like another one, and how much."""

    need: Need
    likeness: Likeness


def office_of(street: Region) -> Organization:
    """The purchasing body that answers for a street: the street's own, else one of its district.

    Raises:
        RuleViolation: when nobody there has opened a register yet.
    """
    purchasers = (
        Organization.objects.of_kinds(OrganizationKind.PURCHASER).filter(is_published=True).order_by("created_at")
    )
    office = (
        purchasers.filter(street=street).first()
        or purchasers.filter(region_id=street.pk[:6], street__isnull=True).first()
        or purchasers.filter(region_id=street.pk[:6]).first()
    )
    if office is None:
        raise RuleViolation([Refusal("R-030", _("%(street)s尚未开通需求征集") % {"street": street.full_name})])
    return office


def near_duplicates(need: Need, *, least: float = NEAR) -> list[Alike]:
    """Live needs of the same street and field that read alike, the likest first."""
    others = (
        Need.objects.live()
        .filter(street=need.street_id, field=need.field, office=need.office_id)
        .exclude(pk=need.pk)
        .order_by("-created_at")[:MOST_COMPARED]
    )
    own = _words(need)
    found = [Alike(other, likeness(own, _words(other))) for other in others]
    return sorted(
        (alike for alike in found if alike.likeness.total >= least),
        key=lambda alike: (-alike.likeness.total, str(alike.need.pk)),
    )[:MOST_SUGGESTED]


def clusters(actor: Actor) -> list[list[Need]]:
    """The officer's live needs in groups that read alike, the most supported first; single ones are left out."""
    live = list(
        Need.objects.visible_to(actor)
        .live()
        .filter(office__in=actor.organization_ids())
        .select_related("street")
        .order_by("-support_count", "-created_at", "id")[:MOST_COMPARED]
    )
    groups: list[list[Need]] = []
    for need in live:
        home = next((group for group in groups if _belongs(need, group[0])), None)
        if home is None:
            groups.append([need])
        else:
            home.append(need)
    return [group for group in groups if len(group) > 1]


def _belongs(need: Need, head: Need) -> bool:
    same = (need.street_id, need.field, need.office_id) == (head.street_id, head.field, head.office_id)
    return same and likeness(_words(need), _words(head)).total >= NEAR


def _words(need: Need) -> tuple[str, list[str]]:
    return f"{need.title}\n{need.description}", list(need.groups)
