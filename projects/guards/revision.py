"""R-179: the revised budget equals the granted amount, to the cent."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from procurement.lifecycle.engine import Attempt
from procurement.money import format_yuan
from procurement.rules import guard
from projects.models import BudgetVersion


@guard("R-179")
def budget_equals_grant(attempt: Attempt) -> str | None:
    application = attempt.obj
    lines = application.budget_lines.filter(version=BudgetVersion.GRANTED)
    total = sum((line.amount for line in lines), Decimal(0))
    if total == application.granted_amount:
        return None
    return _("细化后的预算合计 %(have)s，应等于批复资金 %(want)s") % {
        "have": format_yuan(total),
        "want": format_yuan(application.granted_amount or Decimal(0)),
    }
