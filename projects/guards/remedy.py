"""What a pending remedy forbids or allows on the procedure itself (R-183, R-186)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from procurement.lifecycle.engine import Attempt
from procurement.rules import guard
from projects.selectors.remedies import freezing_sentence


@guard("R-186", warning=False)
def returns_to_where_it_stood(attempt: Attempt) -> str | None:
    if attempt.transition.target == attempt.obj.paused_from:
        return None
    return _("暂停前不在该阶段，只能恢复到暂停前的阶段")


@guard("R-183")
def result_is_not_frozen(attempt: Attempt) -> str | None:
    """On every row that settles or signs a result: nobody goes on while a pending remedy may change it."""
    return freezing_sentence(attempt.obj) or None


@guard("R-183")
def contract_returns_to_where_it_stood(attempt: Attempt) -> str | None:
    """A contract stopped before it was filed is filed afterwards; one being performed goes on."""
    stopped = attempt.obj.history.filter(transition="contract.suspend").last()
    if stopped is None or stopped.from_state == attempt.transition.target:
        return None
    return _("暂停前不在该阶段，只能恢复到暂停前的阶段")
