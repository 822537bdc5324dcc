"""Where a highest and a lowest score may be left out."""

from __future__ import annotations

from django.utils.translation import gettext as _

from evaluation.models import Rubric
from procurement.lifecycle.engine import Attempt
from procurement.rules import Regime, guard


@guard("R-146")
def trimming_is_for_grants(attempt: Attempt) -> str | None:
    """In a purchase every member's score counts: a far one is explained, never dropped (R-141)."""
    rubric: Rubric = attempt.obj
    if not rubric.trimming or rubric.procedure is None or rubric.procedure.regime == Regime.GRANT_APPLICATION:
        return None
    return _("采购项目的评分办法不得去掉最高分和最低分，只有专项资金申报可以")
