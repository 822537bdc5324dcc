"""What must hold before a need is merged or answered."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from catalogs.models.need import LIVE_NEED_STATES
from procurement.rules import guard


@guard("R-030")
def target_is_live(attempt: Any) -> str | None:
    """A need goes into one of the same street that still asks for something."""
    need, target = attempt.obj, attempt.data.get("target")
    if target is None:
        return _("请选择并入哪一项需求")
    if target.pk == need.pk:
        return _("需求不能并入自身")
    if target.street_id != need.street_id or target.office_id != need.office_id:
        return _("只能并入同一街道（乡镇）、同一单位受理的需求")
    if target.status not in LIVE_NEED_STATES:
        return _("“%(title)s”已办结，不能再并入") % {"title": target}
    return None


@guard("R-030")
def need_is_in_a_listed_demand(attempt: Any) -> str | None:
    """A need is adopted by standing behind a line of the published catalogue."""
    item = attempt.obj.demand_item
    if item is not None and item.listed_at is not None:
        return None
    return _("对应的需求尚未列入需求目录")
