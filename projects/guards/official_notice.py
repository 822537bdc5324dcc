"""What an official notice must say, who may issue it, and when its period is over."""

from __future__ import annotations

from django.utils.translation import gettext as _

from procurement.access import Role
from procurement.calendars import CalendarNotAnnounced
from procurement.lifecycle.engine import Attempt
from procurement.rules import Refusal, guard
from projects.selectors.official_notices import period_of

#: Besides its own decisions the supervising authority announces what follows from them.
ALSO_BY_SUPERVISOR = ("suspension", "termination", "failed", "award_change")


@guard("R-172", "S-04")
def form_is_filled_in(attempt: Attempt) -> list[Refusal]:
    notice = attempt.obj
    rule = "R-172" if notice.kind in ("award", "award_change") else "S-04"
    return [
        Refusal(rule, _("%(kind)s缺少“%(what)s”") % {"kind": notice.form.label, "what": label})
        for label in notice.form.missing(notice.fields)
    ]


@guard("S-02")
def issuer_may_issue_this(attempt: Attempt) -> str | None:
    """A decision of the supervisor is announced by it, a purchase by those who run it."""
    is_supervisor = attempt.seat is not None and attempt.seat.role == Role.FIN_SUP
    form = attempt.obj.form
    if form.by_supervisor and not is_supervisor and attempt.seat and attempt.seat.role != Role.SYS:
        return _("%(kind)s由财政监督部门发布") % {"kind": form.label}
    if is_supervisor and not form.by_supervisor and form.kind not in ALSO_BY_SUPERVISOR:
        return _("%(kind)s由采购人或者其委托的代理机构发布") % {"kind": form.label}
    return None


@guard("R-178")
def result_is_changed_not_taken_back(attempt: Attempt) -> str | None:
    """What bidders rely on is replaced by a change of result, never simply withdrawn."""
    notice = attempt.obj
    if notice.published_at is None or notice.kind not in ("award", "award_change", "contract"):
        return None
    return _("%(kind)s发布后不得撤销，只能依法变更结果或者更正") % {"kind": notice.form.label}


@guard("R-305", warning=False)
def calendar_is_announced(attempt: Attempt) -> str | None:
    """A publicity period is a legal clock: what cannot be counted cannot begin."""
    try:
        period = period_of(attempt.obj)
        if period is not None:
            period.due(attempt.today)
    except CalendarNotAnnounced as unknown:
        return str(unknown)
    return None


@guard("R-171")
def period_is_over(attempt: Attempt) -> Refusal | None:
    ends_on = attempt.obj.ends_on
    if ends_on is not None and attempt.today > ends_on:
        return None
    return Refusal("R-171", _("公告期至 %(day)s 24 时，尚未届满") % {"day": ends_on or _("（无期限）")})
