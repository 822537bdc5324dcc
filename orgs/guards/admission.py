"""Who may come into the expert pool."""

from __future__ import annotations

from django.utils.translation import gettext as _

from orgs.models import Membership
from orgs.selectors.experts import bar_in_force, expert_of
from orgs.staffing import REGULATORS
from procurement.lifecycle.engine import Attempt
from procurement.rules import guard


@guard("R-156", warning=False)
def is_no_regulator(attempt: Attempt) -> list[str]:
    """Who oversees or pays the money may not judge those who ask for it."""
    seats = Membership.objects.valid_on(attempt.today).filter(person=attempt.obj.person, role__in=REGULATORS)
    return [
        _("现任%(org)s%(role)s，不得担任评审专家") % {"org": seat.organization.name, "role": seat.role_label}
        for seat in seats.select_related("organization")
    ]


@guard("R-156", warning=False)
def is_not_in_the_pool(attempt: Attempt) -> str | None:
    expert = expert_of(attempt.obj.person_id)
    return _("已在专家库中") if expert and expert.is_active else None


@guard("R-162", warning=False)
def is_not_barred(attempt: Attempt) -> str | None:
    bar = bar_in_force(attempt.obj.person_id, attempt.today)
    if bar is None:
        return None
    return _("依%(document)s禁止参加评审，自%(from)s起%(until)s") % {
        "document": bar.document_number,
        "from": bar.starts_on.isoformat(),
        "until": _("至%(day)s") % {"day": bar.ends_on.isoformat()} if bar.ends_on else _("，无期限"),
    }
