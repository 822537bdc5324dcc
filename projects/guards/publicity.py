"""What must hold for a list to be publicised and for its period to end."""

from __future__ import annotations

from django.utils.translation import gettext as _

from procurement.calendars import CalendarNotAnnounced, Period
from procurement.lifecycle.engine import Attempt
from procurement.rules import guard


@guard("R-174")
def list_is_not_empty(attempt: Attempt) -> str | None:
    if attempt.obj.guide.applications.filter(status="funds_confirmed").exists():
        return None
    return _("没有资金审核通过、等待公示的项目")


@guard("R-305", warning=False)
def calendar_is_announced(attempt: Attempt) -> str | None:
    """A public period is a legal clock: without the calendar it cannot be counted, so it cannot begin."""
    try:
        Period.parse(str(attempt.obj.guide.rule_set.value("publicity_days"))).due(attempt.today)
    except CalendarNotAnnounced as unknown:
        return str(unknown)
    return None


@guard("R-174")
def period_is_over(attempt: Attempt) -> str | None:
    ends_on = attempt.obj.ends_on
    if ends_on is not None and attempt.today > ends_on:
        return None
    return _("公示期至 %(day)s 24 时，尚未届满") % {"day": ends_on}


@guard("R-178")
def nothing_in_publicity(attempt: Attempt) -> str | None:
    """A running list is not simply taken away: each project leaves it by a recheck or by expiry."""
    if attempt.obj.items.filter(application__status__in=("in_publicity", "objected")).exists():
        return _("名单内还有公示中的项目，应逐项复核，不得整体撤销")
    return None
