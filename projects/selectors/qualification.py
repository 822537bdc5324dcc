"""What the qualification check looks at (R-050), and how many bids of each lot came through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from procurement.rules.parameters import PROOFS
from projects.models import COMPETING_STATES, Bid, Lot, Procedure, ProcurementDocument

LIMIT = 500


def conditions_of(procedure: Procedure) -> list[str]:
    """The conditions a bid is judged by: those of the law, the papers the rule set asks for, those of the document."""
    papers: Any = procedure.rule_set.value("required_papers")
    legal = [
        _("具有独立承担民事责任的能力，登记状态正常"),
        _("参加采购活动前三年内没有重大违法记录，未被列入严重违法失信名单"),
        _("与参加同一采购包的其他供应商不是同一负责人，不存在控股、管理关系"),
    ]
    proofs = [_("提交了%(paper)s") % {"paper": PROOFS[code]} for code in papers if code in PROOFS]
    document = ProcurementDocument.objects.filter(procedure=procedure).first()
    own = list(document.conditions) if document is not None else []
    return [text[:LIMIT] for text in (*legal, *proofs, *own)]


@dataclass(frozen=True)
class LotCount:
    """A lot with how many of its bids are still to be judged and how many came through."""

    lot: Lot
    pending: int
    qualified: int


def lot_counts(procedure: Procedure) -> list[LotCount]:
    states: dict[object, list[str]] = {}
    for lot_id, status in Bid.objects.filter(procedure=procedure).values_list("lot_id", "status"):
        states.setdefault(lot_id, []).append(status)
    return [
        LotCount(
            lot,
            states.get(lot.pk, []).count("opened"),
            sum(status in COMPETING_STATES for status in states.get(lot.pk, [])),
        )
        for lot in procedure.lots.all()
    ]
