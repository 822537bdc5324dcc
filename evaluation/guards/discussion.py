"""What must be settled at the table before the report is drawn up."""

from __future__ import annotations

from django.utils.translation import gettext as _

from evaluation.models import QuoteInquiry
from procurement.lifecycle.engine import Attempt
from procurement.rules import guard


@guard("R-142", warning=False)
def quotes_are_judged(attempt: Attempt) -> list[str]:
    """A bid whose quote is in question is ranked only when the members have decided."""
    rows = attempt.obj.inquiries.filter(outcome=QuoteInquiry.Outcome.OPEN).select_related("entry__bid__bidder")
    return [_("%(bidder)s的报价尚未认定") % {"bidder": row.entry} for row in rows]
