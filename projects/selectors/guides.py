"""Reads about guides."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from orgs.models import Organization
from procurement.access import Actor
from procurement.rules import Refusal, RuleViolation
from procurement.rules.models import RuleSet
from projects.models import Application, Guide


def guide_rows(actor: Actor, *, state: str = "") -> QuerySet[Guide]:
    rows = Guide.objects.visible_to(actor).select_related("office", "envelope")
    return rows.filter(status=state) if state else rows


def guide_defaults(office: Organization) -> dict[str, Any]:
    """The bodies and the rule set a new guide begins with: those of the office's latest guide, rules in force today."""
    latest = Guide.objects.filter(office=office).order_by("-created_at").first()
    if latest is None:
        raise RuleViolation([Refusal("S-04", _("尚未设置本地区的财政、支付和民政部门，请联系系统管理员"))])
    return {
        "jurisdiction": latest.jurisdiction,
        "finance": latest.finance,
        "treasury": latest.treasury,
        "civil": latest.civil,
        "rule_set": current_rule_set(latest.rule_set),
    }


def current_rule_set(pinned: RuleSet) -> RuleSet:
    """The newest approved version for the same place and regime; the pinned one when there is none newer."""
    newer = (
        RuleSet.objects.filter(
            jurisdiction=pinned.jurisdiction, level=pinned.level, regime=pinned.regime, approved_at__isnull=False
        )
        .order_by("-valid_from")
        .first()
    )
    return newer or pinned


def decision_rows(guide: Guide) -> QuerySet[Application]:
    """Applications in the leading group's hands, in ranked order."""
    return (
        guide.applications.filter(status__in=("scored", "proposed", "funds_confirmed"))
        .select_related("applicant", "category", "hub")
        .order_by("review_rank", "number")
    )
