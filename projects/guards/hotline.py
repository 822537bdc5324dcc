"""What must hold before a resident's call is taken up again (R-190)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from procurement.lifecycle.engine import Attempt
from procurement.rules import guard


@guard("R-190", warning=False)
def reopened_once(attempt: Attempt) -> str | None:
    return _("已经重新办理过一次") if attempt.obj.reopened_at else None
