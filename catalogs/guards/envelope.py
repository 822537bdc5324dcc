"""What must hold before money is set aside or changed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from procurement.money import format_yuan
from procurement.rules import guard


@guard("R-015")
def envelope_is_complete(attempt: Any) -> list[str]:
    """Finance reviews a line with its amount and the basis it was estimated on."""
    missing = []
    if attempt.obj.amount <= 0:
        missing.append(_("额度须大于零"))
    if not attempt.obj.basis.strip():
        missing.append(_("尚未填写测算依据"))
    return missing


@guard("R-013")
def approval_is_numbered(attempt: Any) -> str | None:
    """An approval without its document is none."""
    return None if str(attempt.data.get("approval_number", "")).strip() else _("须填写财政部门的批准文号")


@guard("R-018")
def adjustment_leaves_enough(attempt: Any) -> str | None:
    """A cut may not take back what has already been promised, a line may not grow beyond its envelope."""
    envelope, delta, line = attempt.obj.envelope, attempt.obj.delta, attempt.obj.line
    if line is not None:
        return _line_keeps_its_measure(line, envelope, delta)
    if envelope.amount + delta >= envelope.committed_total:
        return None
    return _("调减后额度为%(left)s，低于已安排的%(committed)s") % {
        "left": format_yuan(envelope.amount + delta),
        "committed": format_yuan(envelope.committed_total),
    }


def _line_keeps_its_measure(line: Any, envelope: Any, delta: Any) -> str | None:
    if line.amount + delta < line.planned_total or line.amount + delta <= 0:
        return _("调减后预算为%(left)s，低于已列计划的%(planned)s") % {
            "left": format_yuan(line.amount + delta),
            "planned": format_yuan(line.planned_total),
        }
    if delta > envelope.available:
        return _("“%(title)s”可安排余额%(left)s，不足以调增%(delta)s") % {
            "title": envelope.title,
            "left": format_yuan(envelope.available),
            "delta": format_yuan(delta),
        }
    return None
