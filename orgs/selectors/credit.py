"""Who reads which part of the credit lists, and how the list is divided into tabs."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import CreditRecord
from orgs.models.credit import IN_FORCE, lists_kept_by
from orgs.selectors.dossier import EDITORS
from procurement.access import Actor
from procurement.calendars import CalendarNotAnnounced, working_days_between
from procurement.rules import implements

#: Working days within which a decision is entered (R-282).
ENTRY_TERM = 5


def may_appeal(actor: Actor, record: CreditRecord) -> bool:
    return record.status in IN_FORCE and any(actor.holds(role, record.organization_id) for role in EDITORS)


def may_read_history(actor: Actor, record: CreditRecord) -> bool:
    """Who entered and checked it is for those who keep the list, those who oversee, and the organisation itself."""
    own = record.organization_id in actor.organization_ids()
    return own or actor.sees_everything or record.credit_list in lists_kept_by(actor)


@implements("R-282")
def days_late(record: CreditRecord) -> int | None:
    """Working days by which the entry missed its term after the decision took effect; None where no calendar says."""
    try:
        taken = working_days_between(record.starts_on, timezone.localtime(record.recorded_at).date())
    except CalendarNotAnnounced:
        return None
    return max(0, taken - ENTRY_TERM)


def tabs_for(actor: Actor) -> dict[str, str]:
    tabs = {"": _("公布中")}
    if lists_kept_by(actor):
        tabs["queue"] = _("待复核")
    if actor.organization_ids(*EDITORS):
        tabs["own"] = _("本单位")
    if actor.user and (actor.sees_everything or lists_kept_by(actor)):
        tabs["all"] = _("全部记录")
    return tabs


def rows_of(tab: str, actor: Actor) -> QuerySet[CreditRecord]:
    rows = CreditRecord.objects.visible_to(actor)
    if tab == "queue":
        return rows.filter(status="recorded", credit_list__in=lists_kept_by(actor))
    if tab == "own":
        return rows.filter(organization__in=actor.organization_ids(*EDITORS))
    return rows if tab == "all" else CreditRecord.objects.public()
