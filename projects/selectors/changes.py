"""Reads for change requests: what stands now, and whether the lines can give what is to be moved."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from projects.models import ChangeKind, ChangeRequest
from projects.selectors.delivery import spending

#: Fields of the application each kind of change may touch.
FIELDS: dict[str, tuple[str, ...]] = {
    ChangeKind.LEADER: ("leader_name", "leader_phone"),
    ChangeKind.PLACE: ("place",),
    ChangeKind.RECIPIENTS: ("beneficiary_groups", "beneficiary_count"),
}


def current_value(change: ChangeRequest, target: str) -> Any:
    """What the item's target holds now, as JSON."""
    application = change.application
    if change.kind == ChangeKind.INDICATORS:
        row = application.indicators.filter(pk=target).first()
        return str(row.target) if row else None
    if change.kind == ChangeKind.BUDGET:
        return None
    return getattr(application, target)


def line_shortage(change: ChangeRequest) -> str | None:
    """Why the lines cannot give what a budget change moves out of them; None when they can."""
    if change.kind != ChangeKind.BUDGET:
        return None
    rows = {str(row.line.pk): row for row in spending(change.application)}
    for item in change.items.all():
        move = item.after or {}
        source = rows.get(str(move.get("source")))
        if source is None or str(move.get("target")) not in rows:
            return _("调剂的科目不在批复预算中")
        if Decimal(str(move.get("amount", "0"))) > source.left:
            return _("“%(line)s”可调出 %(left)s 元，不足 %(amount)s 元") % {
                "line": source.line.description,
                "left": f"{source.left:,.2f}",
                "amount": f"{Decimal(str(move['amount'])):,.2f}",
            }
    return None
