"""When a round of quotes is over (R-123)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from procurement.lifecycle.engine import Attempt
from procurement.rules import guard


@guard("R-123")
def round_has_run(attempt: Attempt) -> str | None:
    return None if attempt.at >= attempt.obj.due_at else _("本轮报价尚未截止")
