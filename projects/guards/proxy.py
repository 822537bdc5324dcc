"""What must hold when a union applies or signs for a group (R-070 to R-072)."""

from __future__ import annotations

from typing import Any

from orgs.guards.filing import letter_refusals
from procurement.rules import Refusal, guard
from projects.selectors.proxies import proxy_of


@guard("R-072", "R-071")
def letter_covers_the_application(attempt: Any) -> list[Refusal]:
    """Filing and letter are valid today and cover what is asked for until the project ends."""
    application = attempt.obj
    proxy = proxy_of(application)
    if proxy is None:
        return []
    asked = application.granted_amount if application.granted_amount is not None else application.requested_amount
    return letter_refusals(proxy.letter, amount=asked, until=application.ends_on, today=attempt.today)


@guard("R-072", "R-071")
def letter_covers_the_contract(attempt: Any) -> list[Refusal]:
    """The union signs for the group only within the letter: amount and term of the contract itself."""
    contract = attempt.obj
    proxy = proxy_of(contract.application) if contract.application else None
    if proxy is None:
        return []
    return letter_refusals(proxy.letter, amount=contract.amount, until=contract.ends_on, today=attempt.today)
