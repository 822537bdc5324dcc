"""What must hold before a body is recognised as a hub, stays one, or hands its field over."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from orgs.models import HubTier, RegistrationStatus, Requirement
from orgs.selectors.parameters import rule_value_at
from orgs.selectors.recognitions import possible_successors, tier_of_office
from procurement.calendars import CalendarNotAnnounced, Period
from procurement.rules import guard


@guard("R-082")
def requirements_are_met(attempt: Any) -> list[str]:
    """The checklist as entered: each of the four requirements holds."""
    found = {line["code"]: line for line in attempt.data.get("checklist", [])}
    return [
        _("不符合“%(what)s”：%(note)s") % {"what": one.label, "note": found.get(one.value, {}).get("note") or "—"}
        for one in Requirement
        if not found.get(one.value, {}).get("passed")
    ]


@guard("R-082")
def is_legal_person(attempt: Any) -> str | None:
    """A hub is a registered legal person in good standing."""
    body = attempt.obj.organization
    if not body.is_social or not body.uscc:
        return _("%(org)s不是依法登记的社会组织，不能认定为枢纽") % {"org": body.name}
    if body.registration_status in (RegistrationStatus.SERIOUS, RegistrationStatus.REVOKED):
        return _("%(org)s的登记状态为“%(status)s”") % {
            "org": body.name,
            "status": body.get_registration_status_display(),
        }
    return None


@guard("R-083")
def office_stands_at_the_tier(attempt: Any) -> str | None:
    """Each tier is recognised by its own leading group."""
    recognition = attempt.obj
    own = tier_of_office(recognition.office)
    if own == recognition.tier:
        return None
    return _("%(tier)s枢纽由同级社会建设工作领导小组认定，%(office)s为%(own)s") % {
        "tier": HubTier(recognition.tier).label,
        "office": recognition.office.display_name,
        "own": own.label,
    }


@guard("R-305", warning=False)
def calendar_is_announced(attempt: Any) -> str | None:
    """A public period is a legal clock: without the calendar it cannot be counted, so it cannot begin."""
    days = str(rule_value_at(attempt.obj.office, "publicity_days", attempt.today))
    try:
        Period.parse(days).due(attempt.today)
    except CalendarNotAnnounced as unknown:
        return str(unknown)
    return None


@guard("R-083")
def publicity_is_over(attempt: Any) -> str | None:
    until = attempt.obj.publicity_until
    if until is not None and attempt.today > until:
        return None
    return _("公示期至 %(day)s 24 时，尚未届满，期满无异议方可认定") % {"day": until}


@guard("R-083")
def document_is_given(attempt: Any) -> str | None:
    return None if str(attempt.data.get("document_number", "")).strip() else _("请填写认定文号")


@guard("R-083")
def successor_leads_the_field(attempt: Any) -> str | None:
    """Members may only pass to a hub the same leading group recognised in the same field."""
    successor = attempt.data.get("successor")
    if successor is None or possible_successors(attempt.obj).filter(organization=successor).exists():
        return None
    return _("%(org)s不是%(office)s在“%(field)s”领域认定的枢纽，不能接续") % {
        "org": successor.name,
        "office": attempt.obj.office.display_name,
        "field": attempt.obj.field,
    }


@guard("R-083")
def successor_is_named(attempt: Any) -> str | None:
    return None if attempt.data.get("successor") else _("移交枢纽职责须指定接续的枢纽")
