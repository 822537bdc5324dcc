"""Reads about guides."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from orgs.models import Organization, OrganizationKind
from procurement.access import Actor
from procurement.rules import Refusal, Regime, RuleViolation
from procurement.rules.models import NoRuleSetInForce, RuleSet
from projects.models import Application, Guide

#: The bodies a guide names beside its office.
BODIES = ("finance", "treasury", "civil")


def guide_rows(actor: Actor, *, state: str = "") -> QuerySet[Guide]:
    rows = Guide.objects.visible_to(actor).select_related("office", "envelope")
    return rows.filter(status=state) if state else rows


def authorities_near(office: Organization) -> QuerySet[Organization]:
    """The authorities of the office's own division, from which a guide names finance, payer and civil affairs."""
    return Organization.objects.filter(kind=OrganizationKind.AUTHORITY, region=office.region).order_by("name")


def usual_bodies(office: Organization) -> dict[str, Organization]:
    """Whom the office's latest guide named; nothing before its first."""
    latest = Guide.objects.filter(office=office).select_related(*BODIES).order_by("-created_at").first()
    return {part: getattr(latest, part) for part in BODIES} if latest else {}


def governing_rules(office: Organization, on: date) -> RuleSet:
    """The rule set a guide of this office begins with (R-001)."""
    try:
        return RuleSet.objects.in_force(jurisdiction=office.region.code, regime=Regime.GRANT_APPLICATION, on=on)
    except NoRuleSetInForce as absent:
        raise RuleViolation([Refusal("R-001", str(absent))]) from absent


def decision_rows(guide: Guide) -> QuerySet[Application]:
    """Applications in the leading group's hands, in ranked order."""
    return (
        guide.applications.filter(status__in=("scored", "proposed", "funds_confirmed"))
        .select_related("applicant", "category", "hub")
        .order_by("review_rank", "number")
    )
