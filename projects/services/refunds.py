"""Money going back to the treasury (R-255)."""

from __future__ import annotations

from procurement.lifecycle.engine import Attempt
from projects.models import Refund


def give_back(attempt: Attempt) -> None:
    refund: Refund = attempt.obj
    refund.voucher_number, refund.returned_at = attempt.data["voucher_number"], attempt.at
