"""What must hold for a survey to open or go on."""

from __future__ import annotations

from django.utils.translation import gettext as _

from procurement.lifecycle.engine import Attempt
from procurement.rules import guard


@guard("R-266", warning=False)
def evaluation_is_collecting(attempt: Attempt) -> str | None:
    if attempt.obj.assessment.status == "collecting":
        return None
    return _("评估实施期间才能开放满意度测评")


@guard("R-266", warning=False)
def closing_day_lies_ahead(attempt: Attempt) -> str | None:
    closes_on = attempt.data.get("closes_on")
    if closes_on is not None and closes_on >= attempt.today:
        return None
    return _("截止日期不得早于今天")


@guard("R-266", warning=False)
def closing_day_is_later(attempt: Attempt) -> str | None:
    closes_on = attempt.data.get("closes_on")
    if closes_on is not None and closes_on > attempt.obj.closes_on:
        return None
    return _("新的截止日期须晚于 %(day)s") % {"day": attempt.obj.closes_on}
