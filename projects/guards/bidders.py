"""Who may not meet in one procedure, and who may not bid at all (R-063, R-064)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from catalogs.models import ProcurementMethod
from orgs.selectors.standing import same_controller
from procurement.lifecycle.engine import Attempt
from procurement.rules import guard
from projects.models import Bid

#: Bids that are out of the running cannot stand in anybody's way.
OUT = ("unreadable", "disqualified", "invalid", "declined")


@guard("R-063")
def rivals_are_in_other_hands(attempt: Attempt) -> list[str]:
    """One legal representative, or one body holding or managing the other: not both in one lot."""
    bid: Bid = attempt.obj
    rivals = Bid.objects.filter(lot=bid.lot_id).exclude(pk=bid.pk).exclude(status__in=OUT).select_related("bidder")
    return [
        _("与%(rival)s负责人为同一人或存在直接控股、管理关系，不得参加同一采购项目") % {"rival": rival.bidder.name}
        for rival in rivals
        if same_controller(bid.bidder, rival.bidder, attempt.today)
    ]


@guard("R-064")
def bidder_had_no_part_in_it(attempt: Attempt) -> str | None:
    """Whoever prepares or manages the purchase does not bid for it, nor does a body in the same hand."""
    bid: Bid = attempt.obj
    procedure, agent = bid.procedure, bid.procedure.agent
    if agent is None or procedure.method == ProcurementMethod.SINGLE_SOURCE:
        return None
    if bid.bidder_id != agent.pk and not same_controller(bid.bidder, agent, attempt.today):
        return None
    return _("%(agent)s为本项目提供采购代理、编制或管理服务，本单位与其为同一单位或受其控制，不得参加") % {
        "agent": agent.name
    }
